"""How many SMS one person, one number and one day may get; what waits, waits and is not lost.

Carriers punish a sender who writes too often, and people stop reading. One-time codes have limits
of their own, where they are asked for.
"""

import dataclasses as dc
import datetime as dt
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from services.notify.domain.delivery import DAY_BEGINS
from services.notify.domain.facts import Urgency

GATHER_MINUTES = 30
PERSON_PER_DAY = 6
"""SMS to one candidate within 24 h."""
NUMBER_PER_DAY = 30
"""SMS to one number within 24 h: below the vendors' own 50, for a unit that gave one for many."""
_DAY = dt.timedelta(hours=24)


@dc.dataclass(frozen=True)
class Sent:
    """An SMS that left for the same number within the last day."""

    at: dt.datetime
    to_her: bool
    """False: the number is another candidate's too."""
    gathered: bool


@dc.dataclass(frozen=True)
class Wait:
    """Until when an SMS waits, and why."""

    until: dt.datetime
    reason: str


def wait_for(sent: Sequence[Sent], *, urgency: Urgency, now: dt.datetime) -> Wait | None:
    """What the limits say of one more SMS; None: it may leave."""
    day = sorted((one for one in sent if one.at > now - _DAY), key=lambda one: one.at)
    waits = []
    if urgency is Urgency.GATHERED:
        gathered = [one.at for one in day if one.to_her and one.gathered]
        until = gathered[-1] + dt.timedelta(minutes=GATHER_MINUTES) if gathered else now
        waits.append(Wait(until, "gathering"))
    waits.append(Wait(_room([o.at for o in day if o.to_her], PERSON_PER_DAY, now), "person_limit"))
    waits.append(Wait(_room([o.at for o in day], NUMBER_PER_DAY, now), "own_number_limit"))
    longest = max(waits, key=lambda wait: wait.until)
    return longest if longest.until > now else None


def _room(times: list[dt.datetime], limit: int, now: dt.datetime) -> dt.datetime:
    """When one more fits into 24 h."""
    return times[-limit] + _DAY if len(times) >= limit else now


def tomorrow(now: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """The next morning, when a day's cap begins anew."""
    day = now.astimezone(zone).date() + dt.timedelta(days=1)
    return dt.datetime.combine(day, DAY_BEGINS, tzinfo=zone).astimezone(dt.UTC)
