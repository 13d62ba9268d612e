"""What is exported, in codes as the database has them; the pages find the words."""

import dataclasses as dc
import datetime as dt
from collections.abc import Callable, Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.review.domain.staff import Reviewer
from services.review.models.case import Case, CaseEvent
from services.review.models.staff import Staff
from services.review.queries import filters
from services.review.queries.desk import may_know
from services.review.queries.filters import Filters, Queue

MOST_ROWS = 50_000
"""As many as a spreadsheet opens without pain; the filters cut the rest into parts."""


@dc.dataclass(frozen=True, kw_only=True)
class CaseLine:
    """One case of a queue, as far as its reader may know of it."""

    registration_number: str
    masked_name: str
    id_number: str
    exam: str
    site: str
    state: str
    round: int
    submitted_at: dt.datetime
    recommendation: str | None
    outcome: str | None
    has_overdue: bool


@dc.dataclass(frozen=True, kw_only=True)
class DeedLine:
    """What one person did on one case."""

    at: dt.datetime
    registration_number: str
    exam: str
    site: str
    kind: str
    level: str | None
    round: int
    name: str
    words: str


def cases(
    session: Session,
    who: Reviewer,
    queue: Queue,
    chosen: Filters,
    *,
    id_number: Callable[[Case], str],
) -> Iterator[CaseLine]:
    """A queue as it is filtered. `id_number` opens and masks it for this role."""
    where = [filters.scope(who), filters.in_queue(queue, who), *filters.narrowed(chosen)]
    if chosen.search:
        where.append(filters.found(chosen.search, Case.registration_number, Case.masked_name))
    rows = session.execute(
        select(Case, filters.in_her_hands(who))
        .where(*where)
        .order_by(Case.registration_number)
        .limit(MOST_ROWS)
        .execution_options(yield_per=1000)
    )
    for case, is_blind in rows:
        sees_outcome = (who.sees_area and not is_blind) or case.state == "published"
        yield CaseLine(
            registration_number=case.registration_number,
            masked_name=case.masked_name,
            id_number=id_number(case),
            exam=case.exam,
            site=case.site,
            state=case.state,
            round=case.round,
            submitted_at=case.submitted_at,
            recommendation=None if is_blind else case.recommendation,
            outcome=case.outcome if sees_outcome else None,
            has_overdue=case.has_overdue,
        )


def deeds(session: Session, who: Reviewer) -> Iterator[DeedLine]:
    """Every deed of a person on a case, the newest first, as far as he may know of it."""
    rows = session.execute(
        select(CaseEvent, Case.registration_number, Case.exam, Case.site, Staff.name)
        .join(Case, Case.id == CaseEvent.case_id)
        .join(Staff, Staff.id == CaseEvent.staff_id)
        .where(filters.scope(who), ~filters.in_her_hands(who))
        .order_by(CaseEvent.id.desc())
        .limit(MOST_ROWS)
    )
    for event, number, exam, site, name in rows:
        if may_know(event, who):
            yield DeedLine(
                at=event.at,
                registration_number=number,
                exam=exam,
                site=site,
                kind=event.kind,
                level=event.level,
                round=event.round,
                name=name,
                words=event.words,
            )
