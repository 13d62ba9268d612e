"""Queues: what waits for whom, oldest first, in a constant number of queries."""

import dataclasses as dc
import datetime as dt
import uuid
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from services.review.domain.case import State
from services.review.domain.staff import AREA_ROLES, SITE_ROLES, Reviewer
from services.review.models.case import Case, CaseEvent, Image
from services.review.models.judging import Claim, Verdict
from services.review.models.publication import Unsubmitted
from services.review.models.staff import Staff

PAGE_ROWS = 50
_HELD = [State.SITE_REVIEW.value, State.AREA_REVIEW.value]


class Queue(StrEnum):
    """The lists of the queues page."""

    SITE = "site"
    AREA = "area"
    MINE = "mine"
    RETURNED = "returned"
    WAITING = "waiting"
    UNSUBMITTED = "unsubmitted"
    CONCLUDED = "concluded"


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
    round: int
    since: dt.datetime
    images: int
    judged: int
    claimed_by: str | None
    claimed_until: dt.datetime | None
    has_overdue: bool
    was_returned: bool
    outcome: str | None


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
    """How many lines each of his queues has: two queries, whatever their number."""
    columns = [
        func.count().filter(_in_queue(queue, who)).label(queue.value)
        for queue in Queue
        if queue is not Queue.UNSUBMITTED
    ]
    row = session.execute(select(*columns).select_from(Case).where(_scope(who))).one()
    absent = session.scalar(
        select(func.count()).select_from(Unsubmitted).where(*_absent_scope(who))
    )
    found = {Queue(name): int(number) for name, number in row._mapping.items()}  # noqa: SLF001
    found[Queue.UNSUBMITTED] = absent or 0
    return {queue: found[queue] for queue in offered(who)}


def offered(who: Reviewer) -> list[Queue]:
    """The queues that his roles have."""
    levels = [Queue.AREA, Queue.SITE] if who.sees_area else [Queue.SITE]
    own = [Queue.MINE] if who.roles & (SITE_ROLES | AREA_ROLES) else []
    return [
        levels[0],
        *own,
        *levels[1:],
        Queue.RETURNED,
        Queue.WAITING,
        Queue.UNSUBMITTED,
        Queue.CONCLUDED,
    ]


def page(session: Session, who: Reviewer, queue: Queue, *, search: str = "", at: int = 0) -> Page:
    """Fifty lines of a queue from `at` on; `search` is a registration number or masked name."""
    if queue is Queue.UNSUBMITTED:
        return _absent_page(session, who, search=search, at=at)
    where = [_scope(who), true() if search else _in_queue(queue, who)]
    if search:
        where.append(_found(search, Case.registration_number, Case.masked_name))
    rows = session.execute(
        _lines()
        .where(*where)
        .order_by(Case.has_overdue.desc(), Case.since, Case.id)
        .offset(at)
        .limit(PAGE_ROWS + 1)
    ).all()
    made = [
        Row(
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
            outcome=r.outcome if who.sees_area else None,
        )
        for r in rows
    ]
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


def _lines() -> Select[*tuple[object, ...]]:
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
            Case.returned_words.is_not(None).label("was_returned"),
            images.label("images"),
            judged.label("judged"),
            claimer.name.label("claimed_by"),
            Claim.expires_at.label("claimed_until"),
        )
        .select_from(Case)
        .outerjoin(Claim, live)
        .outerjoin(claimer, claimer.id == Claim.staff_id)
    )


def _absent_page(session: Session, who: Reviewer, *, search: str, at: int) -> Page:
    where = _absent_scope(who)
    if search:
        where.append(_found(search, Unsubmitted.registration_number, Unsubmitted.masked_name))
    rows = session.scalars(
        select(Unsubmitted)
        .where(*where)
        .order_by(Unsubmitted.locked_at, Unsubmitted.registration_number)
        .offset(at)
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
            round=0,
            since=r.locked_at,
            images=0,
            judged=0,
            claimed_by=None,
            claimed_until=None,
            has_overdue=False,
            was_returned=False,
            outcome=None,
        )
        for r in rows
    ]
    return Page(rows=made[:PAGE_ROWS], has_more=len(made) > PAGE_ROWS)


def _scope(who: Reviewer) -> ColumnElement[bool]:
    """The same sentence as `Reviewer.sees`, for the database."""
    if who.sees_area:
        return true()
    return Case.site.in_(who.sites) if who.roles & SITE_ROLES else false()


def _absent_scope(who: Reviewer) -> list[ColumnElement[bool]]:
    own = true() if who.sees_area else Unsubmitted.site.in_(who.sites)
    return [own]


def _in_queue(queue: Queue, who: Reviewer) -> ColumnElement[bool]:
    match queue:
        case Queue.SITE:
            return Case.state == State.SITE_REVIEW.value
        case Queue.AREA:
            return Case.state == State.AREA_REVIEW.value
        case Queue.MINE:
            own = aliased(Claim)
            return exists().where(
                own.case_id == Case.id,
                own.staff_id == who.id,
                own.expires_at > func.clock_timestamp(),
            )
        case Queue.RETURNED:
            back = and_(Case.state == State.SITE_REVIEW.value, Case.returned_words.is_not(None))
            answered = and_(Case.state == State.AREA_REVIEW.value, Case.round > 1)
            return or_(back, answered, and_(Case.has_overdue, Case.state.in_(_HELD)))
        case Queue.WAITING:
            return Case.state == State.WAITING.value
        case _:
            return Case.state.in_([State.CONCLUDED.value, State.PUBLISHED.value])


def _found(
    search: str, number: InstrumentedAttribute[str], name: InstrumentedAttribute[str]
) -> ColumnElement[bool]:
    escaped = search.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    starts = number.like(f"{escaped}%")
    return or_(starts, name == search)
