"""Counts that say how the review goes: per reviewer, per reason, and where the levels differ."""

import dataclasses as dc
import uuid

from sqlalchemy import ColumnElement, and_, false, func, or_, select, true
from sqlalchemy.orm import Session

from services.review.domain.request import Standing
from services.review.domain.staff import Reviewer, Role
from services.review.models.case import Case, CaseEvent
from services.review.models.judging import Request
from services.review.models.staff import Staff
from services.review.queries import filters

LEADS = frozenset({Role.SITE_LEAD, Role.AREA_LEAD, Role.AUDITOR})
"""Who sees whose figures are whose; everybody else sees his own name alone."""


@dc.dataclass(frozen=True, kw_only=True)
class ReviewerLine:
    """What one reviewer finished."""

    staff_id: uuid.UUID
    name: str
    """Empty where it is not his business."""
    finished: int
    average_seconds: int | None
    asked: int


@dc.dataclass(frozen=True, kw_only=True)
class ReasonLine:
    """How often a reason was given, and what became of it."""

    exam: str
    reason: str
    given: int
    answered: int
    overdue: int
    not_passed: int
    """In cases that were concluded with 'not passed'."""


@dc.dataclass(frozen=True, kw_only=True)
class Difference:
    """Of one site: its recommendations against the area's outcomes."""

    exam: str
    site: str
    recommendation: str
    outcome: str
    cases: int


def reviewers(session: Session, who: Reviewer) -> list[ReviewerLine]:
    """Without names for who leads nobody, so that nobody is shamed; the busiest first."""
    mine = _cases(who)
    rows = session.execute(
        select(
            CaseEvent.staff_id,
            Staff.name,
            func.count().filter(CaseEvent.seconds.is_not(None)).label("finished"),
            func.avg(CaseEvent.seconds).label("seconds"),
            func.coalesce(func.sum(CaseEvent.count).filter(CaseEvent.kind == "asked"), 0).label(
                "asked"
            ),
        )
        .join(Staff, Staff.id == CaseEvent.staff_id)
        .join(Case, Case.id == CaseEvent.case_id)
        .where(mine)
        .group_by(CaseEvent.staff_id, Staff.name)
        .order_by(func.count().desc(), CaseEvent.staff_id)
    )
    leads = bool(who.roles & LEADS)
    return [
        ReviewerLine(
            staff_id=r.staff_id,
            name=r.name if leads or r.staff_id == who.id else "",
            finished=r.finished,
            average_seconds=None if r.seconds is None else int(r.seconds),
            asked=int(r.asked),
        )
        for r in rows
    ]


def reasons(session: Session, who: Reviewer) -> list[ReasonLine]:
    """The most given first. Outcomes are the area's until they are published (R23)."""
    ended = and_(Case.outcome == "not_passed", _may_know(who))
    rows = session.execute(
        select(
            Case.exam,
            Request.reason,
            func.count().label("given"),
            func.count().filter(Request.standing == Standing.ANSWERED.value).label("answered"),
            func.count().filter(Request.standing == Standing.OVERDUE.value).label("overdue"),
            func.count().filter(ended).label("not_passed"),
        )
        .join(Case, Case.id == Request.case_id)
        .where(_cases(who), Request.standing.not_in(["draft", "withdrawn"]))
        .group_by(Case.exam, Request.reason)
        .order_by(func.count().desc(), Request.reason)
    )
    return [ReasonLine(**r._mapping) for r in rows]  # noqa: SLF001


def differences(session: Session, who: Reviewer) -> list[Difference]:
    """Recommendation by outcome for each site; a site sees what is published."""
    rows = session.execute(
        select(
            Case.exam,
            Case.site,
            Case.recommendation,
            Case.outcome,
            func.count().label("cases"),
        )
        .where(
            _cases(who),
            _may_know(who),
            Case.outcome.is_not(None),
            Case.recommendation.is_not(None),
        )
        .group_by(Case.exam, Case.site, Case.recommendation, Case.outcome)
        .order_by(Case.exam, Case.site, Case.recommendation, Case.outcome)
    )
    return [Difference(**r._mapping) for r in rows]  # noqa: SLF001


def _cases(who: Reviewer) -> ColumnElement[bool]:
    return filters.scope(who)


def _may_know(who: Reviewer) -> ColumnElement[bool]:
    return or_(true() if who.sees_area else false(), Case.state == "published")
