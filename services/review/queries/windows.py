"""More time that was asked for, and whom it would concern as far as this room knows them."""

import dataclasses as dc
import uuid
from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from services.review.models.case import Case, Exam
from services.review.models.publication import Unsubmitted
from services.review.models.staff import Staff
from services.review.models.window import AskedExtension

SHOWN = 20
LISTED = 10


@dc.dataclass(frozen=True, kw_only=True)
class Known:
    """Of the scope: some that are locked without a submission, and how many have submitted."""

    some: Sequence[Unsubmitted]
    submitted: int


@dc.dataclass(frozen=True, kw_only=True)
class Line:
    """One extension that was asked for, and by whom."""

    row: AskedExtension
    by: str


def one(session: Session, extension_id: uuid.UUID) -> tuple[AskedExtension, Exam] | None:
    """What was asked, and of which exam."""
    found = session.execute(
        select(AskedExtension, Exam)
        .join(Exam, Exam.code == AskedExtension.exam)
        .where(AskedExtension.id == extension_id)
    ).one_or_none()
    return None if found is None else (found[0], found[1])


def newest(session: Session, exam: str) -> list[Line]:
    """The last that were asked for, previews left out."""
    rows = session.execute(
        select(AskedExtension, Staff.name)
        .join(Staff, Staff.id == AskedExtension.asked_by)
        .where(AskedExtension.exam == exam, AskedExtension.confirmed_at.is_not(None))
        .order_by(AskedExtension.asked_at.desc())
        .limit(LISTED)
    )
    return [Line(row=row, by=name) for row, name in rows]


def known(session: Session, asked: AskedExtension) -> Known:
    """Those of its scope whom this room knows."""
    absent: list[ColumnElement[bool]] = [
        Unsubmitted.exam == asked.exam,
        Unsubmitted.published_at.is_(None),
    ]
    cases: list[ColumnElement[bool]] = [Case.exam == asked.exam]
    if asked.site is not None:
        absent.append(Unsubmitted.site == asked.site)
        cases.append(Case.site == asked.site)
    if asked.number is not None:
        absent.append(Unsubmitted.registration_number == asked.number)
        cases.append(Case.registration_number == asked.number)
    some = session.scalars(
        select(Unsubmitted)
        .where(*absent)
        .order_by(Unsubmitted.registration_number)
        .limit(SHOWN + 1)
    ).all()
    submitted = session.scalar(select(func.count(Case.id)).where(*cases)) or 0
    return Known(some=some, submitted=submitted)
