"""The life of a delivery: states that only move forward, retries, and the hours of daytime.

A send begins in `queued` or, marked as a re-send, in `unknown`; what the gateway reports moves it
out of `sending`; the carrier's receipt ends it. What is final never changes.
"""

import dataclasses as dc
import datetime as dt
import re
from enum import StrEnum
from typing import Self
from zoneinfo import ZoneInfo

from libs.common.errors import Misconfigured
from libs.common.messages import SmsClass
from services.notify.domain.facts import Channel, Urgency


class State(StrEnum):
    """Where a delivery stands."""

    QUEUED = "queued"
    SENDING = "sending"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"


FINAL = frozenset({State.DELIVERED, State.UNDELIVERED, State.FAILED, State.SKIPPED})
WITH_GATEWAY = frozenset({State.SENDING, State.ACCEPTED, State.UNKNOWN})
"""The gateway may have it, so a carrier's receipt can end it."""

MAX_TRIES = 6
DAY_BEGINS = dt.time(8)
"""A day's cap begins anew."""
MINUTES_OF_A_DAY = 24 * 60
_HOURS = re.compile(r"(\d\d):([0-5]\d)-(\d\d):([0-5]\d)")
SILENCE_HOURS = 72
"""Carriers keep trying a phone that is off for so long; without a receipt it is closed then."""
CODE_LIFE_SECONDS = 300

# Seconds to wait after the first, second … try; the last one holds for all later tries.
# number_limit: vendors count what one number gets by the minute, the hour and the day.
# unknown: the wait for a receipt, before a re-send that asks the vendor first.
_WAITS: dict[str, tuple[int, ...]] = {
    "retryable": (60, 300, 900, 3600, 21600),
    "throttled": (5, 20, 60, 300, 900),
    "account": (600, 3600, 10800, 21600, 43200),
    "number_limit": (60, 3600, 86400),
    "unknown": (60, 300, 3600),
}


HOPPING = frozenset({"content", "account", "retryable"})
"""Clearly not sent, for a reason that lies with this vendor: another may take it at once."""


@dc.dataclass(frozen=True)
class Step:
    """The next state, when the next try is due, and why."""

    state: State
    due_at: dt.datetime | None = None
    reason: str = ""


@dc.dataclass(frozen=True)
class Hours:
    """When bulk SMS may leave, in the exam's zone: minutes of the day, the end not included."""

    begins: int
    ends: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """From `08:00-21:00`; `00:00-24:00` is always. Raises Misconfigured."""
        found = _HOURS.fullmatch(text)
        if found is None:
            raise Misconfigured(f"SMS_HOURS: {text!r} is not like 08:00-21:00")
        hours = cls(int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4]))
        if not 0 <= hours.begins < hours.ends <= MINUTES_OF_A_DAY:
            raise Misconfigured(f"SMS_HOURS: {text!r} does not begin before it ends on one day")
        return hours


def send_at(urgency: Urgency, *, now: dt.datetime, zone: ZoneInfo, hours: Hours) -> dt.datetime:
    """The first instant from `now` on at which an SMS of this urgency may leave."""
    local = now.astimezone(zone)
    minute = local.hour * 60 + local.minute
    if urgency is Urgency.NOW or hours.begins <= minute < hours.ends:
        return now
    day = local.date() + dt.timedelta(days=0 if minute < hours.begins else 1)
    begins = dt.time(hours.begins // 60, hours.begins % 60)
    return dt.datetime.combine(day, begins, tzinfo=zone).astimezone(dt.UTC)


def after_report(
    state: State,
    outcome: SmsClass,
    *,
    channel: Channel,
    tries: int,
    now: dt.datetime,
    others: int = 0,
) -> Step | None:
    """What the gateway's answer to try number `tries` changes; None if it comes too late.

    `others` is how many other vendors could still take it.
    """
    if state is not State.SENDING:
        return None
    if outcome == "accepted":
        return Step(State.ACCEPTED)
    if outcome == "unknown":
        again = channel is not Channel.CODE and tries < MAX_TRIES
        due_at = _later(outcome, tries, now) if again else None
        return Step(State.UNKNOWN, due_at=due_at, reason=outcome)
    if outcome in HOPPING and others and channel is not Channel.CODE and tries < MAX_TRIES:
        return Step(State.QUEUED, due_at=now, reason=outcome)
    if outcome not in _WAITS or channel is Channel.CODE or tries >= MAX_TRIES:
        return Step(State.FAILED, reason=outcome)
    return Step(State.QUEUED, due_at=_later(outcome, tries, now), reason=outcome)


def after_receipt(
    state: State, *, delivered: bool, code: str, of_latest_try: bool = True
) -> Step | None:
    """What the carrier's receipt changes; None for what has ended.

    What arrived has arrived, though a later try was made meanwhile; that an earlier try failed
    says nothing about a later one that is still to leave, or on its way.
    """
    if state in FINAL:
        return None
    if delivered:
        return Step(State.DELIVERED)
    failed = of_latest_try and state in WITH_GATEWAY
    return Step(State.UNDELIVERED, reason=code) if failed else None


def _later(outcome: str, tries: int, now: dt.datetime) -> dt.datetime:
    waits = _WAITS[outcome]
    return now + dt.timedelta(seconds=waits[min(tries, len(waits)) - 1])
