"""Which vendor sends the next SMS: weights that follow what is seen, and heal.

A vendor in trouble gives 10 points to another at most once a minute (for slow receipts once in
five), one whose account is refused gives all but its probe at once; after a quiet quarter of an
hour 10 points come back. 5 points always stay: without a probe nobody would see it recover. One
that a person has pinned is not moved by the machine.
"""

import dataclasses as dc
import datetime as dt
from collections.abc import Mapping, Sequence

RESTING_TOTAL = 100
STEP_POINTS = 10
PROBE_POINTS = 5
CODE_POINTS = 20
"""A code is never sent again, so none is risked on a vendor that is only probed."""
ERRORS_PER_MINUTE = 50
FEWEST_ATTEMPTS = 10
"""Fewer say nothing by their share."""
ERROR_SHARE = 0.5
SLOW_SHARE = 0.15
ERROR_PAUSE = dt.timedelta(minutes=1)
SLOW_PAUSE = dt.timedelta(minutes=5)
HEAL_AFTER = dt.timedelta(minutes=15)


@dc.dataclass(frozen=True)
class Share:
    """A vendor's weight now and at rest, when it moved last, and whether a person holds it."""

    name: str
    weight: int
    resting: int
    changed_at: dt.datetime
    is_pinned: bool = False


@dc.dataclass(frozen=True)
class Seen:
    """What a vendor did lately: its answers, and the receipts of the last minutes."""

    attempts: int = 0
    errors: int = 0
    """Of the last five minutes, but not of before its weight moved last: nothing counts twice."""
    errors_of_minute: int = 0
    refused_account: bool = False
    receipts: int = 0
    slow: int = 0


@dc.dataclass(frozen=True)
class Move:
    """Points that go from one vendor to another, and why."""

    giver: str
    taker: str
    points: int
    reason: str


def resting_points(count: int) -> list[int]:
    """51 and 49 for two: not equal, so that nobody takes the split for a coincidence."""
    if count == 1:
        return [RESTING_TOTAL]
    even = RESTING_TOTAL // count
    return [even + 1, *[even] * (count - 2), RESTING_TOTAL - even * (count - 1) - 1]


def choose(
    shares: Sequence[Share],
    lot: float,
    *,
    is_code: bool = False,
    without: frozenset[str] = frozenset(),
) -> str:
    """The vendor that the lot (0 to 1) falls on; all weigh the same if none has any weight.

    `without` names vendors that have refused this very message.
    """
    left = [share for share in shares if share.name not in without] or list(shares)
    if is_code:
        left = [share for share in left if share.weight >= CODE_POINTS] or left
    total = sum(share.weight for share in left)
    place = lot * total
    for share in left:
        place -= share.weight
        if place < 0:
            return share.name
    return left[-1].name


def judge(shares: Sequence[Share], seen: Mapping[str, Seen], *, now: dt.datetime) -> list[Move]:
    """What moves now. Nothing, if every vendor is in trouble: there is nowhere to go."""
    free = [share for share in shares if not share.is_pinned]
    trouble = {s.name: _trouble(s, seen.get(s.name, Seen()), now) for s in free}
    sick = {name for name, reason in trouble.items() if reason is not None}
    well = [share for share in free if share.name not in sick and not _is_ill(seen, share)]
    moves = []
    for share in free:
        reason = trouble[share.name]
        if reason is None or not well:
            continue
        spare = share.weight - PROBE_POINTS
        points = spare if reason == "account" else min(STEP_POINTS, spare)
        if points > 0:
            taker = max(well, key=lambda one: one.weight)
            moves.append(Move(share.name, taker.name, points, reason))
    return moves or _healing(free, seen, now)


def _is_ill(seen: Mapping[str, Seen], share: Share) -> bool:
    """In trouble, whether or not its pause is over."""
    one = seen.get(share.name, Seen())
    return one.refused_account or _errs(one)


def _errs(seen: Seen) -> bool:
    many = seen.errors_of_minute > ERRORS_PER_MINUTE
    share = seen.attempts >= FEWEST_ATTEMPTS and seen.errors >= ERROR_SHARE * seen.attempts
    return many or share


def _trouble(share: Share, seen: Seen, now: dt.datetime) -> str | None:
    if seen.refused_account:
        return "account"
    pause = now - share.changed_at
    if _errs(seen) and pause >= ERROR_PAUSE:
        return "errors"
    slow = seen.receipts >= FEWEST_ATTEMPTS and seen.slow >= SLOW_SHARE * seen.receipts
    return "slow_receipts" if slow and pause >= SLOW_PAUSE else None


def _healing(free: Sequence[Share], seen: Mapping[str, Seen], now: dt.datetime) -> list[Move]:
    quiet = [s for s in free if now - s.changed_at >= HEAL_AFTER and not _is_ill(seen, s)]
    low = min(quiet, key=lambda s: s.weight - s.resting, default=None)
    high = max(quiet, key=lambda s: s.weight - s.resting, default=None)
    if low is None or high is None:
        return []
    points = min(STEP_POINTS, low.resting - low.weight, high.weight - high.resting)
    return [Move(high.name, low.name, points, "healing")] if points > 0 else []
