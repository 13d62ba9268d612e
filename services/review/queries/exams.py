"""What the administration of exams shows beside the pack itself."""

import dataclasses as dc
import datetime as dt
import uuid
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.review.domain.request import Standing
from services.review.models.case import Case, Exam, ExamVersion
from services.review.models.judging import Request
from services.review.models.pack import AskedLoad
from services.review.models.staff import Staff

VERSIONS = 10


@dc.dataclass(frozen=True, kw_only=True)
class Version:
    """One version of an exam's pack as it came, and what it changed for this room."""

    version: str
    learned_at: dt.datetime
    changes: list[dict[str, Any]]
    """`place`, `before`, `after`; of the first version nothing."""


@dc.dataclass(frozen=True, kw_only=True)
class Load:
    """A pack that was compared or loaded, and by whom."""

    row: AskedLoad
    by: str


def load(session: Session, load_id: uuid.UUID) -> tuple[Load, Exam] | None:
    """What was asked, and of which exam."""
    found = session.execute(
        select(AskedLoad, Staff.name, Exam)
        .join(Staff, Staff.id == AskedLoad.asked_by)
        .join(Exam, Exam.code == AskedLoad.exam)
        .where(AskedLoad.id == load_id)
    ).one_or_none()
    return None if found is None else (Load(row=found[0], by=found[1]), found[2])


def loads(session: Session, exam: str) -> list[Load]:
    """The last that were to be loaded, mere comparisons left out."""
    rows = session.execute(
        select(AskedLoad, Staff.name)
        .join(Staff, Staff.id == AskedLoad.asked_by)
        .where(AskedLoad.exam == exam, AskedLoad.confirmed_at.is_not(None))
        .order_by(AskedLoad.asked_at.desc())
        .limit(VERSIONS)
    )
    return [Load(row=row, by=name) for row, name in rows]


def used_reasons(session: Session, exam: str) -> dict[str, int]:
    """Reason → how often it was given, by everybody."""
    rows = session.execute(
        select(Request.reason, func.count())
        .join(Case, Case.id == Request.case_id)
        .where(
            Case.exam == exam,
            Request.standing.not_in([Standing.DRAFT.value, Standing.WITHDRAWN.value]),
        )
        .group_by(Request.reason)
    )
    return {reason: count for reason, count in rows}  # noqa: C416 - rows are no pairs to dict


def versions(session: Session, exam: str) -> list[Version]:
    """The newest first."""
    rows = session.scalars(
        select(ExamVersion)
        .where(ExamVersion.exam == exam)
        .order_by(ExamVersion.learned_at.desc())
        .limit(VERSIONS)
    )
    return [Version(version=r.version, learned_at=r.learned_at, changes=r.changes) for r in rows]
