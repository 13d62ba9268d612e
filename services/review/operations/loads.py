"""An administrator loads an exam's pack from the desk: compared first, then just what was compared.

The pack lies on the upload room's machines; the desk sends no file (docs/decisions/0017).
"""

import uuid

from sqlalchemy.orm import Session

from libs.common import audit
from libs.common import messages as m
from libs.common.db import database_now
from libs.common.errors import Refusal
from libs.common.outbox import post
from services.review.domain.asking import Asked
from services.review.domain.staff import Reviewer
from services.review.models.asked import AskedLoad
from services.review.models.case import Exam
from services.review.operations import asked


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
    row = asked.held(session, AskedLoad, load_id)
    if row.state is not Asked.OFFERED or not row.differences:
        raise Refusal("load_moved")
    asked.confirm(session, row)
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
    row = asked.answered(
        session, AskedLoad, message.load_id, rehearsal=message.rehearsal, refusal=message.refusal
    )
    if row is None:
        return
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


def _ask(session: Session, row: AskedLoad, by: Reviewer, *, version: str | None) -> None:
    post(
        session,
        m.LoadPack(
            exam=row.exam,
            by=asked.login_of(session, by),
            load_id=m.LoadId(row.id),
            pack_version=version,
        ),
    )
