"""What the registration system answers to published results, and what it holds (R24)."""

import uuid

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from libs.common import audit
from libs.common import messages as m
from libs.common.db import database_now
from libs.common.errors import Refusal
from libs.common.outbox import post
from services.review.domain.staff import Reviewer
from services.review.models.publication import Batch, BatchResult, HeldCheck
from services.review.models.staff import Staff


def record_answer(session: Session, message: m.ResultAnswered) -> None:
    """It has the result, or would not have it; a yes is never taken back."""
    column = BatchResult.accepted_at if message.accepted else BatchResult.refused_at
    published = select(Batch.id).where(Batch.published_at.is_not(None))
    session.execute(
        update(BatchResult)
        .where(
            BatchResult.application_id == message.application_id,
            BatchResult.batch_id.in_(published),
            BatchResult.accepted_at.is_(None),
        )
        .values({column: message.answered_at, BatchResult.status: message.status})
        .execution_options(synchronize_session=False)
    )


def push_again(session: Session, batch_id: uuid.UUID, by: Reviewer) -> None:
    """What the registration system refused of a published batch goes out once more.

    Refuses `not_found`, `nothing_refused`.
    """
    batch = session.get(Batch, batch_id, with_for_update=True, populate_existing=True)
    if batch is None or batch.published_at is None:
        raise Refusal("not_found")
    again = session.scalars(
        update(BatchResult)
        .where(
            BatchResult.batch_id == batch.id,
            BatchResult.refused_at.is_not(None),
            BatchResult.accepted_at.is_(None),
        )
        .values(refused_at=None, status=None)
        .returning(BatchResult.application_id)
    ).all()
    if not again:
        raise Refusal("nothing_refused")
    login = session.scalar(select(Staff.login).where(Staff.id == by.id))
    post(
        session,
        m.PushAgain(exam=batch.exam, batch_id=m.BatchId(batch.id), by=login or ""),
    )
    audit.record(
        session,
        actor=f"staff:{by.id}",
        action="batch.pushed_again",
        subject=f"batch:{batch.id}",
        results=len(again),
    )


def ask_held(session: Session, exam: str, by: Reviewer) -> uuid.UUID:
    """Ask what it holds of the exam; the answer comes as a message."""
    check = HeldCheck(id=uuid.uuid4(), exam=exam, asked_by=by.id, asked_at=database_now(session))
    session.add(check)
    session.flush()
    post(session, m.AskResultsHeld(check_id=m.CheckId(check.id), exam=exam))
    audit.record(
        session, actor=f"staff:{by.id}", action="results.held_asked", subject=f"exam:{exam}"
    )
    return check.id


def record_held(session: Session, message: m.ResultsHeld) -> None:
    """Its answer stands beside the question; a copy changes nothing."""
    check = session.get(HeldCheck, message.check_id, with_for_update=True)
    if check is None or check.answered_at is not None:
        return
    now = database_now(session)
    check.answered_at, check.status = now, message.status
    if message.answered:
        check.held = {
            held.outcome: {"count": held.count, "digest": held.digest} for held in message.held
        }
