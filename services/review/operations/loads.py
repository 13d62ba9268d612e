"""An administrator loads an exam's pack from the desk: compared first, then just what was compared.

The pack lies on the upload room's machines; the desk sends no file (docs/decisions/0017).
"""

import uuid

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from libs.common import audit
from libs.common import messages as m
from libs.common.db import database_now
from libs.common.errors import Refusal
from libs.common.outbox import post
from services.review.domain.asking import Asked
from services.review.domain.staff import Reviewer
from services.review.models.case import Exam
from services.review.models.pack import AskedLoad
from services.review.models.staff import Staff

KEEP_COMPARISON_HOURS = 24


def compare(session: Session, exam: str, by: Reviewer) -> uuid.UUID:
    """Ask what the pack that lies ready would change. Refuses `unknown_scope`."""
    if session.get(Exam, exam) is None:
        raise Refusal("unknown_scope")
    row = AskedLoad(
        id=uuid.uuid4(), exam=exam, asked_by=by.id, asked_at=database_now(session), version=None
    )
    session.add(row)
    _ask(session, row, by, version=None)
    return row.id


def confirm(session: Session, load_id: uuid.UUID, by: Reviewer) -> None:
    """Load the version that was compared. Refuses `not_found`, `load_moved`."""
    row = session.get(AskedLoad, load_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise Refusal("not_found")
    if row.state is not Asked.OFFERED or not row.differences:
        raise Refusal("load_moved")
    row.confirmed_at, row.answered_at = database_now(session), None
    _ask(session, row, by, version=row.version)
    audit.record(
        session,
        actor=f"staff:{by.id}",
        action="exam.load_asked",
        subject=f"exam:{row.exam}",
        version=row.version,
    )


def record_answer(session: Session, message: m.PackAnswered) -> None:
    """What the upload room says stands beside what was asked; a copy changes nothing."""
    row = session.get(AskedLoad, message.load_id, with_for_update=True, populate_existing=True)
    is_comparison = row is not None and row.confirmed_at is None
    if row is None or row.answered_at is not None or message.rehearsal is not is_comparison:
        return
    row.answered_at, row.refusal = database_now(session), message.refusal
    row.faults = list(message.faults)
    if message.rehearsal:
        row.version, row.differences = message.pack_version, message.differences
        row.changes = [
            {"place": c.place, "before": c.before, "after": c.after} for c in message.changes
        ]
        return
    audit.record(
        session,
        actor="room:upload",
        action=f"exam.load_{row.state.value}",
        subject=f"exam:{row.exam}",
        version=row.version,
        refusal=message.refusal,
    )


def forget_comparisons(session: Session) -> None:
    """What was only compared is kept for a day."""
    old = func.clock_timestamp() - func.make_interval(0, 0, 0, 0, KEEP_COMPARISON_HOURS)
    session.execute(
        delete(AskedLoad).where(AskedLoad.confirmed_at.is_(None), AskedLoad.asked_at < old)
    )


def _ask(session: Session, row: AskedLoad, by: Reviewer, *, version: str | None) -> None:
    login = session.scalar(select(Staff.login).where(Staff.id == by.id))
    post(
        session,
        m.LoadPack(exam=row.exam, by=login or "", load_id=m.LoadId(row.id), pack_version=version),
    )
