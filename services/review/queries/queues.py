"""Queues: what waits for whom, oldest first, in a constant number of queries."""

import dataclasses as dc
import datetime as dt
import uuid
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, select, true
from sqlalchemy.orm import Session, aliased

from services.review.domain.case import State
from services.review.domain.staff import Reviewer
from services.review.models.case import Case, CaseEvent, Image
from services.review.models.judging import Claim, Verdict
from services.review.models.publication import Unsubmitted
from services.review.models.second import SecondReading
from services.review.models.staff import Staff
from services.review.queries import filters as which
from services.review.queries.filters import Filters, Queue

PAGE_ROWS = 50
MOST_COUNTED = 1000
"""A longer queue is said to have more: counting 200,000 lines tells nobody anything."""
DEEPEST = 5000
"""How far one turns pages; beyond that the search leads."""


@dc.dataclass(frozen=True, kw_only=True)
class Row:
    """One line of a queue."""

    case_id: uuid.UUID | None
    """None where nothing was submitted."""
    registration_number: str
    masked_name: str
    exam: str
    site: str
    state: State | None
    since: dt.datetime
    round: int = 0
    images: int = 0
    judged: int = 0
    claimed_by: str | None = None
    claimed_until: dt.datetime | None = None
    has_overdue: bool = False
    was_returned: bool = False
    info_changed: bool = False
    outcome: str | None = None
    conditional: bool = False


@dc.dataclass(frozen=True, kw_only=True)
class Page:
    """A part of a queue, and whether more follows."""

    rows: list[Row]
    has_more: bool


@dc.dataclass(frozen=True, kw_only=True)
class Today:
    """What a reviewer finished today, and how long he took."""

    finished: int
    average_seconds: int | None


def counts(session: Session, who: Reviewer) -> dict[Queue, int]:
    """How many lines each of his queues has, up to `MOST_COUNTED` and one: one query."""
    columns = [_number(queue, who).label(queue.value) for queue in which.offered(who)]
    row = session.execute(select(*columns)).one()
    return {Queue(name): int(number) for name, number in row._mapping.items()}  # noqa: SLF001


def count(session: Session, who: Reviewer, queue: Queue) -> int:
    """How many lines one queue has."""
    return int(session.scalar(select(_number(queue, who))) or 0)


def page(session: Session, who: Reviewer, queue: Queue, chosen: Filters, *, at: int = 0) -> Page:
    """Fifty lines of a queue from `at` on. A search looks through all that he may see."""
    if queue is Queue.UNSUBMITTED:
        return _absent_page(session, who, chosen, at=at)
    if queue is Queue.SAMPLE and not chosen.search:
        return _sample_page(session, who, at=at)
    where = [which.scope(who), true() if chosen.search else which.in_queue(queue, who)]
    where += which.narrowed(chosen)
    order: tuple[Any, ...] = (Case.has_overdue.desc(), Case.since, Case.id)
    if chosen.search:
        where.append(which.found(chosen.search, Case.registration_number, Case.masked_name))
        order = (Case.registration_number, Case.id)
    rows = session.execute(_lines(where, order, who, at=at)).all()
    made = [_row(r, who) for r in rows]
    return Page(rows=made[:PAGE_ROWS], has_more=len(made) > PAGE_ROWS)


def today(session: Session, who: Reviewer, *, since: dt.datetime) -> Today:
    """What he has finished since midnight."""
    finished, average = session.execute(
        select(func.count(), func.avg(CaseEvent.seconds)).where(
            CaseEvent.staff_id == who.id,
            CaseEvent.at >= since,
            CaseEvent.seconds.is_not(None),
        )
    ).one()
    return Today(finished=finished, average_seconds=None if average is None else int(average))


def _number(queue: Queue, who: Reviewer) -> Any:
    if queue is Queue.UNSUBMITTED:
        lines = select(Unsubmitted.application_id).where(*which.absent(who, Filters()))
    elif queue is Queue.SAMPLE:
        lines = select(SecondReading.id).where(*which.readings(who))
    else:
        lines = select(Case.id).where(which.scope(who), which.in_queue(queue, who))
    some = lines.limit(MOST_COUNTED + 1).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


def _lines(
    where: list[ColumnElement[bool]], order: tuple[Any, ...], who: Reviewer, *, at: int
) -> Select[*tuple[Any, ...]]:
    """First the ids of the page's lines, then what each line says: nothing is counted twice."""
    chosen = select(Case.id).where(*where).order_by(*order)
    part = chosen.offset(min(at, DEEPEST)).limit(PAGE_ROWS + 1).subquery()
    live = and_(Claim.case_id == Case.id, Claim.expires_at > func.clock_timestamp())
    current = and_(Image.case_id == Case.id, Image.is_current)
    images = select(func.count()).where(current).correlate(Case).scalar_subquery()
    holds = exists().where(Verdict.image_id == Image.id, Verdict.taken_back_at.is_(None))
    judged = select(func.count()).where(current, holds).correlate(Case).scalar_subquery()
    claimer = aliased(Staff)
    return (
        select(
            *(Case.id, Case.registration_number, Case.masked_name, Case.exam, Case.site),
            *(Case.state, Case.round, Case.since, Case.has_overdue, Case.outcome),
            *(Case.info_changed_at, Case.conditional),
            Case.returned_words.is_not(None).label("was_returned"),
            images.label("images"),
            judged.label("judged"),
            which.in_her_hands(who).label("is_blind"),
            claimer.name.label("claimed_by"),
            Claim.expires_at.label("claimed_until"),
        )
        .select_from(part)
        .join(Case, Case.id == part.c.id)
        .outerjoin(Claim, live)
        .outerjoin(claimer, claimer.id == Claim.staff_id)
        .order_by(*order)
    )


def _row(r: Any, who: Reviewer) -> Row:
    return Row(
        case_id=r.id,
        registration_number=r.registration_number,
        masked_name=r.masked_name,
        exam=r.exam,
        site=r.site,
        state=State(r.state),
        round=r.round,
        since=r.since,
        images=r.images,
        judged=r.judged,
        claimed_by=r.claimed_by,
        claimed_until=r.claimed_until,
        has_overdue=r.has_overdue,
        was_returned=r.was_returned,
        info_changed=r.info_changed_at is not None,
        outcome=r.outcome if who.sees_area and not r.is_blind else None,
        conditional=r.conditional and who.sees_area and not r.is_blind,
    )


def _sample_page(session: Session, who: Reviewer, *, at: int) -> Page:
    """Without number, name and outcome: who reads again shall not look them up before."""
    reader = aliased(Staff)
    live = SecondReading.expires_at > func.statement_timestamp()
    rows = session.execute(
        select(Case.exam, Case.site, SecondReading.drawn_at, SecondReading.expires_at, reader.name)
        .join(Case, Case.id == SecondReading.case_id)
        .outerjoin(reader, and_(reader.id == SecondReading.reader_id, live))
        .where(*which.readings(who))
        .order_by(SecondReading.drawn_at, SecondReading.id)
        .offset(min(at, DEEPEST))
        .limit(PAGE_ROWS + 1)
    ).all()
    made = [
        Row(
            case_id=None,
            registration_number="",
            masked_name="",
            exam=r.exam,
            site=r.site,
            state=None,
            since=r.drawn_at,
            claimed_by=r.name,
            claimed_until=r.expires_at if r.name else None,
        )
        for r in rows
    ]
    return Page(rows=made[:PAGE_ROWS], has_more=len(made) > PAGE_ROWS)


def _absent_page(session: Session, who: Reviewer, chosen: Filters, *, at: int) -> Page:
    rows = session.scalars(
        select(Unsubmitted)
        .where(*which.absent(who, chosen))
        .order_by(Unsubmitted.locked_at, Unsubmitted.registration_number)
        .offset(min(at, DEEPEST))
        .limit(PAGE_ROWS + 1)
    ).all()
    made = [
        Row(
            case_id=None,
            registration_number=r.registration_number,
            masked_name=r.masked_name,
            exam=r.exam,
            site=r.site,
            state=None,
            since=r.locked_at,
        )
        for r in rows
    ]
    return Page(rows=made[:PAGE_ROWS], has_more=len(made) > PAGE_ROWS)
