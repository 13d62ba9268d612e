"""An administrator gives more time; windows belong to the upload room (R14)."""

import uuid

from sqlalchemy.orm import Session

from libs.common import audit
from libs.common import messages as m
from libs.common.db import database_now
from libs.common.errors import Refusal
from libs.common.outbox import post
from services.review.domain import window as rules
from services.review.domain.staff import Reviewer
from services.review.domain.window import MoreTime
from services.review.models.asked import AskedExtension
from services.review.models.case import Exam
from services.review.operations import asked


def preview(session: Session, more: MoreTime, by: Reviewer) -> uuid.UUID:
    """Ask whom it would concern; nothing is given yet.

    Refuses `unknown_scope` and what `window.check` refuses.
    """
    exam = session.get(Exam, more.exam)
    if exam is None or (more.site is not None and more.site not in exam.sites):
        raise Refusal("unknown_scope")
    rules.check(more, now=database_now(session))
    row = AskedExtension(
        id=uuid.uuid4(),
        exam=more.exam,
        window=more.window,
        site=more.site,
        number=more.number,
        ends_at=more.ends_at,
        reason=more.reason,
        asked_by=by.id,
        asked_at=database_now(session),
    )
    session.add(row)
    _ask(session, row, by, rehearsal=True)
    return row.id


def confirm(session: Session, extension_id: uuid.UUID, by: Reviewer) -> None:
    """Ask for what was previewed; everybody concerned is told by the upload room.

    Refuses `not_found`, `extension_moved`, `window_past`.
    """
    row = asked.held(session, AskedExtension, extension_id)
    rules.check_confirm(row.state)
    if row.ends_at <= database_now(session):
        raise Refusal("window_past")
    asked.confirm(session, row)
    _ask(session, row, by, rehearsal=False)
    audit.record(
        session,
        actor=f"staff:{by.id}",
        action="window.extension_asked",
        subject=f"exam:{row.exam}",
        window=row.window,
        site=row.site,
        number=row.number,
        ends_at=row.ends_at,
    )


def record_answer(session: Session, message: m.ExtensionAnswered) -> None:
    """What the upload room says stands beside what was asked; a copy changes nothing."""
    row = asked.answered(
        session,
        AskedExtension,
        message.extension_id,
        rehearsal=message.rehearsal,
        refusal=message.refusal,
    )
    if row is None:
        return
    row.params, row.concerned = dict(message.params), dict(message.concerned)
    if not message.rehearsal:
        audit.record(
            session,
            actor="room:upload",
            action=f"window.extension_{row.state.value}",
            subject=f"exam:{row.exam}",
            refusal=message.refusal,
        )


def _ask(session: Session, row: AskedExtension, by: Reviewer, *, rehearsal: bool) -> None:
    post(
        session,
        m.ExtendWindow(
            exam=row.exam,
            window="second" if row.window == "second" else "main",
            site=row.site,
            registration_number=row.number,
            ends_at=row.ends_at,
            reason=row.reason,
            by=asked.login_of(session, by),
            extension_id=m.ExtensionId(row.id),
            rehearsal=rehearsal,
        ),
    )
