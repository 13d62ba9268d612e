"""The call sheet: who has to be telephoned, the most urgent first."""

import dataclasses as dc
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from services.review.domain.call import Standing
from services.review.domain.staff import Reviewer
from services.review.models.case import Case
from services.review.models.hearing import Call, CallTry
from services.review.models.publication import Unsubmitted
from services.review.models.staff import Staff

PAGE_ROWS = 50


@dc.dataclass(frozen=True, kw_only=True)
class Try:
    """One try, by whom."""

    row: CallTry
    staff_name: str


@dc.dataclass(frozen=True, kw_only=True)
class Line:
    """A call with whom it is about and what came of it so far."""

    call: Call
    case: Case | None
    number: str
    masked_name: str
    tries: Sequence[Try]


@dc.dataclass(frozen=True, kw_only=True)
class Sheet:
    """A part of the open calls, and whether more follow."""

    lines: list[Line]
    has_more: bool


def sheet(session: Session, who: Reviewer, *, at: int = 0, rows: int = PAGE_ROWS) -> Sheet:
    """Open calls of his scope. Who is to be tried later stands below those who are due."""
    now = func.clock_timestamp()
    later = func.coalesce(Call.next_try_at > now, False)
    found = session.scalars(
        select(Call)
        .where(_scope(who), Call.standing == Standing.OPEN.value)
        .order_by(later, Call.due_at.nulls_last(), Call.opened_at, Call.id)
        .offset(at)
        .limit(rows + 1)
    ).all()
    return Sheet(lines=_lines(session, found[:rows]), has_more=len(found) > rows)


def one(session: Session, who: Reviewer, call: Call) -> Line | None:
    """One call, if it is his business."""
    return _lines(session, [call])[0] if who.sees(call.site) else None


def waiting(session: Session, who: Reviewer) -> int:
    """How many calls are open in his scope."""
    query = select(func.count()).where(_scope(who), Call.standing == Standing.OPEN.value)
    return session.scalar(query) or 0


def _scope(who: Reviewer) -> ColumnElement[bool]:
    return true() if who.sees_area else Call.site.in_(who.sites)


def _lines(session: Session, calls: Sequence[Call]) -> list[Line]:
    applications = {call.application_id for call in calls}
    cases = {
        case.application_id: case
        for case in session.scalars(select(Case).where(Case.application_id.in_(applications)))
    }
    absent = {
        row.application_id: row
        for row in session.scalars(
            select(Unsubmitted).where(Unsubmitted.application_id.in_(applications))
        )
    }
    tries = defaultdict(list)
    rows = session.execute(
        select(CallTry, Staff.name)
        .join(Staff, Staff.id == CallTry.staff_id)
        .where(CallTry.call_id.in_([call.id for call in calls]))
        .order_by(CallTry.id)
    )
    for row, name in rows:
        tries[row.call_id].append(Try(row=row, staff_name=name))
    return [_line(call, cases, absent, tries[call.id]) for call in calls]


def _line(
    call: Call,
    cases: Mapping[uuid.UUID, Case],
    absent: Mapping[uuid.UUID, Unsubmitted],
    tries: Sequence[Try],
) -> Line:
    case = cases.get(call.application_id)
    known = case or absent.get(call.application_id)
    return Line(
        call=call,
        case=case,
        number=known.registration_number if known else "",
        masked_name=known.masked_name if known else "",
        tries=tries,
    )
