"""What only the upload room can do is rehearsed there, confirmed here, and answered by it."""

import uuid
from typing import TypeVar

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from libs.common.db import database_now
from libs.common.errors import Refusal
from services.review.domain.staff import Reviewer
from services.review.models.asked import AskedExtension, AskedLoad, Question
from services.review.models.staff import Staff

KEEP_REHEARSAL_HOURS = 24
_Q = TypeVar("_Q", bound=Question)


def held(session: Session, kind: type[_Q], question_id: uuid.UUID) -> _Q:
    """The question, locked until the transaction ends. Refuses `not_found`."""
    row = session.get(kind, question_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise Refusal("not_found")
    return row


def confirm(session: Session, row: Question) -> None:
    """From now on it waits for the answer in earnest."""
    row.confirmed_at, row.answered_at = database_now(session), None


def answered(
    session: Session,
    kind: type[_Q],
    question_id: uuid.UUID,
    *,
    rehearsal: bool,
    refusal: str | None,
) -> _Q | None:
    """The question that waited for just this answer; none for a copy or a late rehearsal."""
    row = session.get(kind, question_id, with_for_update=True, populate_existing=True)
    is_rehearsed = row is not None and row.confirmed_at is None
    if row is None or row.answered_at is not None or rehearsal is not is_rehearsed:
        return None
    row.answered_at, row.refusal = database_now(session), refusal
    return row


def forget_rehearsals(session: Session) -> None:
    """What was never confirmed is kept for a day."""
    old = func.clock_timestamp() - func.make_interval(0, 0, 0, 0, KEEP_REHEARSAL_HOURS)
    for kind in (AskedExtension, AskedLoad):
        session.execute(delete(kind).where(kind.confirmed_at.is_(None), kind.asked_at < old))


def login_of(session: Session, by: Reviewer) -> str:
    """Under which the upload room's audit log knows the administrator."""
    return session.scalar(select(Staff.login).where(Staff.id == by.id)) or ""
