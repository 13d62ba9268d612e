"""The vendors' weights as rows: who sends the next SMS, and what moves the weights (R22)."""

import dataclasses as dc
import datetime as dt
import random
from collections.abc import Sequence

from sqlalchemy import case, func, select, text
from sqlalchemy.orm import Session

from libs.common import audit
from libs.common.errors import Refusal
from libs.common.logs import logger
from services.notify.domain import vendors
from services.notify.domain.delivery import State
from services.notify.domain.facts import Channel
from services.notify.domain.vendors import Seen, Share
from services.notify.models.notice import Delivery, DeliveryStep
from services.notify.models.vendors import Vendor, VendorChange

log = logger(__name__)

_TROUBLE = ("retryable", "throttled", "unknown")
"""Reasons that say that the vendor, not the message, is at fault."""
SLOW_AFTER = dt.timedelta(minutes=5)
WATCHED = dt.timedelta(minutes=15)
ANSWERS_WATCHED = dt.timedelta(minutes=5)
"""So that few attempts, as a probe has them, are enough to judge by."""
_lots = random.SystemRandom()


class Shares:
    """The weights as one transaction sees them."""

    def __init__(self, session: Session, *, at_rest: Sequence[str]) -> None:
        rows = session.scalars(
            select(Vendor).where(Vendor.is_used, Vendor.name.in_(at_rest)).order_by(Vendor.name)
        ).all()
        self._shares = [share_of(row) for row in rows]
        self._first = at_rest[0] if at_rest else ""

    def choose(self, *, is_code: bool = False, without: frozenset[str] = frozenset()) -> str:
        """The vendor of one message; the first that is configured while no weights are kept."""
        if not self._shares:
            return self._first
        return vendors.choose(self._shares, _lots.random(), is_code=is_code, without=without)


def share_of(row: Vendor) -> Share:
    """The rule's view of a row."""
    return Share(
        name=row.name,
        weight=row.weight,
        resting=row.resting,
        changed_at=row.changed_at,
        is_pinned=bool(row.pinned_by),
    )


def refusers(session: Session, delivery: Delivery) -> frozenset[str]:
    """Vendors that have refused this very message, so that another may take it."""
    found = session.scalars(
        select(DeliveryStep.vendor)
        .where(
            DeliveryStep.delivery_id == delivery.id,
            DeliveryStep.reason.in_(("content", "unlisted_code", "account", "retryable")),
        )
        .distinct()
    )
    return frozenset(name for name in found if name)


def judge(session: Session, *, names: Sequence[str], now: dt.datetime) -> int:
    """Move weights by what is seen; one process at a time. How many moves were made."""
    lock = text("SELECT pg_try_advisory_xact_lock(hashtext('notify vendors'))")
    if not session.execute(lock).scalar_one():
        return 0
    rows = {row.name: row for row in session.scalars(select(Vendor).with_for_update())}
    if {name for name, row in rows.items() if row.is_used} != set(names):
        _settle(session, rows, names, now=now)
        return 0
    used = [share_of(rows[name]) for name in names]
    moves = vendors.judge(used, _seen(session, now=now), now=now)
    for move in moves:
        rows[move.giver].weight -= move.points
        rows[move.taker].weight += move.points
        log.warning("sms vendor weighs less", vendor=move.giver, reason=move.reason)
        taken = move.reason if move.reason == "healing" else "relief"
        for name, reason in ((move.giver, move.reason), (move.taker, taken)):
            rows[name].changed_at = now
            _note(session, rows[name], reason=reason, now=now)
    return len(moves)


def pin(
    session: Session, name: str, weight: int | None, *, reason: str, actor: str, now: dt.datetime
) -> None:
    """Hold a vendor at a weight, or (None) let the machine weigh it again.

    Raises Refusal `unknown_vendor`, `without_reason`, `wrong_weight`.
    """
    if not reason.strip():
        raise Refusal("without_reason")
    if weight is not None and not 0 <= weight <= vendors.RESTING_TOTAL:
        raise Refusal("wrong_weight")
    row = session.get(Vendor, name, with_for_update=True)
    if row is None or not row.is_used:
        raise Refusal("unknown_vendor")
    row.pinned_by = "" if weight is None else actor
    row.weight = row.resting if weight is None else weight
    row.changed_at = now
    _note(session, row, reason=reason.strip()[:200], now=now, by=actor)
    audit.record(
        session,
        actor=actor,
        action="vendor.unpinned" if weight is None else "vendor.pinned",
        subject=f"vendor:{name}",
        weight=row.weight,
        reason=reason.strip()[:200],
    )


def _settle(
    session: Session, rows: dict[str, Vendor], names: Sequence[str], *, now: dt.datetime
) -> None:
    """The configured vendors at rest; those that are gone stay as history."""
    points = vendors.resting_points(len(names))
    for row in rows.values():
        row.is_used = row.name in names
    for name, resting in zip(names, points, strict=True):
        row = rows.get(name) or Vendor(name=name, pinned_by="")
        row.weight = row.resting = resting
        row.changed_at, row.is_used = now, True
        session.add(row)
        session.flush()
        _note(session, row, reason="configured", now=now)


def _note(session: Session, row: Vendor, *, reason: str, now: dt.datetime, by: str = "") -> None:
    session.add(VendorChange(at=now, name=row.name, weight=row.weight, reason=reason, by=by))


def _seen(session: Session, *, now: dt.datetime) -> dict[str, Seen]:
    """What each vendor did lately."""
    answers, receipts = _answers(session, now=now), _receipts(session, now=now)
    return {
        name: dc.replace(answers.get(name, Seen()), receipts=all_, slow=slow)
        for name in answers.keys() | receipts.keys()
        for all_, slow in [receipts.get(name, (0, 0))]
    }


def _answers(session: Session, *, now: dt.datetime) -> dict[str, Seen]:
    """Vendor → what it answered since its weight moved last, at most in the last five minutes."""
    answered = (State.ACCEPTED, State.QUEUED, State.UNKNOWN, State.FAILED)
    of_minute = DeliveryStep.at > now - dt.timedelta(minutes=1)
    is_bad = DeliveryStep.reason.in_(_TROUBLE)
    fresh = DeliveryStep.at > Vendor.changed_at
    rows = session.execute(
        select(
            DeliveryStep.vendor,
            func.count().filter(fresh),
            func.count().filter(fresh, is_bad),
            func.count().filter(of_minute, is_bad),
            func.count().filter(of_minute, DeliveryStep.reason == "account"),
        )
        .join(Vendor, Vendor.name == DeliveryStep.vendor)
        .where(DeliveryStep.at > now - ANSWERS_WATCHED, DeliveryStep.state.in_(answered))
        .group_by(DeliveryStep.vendor)
    )
    return {
        name: Seen(attempts=all_, errors=bad, errors_of_minute=lately, refused_account=account > 0)
        for name, all_, bad, lately, account in rows
        if name
    }


def _receipts(session: Session, *, now: dt.datetime) -> dict[str, tuple[int, int]]:
    """Vendor → what left 5 to 15 minutes ago, and how much of it took more than five."""
    late = case(
        (Delivery.state == State.ACCEPTED, 1),
        (Delivery.state_at > Delivery.sent_at + SLOW_AFTER, 1),
    )
    rows = session.execute(
        select(Delivery.vendor, func.count(), func.count(late))
        .where(
            Delivery.sent_at.between(now - WATCHED, now - SLOW_AFTER),
            Delivery.channel == Channel.SMS,
            Delivery.state.in_((State.ACCEPTED, State.DELIVERED)),
        )
        .group_by(Delivery.vendor)
    )
    return {name: (all_, slow) for name, all_, slow in rows if name}
