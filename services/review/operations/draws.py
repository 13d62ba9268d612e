"""Drawing a conclusion for the second reading, without a word to whoever concluded (R25)."""

import uuid
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from libs.common import audit
from libs.common.db import database_now
from services.review.domain import second as rules
from services.review.domain.case import State
from services.review.domain.second import Reading
from services.review.models.case import Case, Exam, Image
from services.review.models.judging import Request, Verdict
from services.review.models.second import SecondReading

SETTING = "second_reading_percent"


def draw(session: Session, case: Case) -> None:
    """Put a conclusion that belongs to the share into the queue, as it stands now.

    The case's record says nothing of it: who concluded shall not know which are read again.
    """
    exam = session.get(Exam, case.exam)
    if exam is None:
        return
    percent = int(exam.settings.get(SETTING, rules.DEFAULT_PERCENT))
    if not rules.is_drawn(case.id, key=exam.draw_key, percent=percent):
        return
    session.add(
        SecondReading(
            id=uuid.uuid4(),
            case_id=case.id,
            round=case.round,
            state=Reading.WAITING.value,
            drawn_at=database_now(session),
            outcome=case.outcome,
            words=case.outcome_words,
            first=_first(session, case),
            concluded_by=case.concluded_by,
        )
    )
    audit.record(session, actor="room:review", action="second.drawn", subject=f"case:{case.id}")


def void(session: Session, case: Case) -> None:
    """The conclusion is no more: nobody needs to read it again."""
    if case.state != State.CONCLUDED.value:
        return
    session.execute(
        update(SecondReading)
        .where(SecondReading.case_id == case.id, SecondReading.state == Reading.WAITING.value)
        .values(state=Reading.VOID.value, expires_at=None)
    )


def _first(session: Session, case: Case) -> dict[str, Any]:
    """The verdict that holds of every image, with its reason: the area's before the site's."""
    rows = session.execute(
        select(Verdict.image_id, Verdict.choice, Request.reason)
        .join(Image, Image.id == Verdict.image_id)
        .outerjoin(Request, Request.verdict_id == Verdict.id)
        .where(Verdict.case_id == case.id, Verdict.taken_back_at.is_(None), Image.is_current)
        .order_by(
            Verdict.level.desc(), Verdict.id
        )  # of two the last is kept: the area's, the newer
    )
    return {str(r.image_id): {"choice": r.choice, "reason": r.reason or ""} for r in rows}
