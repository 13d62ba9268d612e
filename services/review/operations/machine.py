"""Requests that no reviewer wrote: a late check or a corrected record asks (R3, R15)."""

import uuid
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from libs.common.db import database_now
from services.review.domain.case import Act, Level, State, after
from services.review.domain.request import Kind, Standing, due_at
from services.review.models.case import Case
from services.review.models.judging import Request
from services.review.operations import cases
from services.review.operations.requests import raised

DUE_HOURS = 48


def level_of(case: Case) -> Level:
    """The level that holds the case, or to which it comes back."""
    if case.resumes_at:
        return Level(case.resumes_at)
    return Level.SITE if case.state == State.SITE_REVIEW.value else Level.AREA


def is_given_back(session: Session, case: Case) -> bool:
    """Whether she has the whole of it again (R17): her own list asks her for what is missing or
    damaged, and requests would be refused there.
    """
    asked = select(func.count()).where(
        Request.case_id == case.id, Request.standing == Standing.OPEN.value
    )
    return case.state == State.WAITING.value and not session.scalar(asked)


def request(
    session: Session,
    case: Case,
    kind: Kind,
    reason: str,
    *,
    material: str,
    image_id: uuid.UUID | None = None,
    verdict_id: int | None = None,
) -> Request:
    """An open request with the exam's due time for what the machine asks; not sent yet."""
    now = database_now(session)
    hours = cases.setting(session, case.exam, "damage_due_hours", DUE_HOURS)
    made = Request(
        id=uuid.uuid4(),
        case_id=case.id,
        level=level_of(case).value,
        round=case.round,
        standing=Standing.OPEN.value,
        kind=kind.value,
        material=material,
        image_id=image_id,
        add_count=1 if kind is Kind.ADD else 0,
        fact=None,
        reason=reason,
        words="",
        mark=None,
        due_hours=hours,
        due_at=due_at(now, hours),
        written_by=None,
        written_at=now,
        verdict_id=verdict_id,
    )
    session.add(made)
    return made


def send(session: Session, case: Case, requests: Sequence[Request], *, kind: str) -> None:
    """Bring the case to the candidate, write it down, and tell her. `kind` is the happening."""
    level = level_of(case)
    state = State(case.state)
    target = after(state, Act.ASK_BY_ITSELF)
    if state is not target:
        cases.release(session, case)
        cases.move(session, case, target, by=None, resumes_at=level.value)
    cases.note(session, case, kind, level=level, count=len(requests))
    session.flush()
    raised(session, case, level=level, requests=requests, accepted=())
