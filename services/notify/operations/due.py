"""Which deliveries are due, and nobody else's to send at this moment."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Row, Select, or_, select, text
from sqlalchemy.orm import Session, contains_eager

from services.notify.domain.delivery import State
from services.notify.domain.facts import Channel
from services.notify.models.notice import Delivery, Notice
from services.notify.models.people import Contact, Exam
from services.notify.operations import limits

SEND_ROWS = 200
"""In one transaction; a tick each second makes it the rate of a bulk notice too."""
DueRow = Row[Delivery, Contact, Exam]


def due_rows(
    session: Session, *, now: dt.datetime, application_id: UUID | None
) -> Sequence[DueRow]:
    """Up to 200, oldest first, locked with their contacts; of SMS those to numbers that no other
    transaction is sending to.
    """
    return _free(session, session.execute(_due(now, application_id)).all())


def alone(session: Session) -> bool:
    """Whether no other process is sending bulk until this transaction ends."""
    lock = text("SELECT pg_try_advisory_xact_lock(hashtext('notify bulk'))")
    return session.execute(lock).scalar_one() is True


def _due(now: dt.datetime, application_id: UUID | None) -> Select[Delivery, Contact, Exam]:
    statement = (
        select(Delivery, Contact, Exam)
        .join(Notice, Delivery.notice_id == Notice.id)
        .join(Contact, Contact.application_id == Notice.application_id)
        .join(Exam, Exam.code == Contact.exam)
        .options(contains_eager(Delivery.notice))
        .where(
            Delivery.state.in_((State.QUEUED, State.UNKNOWN)),
            Delivery.due_at <= now,
            or_(Delivery.channel == Channel.IN_APP, Contact.revision > 0),
        )
        .order_by(Delivery.due_at)
        .limit(SEND_ROWS)
        .with_for_update(of=(Delivery, Contact), skip_locked=True)
    )
    if application_id is not None:
        statement = statement.where(Notice.application_id == application_id)
    return statement


def _free(session: Session, rows: Sequence[DueRow]) -> Sequence[DueRow]:
    """Without the SMS to numbers that another transaction is sending to."""
    texts = [row.Contact for row in rows if row.Delivery.channel == Channel.SMS]
    held = limits.hold_numbers(session, texts) if texts else frozenset()
    return [
        row
        for row in rows
        if row.Delivery.channel == Channel.IN_APP
        or row.Contact.phone_mark is None
        or row.Contact.phone_mark in held
    ]
