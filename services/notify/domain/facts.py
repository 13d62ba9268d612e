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
    CALL = "call"
    """Somebody telephones, if the SMS fails for good or nothing happens before it is due."""


SENT_OVER = (Channel.IN_APP, Channel.SMS, Channel.CODE)
"""The channels of deliveries; a call is a task of its own."""


class Urgency(StrEnum):
    """When an SMS may leave; in-app messages leave at once."""

    NOW = "now"
    DAYTIME = "daytime"
    GATHERED = "gathered"
    """By day, and at most one such SMS to a candidate in 30 minutes: the newest speaks for all."""


@dc.dataclass(frozen=True)
class Fact:
    """How one fact is told."""

    audience: Audience
    channels: tuple[Channel, ...]
    wording: str
    urgency: Urgency


_HER = Audience.CANDIDATE
_CODE = (Channel.CODE,)
_RECORD = (Channel.IN_APP,)
_AND_SMS = (*_RECORD, Channel.SMS)
_AND_CALL = (*_AND_SMS, Channel.CALL)

FACTS: dict[str, Fact] = {
    "phone_code": Fact(_HER, _CODE, "code", Urgency.NOW),
    "window_closing": Fact(_HER, _AND_SMS, "window_closing", Urgency.DAYTIME),
    "given_back_closing": Fact(_HER, _AND_SMS, "given_back_closing", Urgency.DAYTIME),
    "deferred_closing": Fact(_HER, _AND_SMS, "deferred_closing", Urgency.DAYTIME),
    "window_opened": Fact(_HER, _AND_SMS, "window_opened", Urgency.DAYTIME),
    "window_extended": Fact(_HER, _AND_SMS, "window_extended", Urgency.DAYTIME),
    "application_submitted": Fact(_HER, _AND_SMS, "application_submitted", Urgency.DAYTIME),
    "answers_submitted": Fact(_HER, _AND_SMS, "answers_submitted", Urgency.DAYTIME),
    "submitted_again": Fact(_HER, _AND_SMS, "submitted_again", Urgency.DAYTIME),
    "deferred_submitted": Fact(_HER, _AND_SMS, "deferred_submitted", Urgency.DAYTIME),
    "last_round_stands": Fact(_HER, _AND_SMS, "last_round_stands", Urgency.DAYTIME),
    "application_locked": Fact(_HER, _AND_SMS, "application_locked", Urgency.DAYTIME),
    "deferred_locked": Fact(_HER, _AND_SMS, "deferred_locked", Urgency.DAYTIME),
    "case_advanced": Fact(_HER, _RECORD, "case_advanced", Urgency.DAYTIME),
    "case_reopened": Fact(_HER, _AND_CALL, "case_reopened", Urgency.GATHERED),
    "reopen_declined": Fact(_HER, _AND_SMS, "reopen_declined", Urgency.GATHERED),
    "requests_raised": Fact(_HER, _AND_CALL, "requests_raised", Urgency.GATHERED),
    "requests_extended": Fact(_HER, _AND_SMS, "requests_extended", Urgency.GATHERED),
    "requests_withdrawn": Fact(_HER, _RECORD, "requests_withdrawn", Urgency.DAYTIME),
    "requests_due": Fact(_HER, _AND_CALL, "requests_due", Urgency.GATHERED),
    "requests_overdue": Fact(_HER, _AND_SMS, "requests_overdue", Urgency.GATHERED),
    "results_published": Fact(_HER, _AND_CALL, "results_published", Urgency.GATHERED),
}

REQUESTABLE = frozenset({"phone_code"})
"""Facts that another room may ask for by NoticeRequested; the others are heard as what they are."""
ASKS_FOR_SUBMISSION = frozenset(
    {
        *("window_closing", "given_back_closing", "window_extended", "case_reopened"),
        *("requests_raised", "requests_extended", "requests_due"),
    }
)
"""Facts that are dealt with once she has submitted."""
ASKS_FOR_DEFERRED = frozenset({"window_opened", "deferred_closing"})
"""Facts that are dealt with once she has submitted to the second window, or that has ended."""
ABOUT_REQUESTS = frozenset({"requests_raised", "requests_extended", "requests_due"})
"""Facts that are over once no request is open any more."""
