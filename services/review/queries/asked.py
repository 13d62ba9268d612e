"""What administrators asked of the upload room, and who asked."""

import dataclasses as dc
import uuid
from typing import Generic, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.review.models.asked import Question
from services.review.models.case import Exam
from services.review.models.staff import Staff

LISTED = 10
_Q = TypeVar("_Q", bound=Question)


@dc.dataclass(frozen=True, kw_only=True)
class Line(Generic[_Q]):
    """One question, and the name of who asked it."""

    row: _Q
    by: str


def one(session: Session, kind: type[_Q], question_id: uuid.UUID) -> tuple[Line[_Q], Exam] | None:
    """What was asked, and of which exam."""
    found = session.execute(
        select(kind, Staff.name, Exam)
        .join(Staff, Staff.id == kind.asked_by)
        .join(Exam, Exam.code == kind.exam)
        .where(kind.id == question_id)
    ).one_or_none()
    return None if found is None else (Line(row=found[0], by=found[1]), found[2])


def newest(session: Session, kind: type[_Q], exam: str) -> list[Line[_Q]]:
    """The last that were confirmed; mere rehearsals are left out."""
    rows = session.execute(
        select(kind, Staff.name)
        .join(Staff, Staff.id == kind.asked_by)
        .where(kind.exam == exam, kind.confirmed_at.is_not(None))
        .order_by(kind.asked_at.desc())
        .limit(LISTED)
    )
    return [Line(row=row, by=name) for row, name in rows]
