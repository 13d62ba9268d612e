"""The ladder of R22: in-app, SMS, and then somebody telephones.

A call becomes due when an SMS has failed for good, or when a due time draws near and she has
neither opened the message nor acted. One person is called about one thing at a time.
"""

import datetime as dt
from enum import StrEnum
from zoneinfo import ZoneInfo

from libs.common.nights import evening_before


class Target(StrEnum):
    """Who is called."""

    CANDIDATE = "candidate"
    WORK_UNIT = "work_unit"


class Cause(StrEnum):
    """Why somebody has to call."""

    SMS_FAILED = "sms_failed"
    NO_REACTION = "no_reaction"


class End(StrEnum):
    """Why nobody needs to be reached about a notice any more."""

    ACTED = "acted"
    """She has done what it asks for."""
    OVER = "over"
    """Its time has passed, or it is no longer asked."""
    CALLED = "called"
    """Somebody has told her, or her work unit, by telephone."""


class CallEnd(StrEnum):
    """How a call ended: by what the caller reported, or because none is needed."""

    REACHED = "reached"
    NOT_REACHED = "not_reached"
    WRONG_NUMBER = "wrong_number"
    REFUSED = "refused"
    ACTED = "acted"
    OVER = "over"


CALL_LEAD_HOURS = 24
"""A call task opens so long before the due time, or at half of a shorter time."""
REMIND_HOURS = 24
"""The first reminder leaves so long before a request falls due, unless the exam says otherwise."""
REMIND_LAST_HOURS = 3
REMIND_AFTER_HOURS = 1
"""Not sooner after the request itself: she has just been told."""
DEAD_NUMBER = frozenset({"bad_recipient", "no_phone"})
"""Reasons for which calling the same number is no use: the work unit is called."""
DEAD_CARRIER_CODES = ("MK:0001", "MK:0005", "MK:0013", "UNDELIV")
"""Carriers' codes of numbers that are empty or out of use (cloud.tencent.com 382/59177)."""


def call_at(*, told_at: dt.datetime, due_at: dt.datetime) -> dt.datetime:
    """When the due time draws near."""
    lead = min(dt.timedelta(hours=CALL_LEAD_HOURS), (due_at - told_at) / 2)
    return due_at - max(lead, dt.timedelta())


def remind_at(
    *,
    told_at: dt.datetime,
    due_at: dt.datetime,
    first_hours: int = REMIND_HOURS,
    zone: ZoneInfo | None = None,
) -> dt.datetime | None:
    """The next reminder after she was told last; None if there is none before the due time.

    With the exam's zone known, what falls due by night has one more in the evening before.
    """
    earliest = told_at + dt.timedelta(hours=REMIND_AFTER_HOURS)
    times = [due_at - dt.timedelta(hours=hours) for hours in (first_hours, REMIND_LAST_HOURS)]
    evening = evening_before(due_at, zone) if zone is not None else None
    if evening is not None:
        times.append(evening)
    return min((at for at in times if at >= earliest), default=None)


def whom(*, reason: str, has_phone: bool, has_unit_phone: bool) -> Target | None:
    """Who is called; None if there is no number at all."""
    is_dead = reason in DEAD_NUMBER or reason.startswith(DEAD_CARRIER_CODES)
    if has_phone and not (is_dead and has_unit_phone):
        return Target.CANDIDATE
    return Target.WORK_UNIT if has_unit_phone else None
