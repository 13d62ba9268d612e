"""An administrator gives more time; windows belong to the upload room (R14)."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from libs.common import audit
from libs.common import messages as m
from libs.common.db import database_now
from libs.common.errors import Refusal
from libs.common.outbox import post
from services.review.domain import window as rules
from services.review.domain.staff import Reviewer
from services.review.domain.window import MoreTime
from services.review.models.case import Exam
from services.review.models.staff import Staff


def check(session: Session, more: MoreTime) -> None:
    """Whether it may be asked for. Refuses `unknown_scope` and what `window.check` refuses."""
    exam = session.get(Exam, more.exam)
    if exam is None or (more.site is not None and more.site not in exam.sites):
        raise Refusal("unknown_scope")
    rules.check(more, now=database_now(session))


def extend(session: Session, more: MoreTime, by: Reviewer) -> None:
    """Ask for it; everybody concerned is told by the upload room. Refuses what `check` refuses."""
    check(session, more)
    login = session.scalar(select(Staff.login).where(Staff.id == by.id))
    post(
        session,
        m.ExtendWindow(
            exam=more.exam,
            window=more.window,
            site=more.site,
            registration_number=more.number,
            ends_at=more.ends_at,
            reason=more.reason,
            by=login or "",
        ),
    )
    audit.record(
        session,
        actor=f"staff:{by.id}",
        action="window.extension_asked",
        subject=f"exam:{more.exam}",
        window=more.window,
        site=more.site,
        number=more.number,
        ends_at=more.ends_at,
    )
