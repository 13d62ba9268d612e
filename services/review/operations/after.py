"""What happens to requests after they are out: more time, or no longer asked (R19, R21)."""

import datetime as dt
import uuid
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from libs.common import messages as m
from libs.common.db import database_now
from libs.common.errors import Refusal
from libs.common.outbox import post
from services.review.domain import case as case_rules
from services.review.domain import request as rules
from services.review.domain.case import Level, State
from services.review.domain.request import Standing
from services.review.domain.staff import AREA_ROLES, Reviewer
from services.review.models.case import Case
from services.review.models.judging import Request
from services.review.operations import cases, claims


def extend(
    session: Session,
    case_id: uuid.UUID,
    request_ids: Sequence[uuid.UUID],
    reason: str,
    by: Reviewer,
    *,
    hours: int,
    seen_version: int,
) -> None:
    """More time for these requests; all get the latest of their new due times.

    Refuses `not_found`, `case_moved`, `stale_decision`, `nothing_asked` and what
    `request.extended` refuses.
    """
    case, chosen = _chosen(session, case_id, request_ids, by, seen_version=seen_version)
    now = database_now(session)
    due = max(rules.extended(_due(r), hours, reason, now=now) for r in chosen)
    for request in chosen:
        request.due_at = due
    cases.touch(case, by)
    level = Level(chosen[0].level)
    said = reason.strip()
    cases.note(session, case, "extended", by=by, level=level, words=said, count=len(chosen))
    post(
        session,
        m.RequestsExtended(
            application_id=m.ApplicationId(case.application_id),
            case_id=m.CaseId(case.id),
            requests=tuple(m.RequestId(r.id) for r in chosen),
            due_at=due,
            reason=said,
        ),
    )


def withdraw(
    session: Session,
    case_id: uuid.UUID,
    request_ids: Sequence[uuid.UUID],
    reason: str,
    by: Reviewer,
    *,
    seen_version: int,
) -> None:
    """These are no longer asked; when none is left, the level that asked judges again.

    Refuses `not_found`, `case_moved`, `stale_decision`, `nothing_asked`, `words_needed`,
    `words_too_long`.
    """
    case, chosen = _chosen(session, case_id, request_ids, by, seen_version=seen_version)
    rules.check_reason(reason)
    for request in chosen:
        request.standing = Standing.WITHDRAWN.value
    session.flush()
    level = Level(chosen[0].level)
    said = reason.strip()
    post(
        session,
        m.RequestsWithdrawn(
            application_id=m.ApplicationId(case.application_id),
            case_id=m.CaseId(case.id),
            requests=tuple(m.RequestId(r.id) for r in chosen),
            reason=said,
        ),
    )
    if _open(session, case):
        cases.touch(case, by)
    else:
        target = case_rules.after_withdrawal(State(case.state), level=level)
        cases.move(session, case, target, by=by)
        cases.lapse_asks(session, case)
        cases.say_stage(session, case)
    cases.note(session, case, "withdrawn", by=by, level=level, words=said, count=len(chosen))


def _chosen(
    session: Session,
    case_id: uuid.UUID,
    request_ids: Sequence[uuid.UUID],
    by: Reviewer,
    *,
    seen_version: int,
) -> tuple[Case, list[Request]]:
    """The open ones of these that are his to change: his level's, for the area all."""
    case = cases.lock(session, case_id)
    if not by.sees(case.site):
        raise Refusal("not_found")
    claims.check_seen(session, case, seen_version=seen_version)
    if case.state != State.WAITING.value:
        raise Refusal("wrong_state", state=case.state)
    levels = [Level.SITE.value]
    if by.roles & AREA_ROLES:
        levels.append(Level.AREA.value)
    chosen = session.scalars(
        select(Request)
        .where(
            Request.case_id == case.id,
            Request.id.in_(request_ids),
            Request.standing == Standing.OPEN.value,
            Request.level.in_(levels),
        )
        .order_by(Request.written_at, Request.id)
    ).all()
    if not chosen:
        raise Refusal("nothing_asked")
    return case, list(chosen)


def _open(session: Session, case: Case) -> int:
    return (
        session.scalar(
            select(func.count()).where(
                Request.case_id == case.id, Request.standing == Standing.OPEN.value
            )
        )
        or 0
    )


def _due(request: Request) -> dt.datetime:
    assert request.due_at is not None
    return request.due_at
