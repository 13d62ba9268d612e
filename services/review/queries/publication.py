"""What the publication page shows: exams, their readiness, batches."""

import dataclasses as dc

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, aliased

from services.review.domain.second import Reading
from services.review.models.case import Case, Exam
from services.review.models.publication import Batch, Unsubmitted
from services.review.models.second import SecondReading
from services.review.models.staff import Staff


@dc.dataclass(frozen=True, kw_only=True)
class BatchLine:
    """A batch with the names of its two persons."""

    batch: Batch
    proposed_by: str
    confirmed_by: str | None


def exams(session: Session) -> list[Exam]:
    """Every exam of this area."""
    return list(session.scalars(select(Exam).order_by(Exam.code)))


def batches(session: Session, exam: str) -> list[BatchLine]:
    """The batches of an exam, the newest first."""
    first, second = aliased(Staff), aliased(Staff)
    rows = session.execute(
        select(Batch, first.name.label("proposed_by"), second.name.label("confirmed_by"))
        .join(first, first.id == Batch.proposed_by)
        .outerjoin(second, second.id == Batch.confirmed_by)
        .where(Batch.exam == exam)
        .order_by(Batch.proposed_at.desc())
    )
    return [
        BatchLine(batch=r.Batch, proposed_by=r.proposed_by, confirmed_by=r.confirmed_by)
        for r in rows
    ]


def sites(session: Session, exam: str) -> list[str]:
    """The sites of an exam that have a case or an absence."""
    found = set(session.scalars(select(Case.site).where(Case.exam == exam).distinct()))
    found |= set(
        session.scalars(select(Unsubmitted.site).where(Unsubmitted.exam == exam).distinct())
    )
    return sorted(found)


@dc.dataclass(frozen=True, kw_only=True)
class Quality:
    """What the second readings of an exam still have to say."""

    unread: int
    unsettled: int


def quality(session: Session, exam: str) -> Quality:
    """Second readings that wait, and differences that nobody has settled: a publication does not
    wait for them, but whoever publishes knows.
    """
    unsettled = and_(SecondReading.agrees.is_(False), SecondReading.settlement.is_(None))
    unread, open_ = session.execute(
        select(
            func.count().filter(SecondReading.state == Reading.WAITING.value),
            func.count().filter(unsettled),
        )
        .join(Case, Case.id == SecondReading.case_id)
        .where(Case.exam == exam)
    ).one()
    return Quality(unread=unread, unsettled=open_)
