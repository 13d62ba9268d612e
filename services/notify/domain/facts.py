"""Which fact is told to whom, how, in which wording and how soon: the one screen of R22.

A wording is a folder of `templates/notices/`; it holds a text for each of its channels in each
language. In-app is the record and comes with every fact but a one-time code, which is no news.
"""

import dataclasses as dc
from enum import StrEnum


class Audience(StrEnum):
    """Who is told."""

    CANDIDATE = "candidate"


class Channel(StrEnum):
    """By which way."""

    IN_APP = "in_app"
    SMS = "sms"
    CODE = "code"
    """An SMS on a queue of its own, never sent twice by machine."""


class Urgency(StrEnum):
    """When an SMS may leave; in-app messages leave at once."""

    NOW = "now"
    DAYTIME = "daytime"


@dc.dataclass(frozen=True)
class Fact:
    """How one fact is told."""

    audience: Audience
    channels: tuple[Channel, ...]
    wording: str
    urgency: Urgency


_HER = Audience.CANDIDATE
_RECORD = (Channel.IN_APP,)
_RECORD_AND_SMS = (Channel.IN_APP, Channel.SMS)
_CODE = (Channel.CODE,)

FACTS: dict[str, Fact] = {
    "phone_code": Fact(_HER, _CODE, "code", Urgency.NOW),
    "application_submitted": Fact(_HER, _RECORD_AND_SMS, "application_submitted", Urgency.DAYTIME),
    "answers_submitted": Fact(_HER, _RECORD_AND_SMS, "answers_submitted", Urgency.DAYTIME),
    "requests_raised": Fact(_HER, _RECORD_AND_SMS, "requests_raised", Urgency.DAYTIME),
    "requests_overdue": Fact(_HER, _RECORD_AND_SMS, "requests_overdue", Urgency.DAYTIME),
    "case_advanced": Fact(_HER, _RECORD, "case_advanced", Urgency.DAYTIME),
    "application_locked": Fact(_HER, _RECORD_AND_SMS, "application_locked", Urgency.DAYTIME),
    "window_extended": Fact(_HER, _RECORD_AND_SMS, "window_extended", Urgency.DAYTIME),
    "results_published": Fact(_HER, _RECORD_AND_SMS, "results_published", Urgency.DAYTIME),
}

REQUESTABLE = frozenset({"phone_code"})
"""Facts that another room may ask for by NoticeRequested; the others are heard as what they are."""
