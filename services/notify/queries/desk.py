"""What the delivery desk shows: one candidate's notices with each attempt, vendors, who waits."""

import contextlib
import dataclasses as dc
import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import case, exists, func, or_, select, tuple_
from sqlalchemy.orm import Session

from services.notify.domain.delivery import State
from services.notify.domain.facts import Channel
from services.notify.models.ladder import Call
from services.notify.models.notice import Delivery, DeliveryStep, Notice
from services.notify.models.operators import Operator
from services.notify.models.people import Contact, Exam
from services.notify.models.vendors import Vendor, VendorChange

FOUND_MOST = 20
NOTICES_MOST = 200
WAITING_MOST = 100
HOURS_SHOWN = 24
CHANGES_SHOWN = 20


@dc.dataclass(frozen=True)
class Told:
    """One notice with its deliveries, their steps, and its calls."""

    notice: Notice
    deliveries: list[Delivery]
    steps: dict[UUID, list[DeliveryStep]]
    calls: list[Call]


@dc.dataclass(frozen=True)
class Waiting:
    """A notice that falls due and has reached nobody as far as we know."""

    notice: Notice
    contact: Contact
    call_is_open: bool


@dc.dataclass(frozen=True)
class Hour:
    """What one vendor, and the carriers behind it, did within one hour."""

    hour: dt.datetime
    accepted: int = 0
    failed: int = 0
    delivered: int = 0
    undelivered: int = 0

    @property
    def attempts(self) -> int:
        """What it was asked to send."""
        return self.accepted + self.failed


def search(session: Session, words: str) -> list[Contact]:
    """By registration number or by the application's id; both whole."""
    wanted = words.strip()
    if not wanted:
        return []
    matches = [Contact.number == wanted, func.lower(Contact.number) == wanted.lower()]
    with contextlib.suppress(ValueError):
        matches.append(Contact.application_id == UUID(wanted))
    return list(session.scalars(select(Contact).where(or_(*matches)).limit(FOUND_MOST)))


def timeline(session: Session, application_id: UUID) -> list[Told]:
    """Everything that one candidate was told, newest first; four queries however much it is."""
    notices = session.scalars(
        select(Notice)
        .where(Notice.application_id == application_id)
        .order_by(Notice.created_at.desc(), Notice.id.desc())
        .limit(NOTICES_MOST)
    ).all()
    ids = [notice.id for notice in notices]
    deliveries = defaultdict(list)
    for delivery in session.scalars(
        select(Delivery)
        .where(Delivery.notice_id.in_(ids))
        .order_by(Delivery.channel, Delivery.turn)
    ):
        deliveries[delivery.notice_id].append(delivery)
    steps = defaultdict(list)
    known = [d.id for several in deliveries.values() for d in several]
    for step in session.scalars(
        select(DeliveryStep)
        .where(DeliveryStep.delivery_id.in_(known))
        .order_by(DeliveryStep.at, DeliveryStep.id)
    ):
        steps[step.delivery_id].append(step)
    calls = defaultdict(list)
    for call in session.scalars(
        select(Call).where(Call.notice_id.in_(ids)).order_by(Call.requested_at)
    ):
        calls[call.notice_id].append(call)
    return [Told(n, deliveries[n.id], steps, calls[n.id]) for n in notices]


def unreached(session: Session, *, now: dt.datetime) -> list[Waiting]:
    """Not read, not acted on, and no SMS delivered: what falls due first stands first."""
    arrived = exists().where(
        Delivery.notice_id == Notice.id,
        Delivery.channel == Channel.SMS,
        Delivery.state == State.DELIVERED,
    )
    rows = session.execute(
        select(Notice, Contact, Call.call_id)
        .join(Contact, Contact.application_id == Notice.application_id)
        .outerjoin(
            Call,
            (Call.application_id == Notice.application_id) & Call.closed_at.is_(None),
        )
        .where(
            Notice.due_at > now,
            Notice.read_at.is_(None),
            Notice.ended_at.is_(None),
            ~arrived,
        )
        .order_by(Notice.due_at)
        .limit(WAITING_MOST)
    )
    return [Waiting(notice, contact, call is not None) for notice, contact, call in rows]


def exams(session: Session) -> dict[str, Exam]:
    """Code → the exam with its words."""
    return {exam.code: exam for exam in session.scalars(select(Exam))}


def operators(session: Session) -> dict[str, str]:
    """Login → name, also of those whose account is closed."""
    rows = session.execute(select(Operator.login, Operator.name))
    return {row.login: row.name for row in rows}


def vendors(session: Session) -> Sequence[Vendor]:
    """Those in use."""
    return session.scalars(select(Vendor).where(Vendor.is_used).order_by(Vendor.name)).all()


def changes(session: Session) -> Sequence[VendorChange]:
    """The newest moves of weights."""
    return session.scalars(
        select(VendorChange).order_by(VendorChange.at.desc()).limit(CHANGES_SHOWN)
    ).all()


def hours(session: Session, *, now: dt.datetime) -> dict[str, list[Hour]]:
    """Vendor → its last 24 hours, the oldest first; hours without traffic are there with zeros."""
    last = now.replace(minute=0, second=0, microsecond=0)
    slots = [last - dt.timedelta(hours=n) for n in range(HOURS_SHOWN - 1, -1, -1)]
    hour = func.date_trunc("hour", DeliveryStep.at, "UTC")
    counted = (
        (State.ACCEPTED,),
        (State.QUEUED, State.UNKNOWN, State.FAILED),
        (State.DELIVERED,),
        (State.UNDELIVERED,),
    )
    counts = [func.count(case((DeliveryStep.state.in_(states), 1))) for states in counted]
    rows = session.execute(
        select(DeliveryStep.vendor, hour, *counts)
        .where(DeliveryStep.at >= slots[0], DeliveryStep.vendor.is_not(None))
        .group_by(DeliveryStep.vendor, hour)
    )
    seen = {(vendor, at): Hour(at, *numbers) for vendor, at, *numbers in rows}
    names = {vendor for vendor, _ in seen if vendor}
    return {name: [seen.get((name, at), Hour(at)) for at in slots] for name in names}


def weights(session: Session, *, since: dt.datetime) -> dict[str, list[VendorChange]]:
    """Vendor in use → how its weight moved since then, after the last move before."""
    before = (
        select(VendorChange.name, func.max(VendorChange.at))
        .where(VendorChange.at < since)
        .group_by(VendorChange.name)
    )
    is_last_before = tuple_(VendorChange.name, VendorChange.at).in_(before)
    rows = session.scalars(
        select(VendorChange)
        .join(Vendor, Vendor.name == VendorChange.name)
        .where(Vendor.is_used, or_(VendorChange.at >= since, is_last_before))
        .order_by(VendorChange.name, VendorChange.at)
    )
    moves: dict[str, list[VendorChange]] = defaultdict(list)
    for row in rows:
        moves[row.name].append(row)
    return dict(moves)
