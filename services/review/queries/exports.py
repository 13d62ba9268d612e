"""What is exported: rows of plain values under their headings."""

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
Cell = str | int | float | dt.datetime | None


def cases(
    session: Session,
    who: Reviewer,
    queue: Queue,
    chosen: Filters,
    *,
    id_number: Callable[[Case], str],
) -> Iterator[list[Cell]]:
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
        yield [
            case.registration_number,
            case.masked_name,
            id_number(case),
            case.exam,
            case.site,
            case.state,
            case.round,
            case.submitted_at,
            None if is_blind else case.recommendation,
            case.outcome if sees_outcome else None,
            "1" if case.has_overdue else "",
        ]


def decisions(session: Session, who: Reviewer) -> Iterator[list[Cell]]:
    """Every deed of a person on a case, the newest first, as far as he may know of it."""
    rows = session.execute(
        select(CaseEvent, Case.registration_number, Case.site, Staff.name)
        .join(Case, Case.id == CaseEvent.case_id)
        .join(Staff, Staff.id == CaseEvent.staff_id)
        .where(filters.scope(who), ~filters.in_her_hands(who))
        .order_by(CaseEvent.id.desc())
        .limit(MOST_ROWS)
    )
    for event, number, site, name in rows:
        if may_know(event, who):
            seen: list[Cell] = [event.at, number, site, event.kind, event.level, event.round]
            yield [*seen, name, event.words]
