"""The second window's end, and its later ends: what a conditional conclusion waits for (R5)."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from libs.common import messages as m
from services.review.domain.case import Act, Outcome, State, after
from services.review.models.case import Case
from services.review.operations import cases


def end(session: Session, case: Case, message: m.ApplicationLocked) -> None:
    """It has ended, and what it asked for is not there: what was concluded on that condition is
    open again at the area, which decides knowing so.
    """
    waited = case.awaits_second
    case.second_closed_at = max(case.second_closed_at or message.locked_at, message.locked_at)
    if not waited or case.awaits_second or case.state == State.PUBLISHED.value:
        return
    cases.touch(case, None)
    cases.note(session, case, "second_missed", count=len(case.deferred))
    if case.conditional:
        target = after(State(case.state), Act.REOPEN)
        cases.move(session, case, target, by=None, **cases.NOT_DECIDED)
        cases.say_stage(session, case)


def extend(session: Session, message: m.WindowExtended) -> None:
    """There is more time for it: what was concluded meanwhile waits for it again."""
    found = session.scalars(
        select(Case)
        .where(Case.application_id.in_(message.applications))
        .order_by(Case.id)
        .with_for_update()
    )
    for case in found:
        waited = case.awaits_second
        case.second_until = max(case.second_until or message.ends_at, message.ends_at)
        if waited or not case.awaits_second:
            continue
        cases.touch(case, None)
        is_concluded = case.state == State.CONCLUDED.value
        case.conditional = is_concluded and case.outcome == Outcome.PASSED.value
