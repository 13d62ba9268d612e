"""What the administration of exams shows beside the pack itself."""

import dataclasses as dc
import datetime as dt
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.review.domain.request import Standing
from services.review.models.case import Case, ExamVersion
from services.review.models.judging import Request

VERSIONS = 10


@dc.dataclass(frozen=True, kw_only=True)
class Version:
    """One version of an exam's pack as it came, and what it changed for this room."""

    version: str
    learned_at: dt.datetime
    changes: list[dict[str, Any]]
    """`place`, `before`, `after`; of the first version nothing."""


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
