"""Requests: written by a reviewer as drafts, and sent together (R19, R20)."""

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from libs.common import messages as m
from libs.common.db import database_now
from libs.common.errors import Refusal
from libs.common.outbox import post
from services.review.domain import reasons
from services.review.domain import request as rules
from services.review.domain.case import Level
from services.review.domain.request import Demand, Kind, Mark, Standing
from services.review.domain.staff import Reviewer
from services.review.models.case import Case, Exam, Image
from services.review.models.judging import Request


def write(
    session: Session,
    case: Case,
    demand: Demand,
    *,
    level: Level,
    by: Reviewer,
    verdict_id: int | None = None,
) -> Request:
    """Keep a draft. Refuses what `request.check` refuses, `unknown_reason`,
    `demand_incomplete` for a material or fact that the exam does not have, and
    `reason_of_other_fact` for a correction with a reason that names other facts.
    """
    rules.check(demand)
    _check_named(session.get(Exam, case.exam), demand)
    draft = Request(
        id=uuid.uuid4(),
        case_id=case.id,
        level=level.value,
        round=case.round,
        standing=Standing.DRAFT.value,
        kind=demand.kind.value,
        material=demand.material,
        image_id=demand.image_id,
        add_count=demand.add_count,
        fact=demand.fact,
        reason=demand.reason,
        words=demand.words.strip(),
        mark=_parts(demand.mark),
        due_hours=demand.due_hours,
        due_at=None,
        written_by=by.id,
        written_at=database_now(session),
        verdict_id=verdict_id,
    )
    session.add(draft)
    return draft


def _check_named(exam: Exam | None, demand: Demand) -> None:
    """The exam has the reason, for this kind of request, and what it is about."""
    body = exam.reasons.get(demand.reason) if exam else None
    if exam is None or body is None or body.get("retired"):
        raise Refusal("unknown_reason")
    if body.get("kind", "REPLACE") != demand.kind.value:
        raise Refusal("unknown_reason")
    if not _is_named(exam, demand):
        raise Refusal("demand_incomplete")
    if demand.fact and not reasons.read_one(demand.reason, body).covers(demand.fact):
        raise Refusal("reason_of_other_fact")


def _is_named(exam: Exam, demand: Demand) -> bool:
    """Whether the exam has the material to add to, or the fact to correct: her page names it."""
    match demand.kind:
        case Kind.ADD:
            return demand.material in exam.materials
        case Kind.FIX:
            return demand.fact in exam.facts
        case Kind.REPLACE:
            return True


def is_drafted(session: Session, demand: Demand) -> bool:
    """Whether the very same demand is written already, so that autosave writes it once."""
    draft = session.scalars(
        select(Request).where(
            Request.image_id == demand.image_id, Request.standing == Standing.DRAFT.value
        )
    ).one_or_none()
    return draft is not None and (
        (draft.reason, draft.words, draft.due_hours, draft.mark)
        == (demand.reason, demand.words.strip(), demand.due_hours, _parts(demand.mark))
    )


def waits_already(session: Session, case: Case, demand: Demand) -> bool:
    """Whether a draft asks for it already: a fact is corrected once, images added once a reason."""
    same = select(Request.id).where(
        Request.case_id == case.id,
        Request.standing == Standing.DRAFT.value,
        Request.kind == demand.kind.value,
        Request.material.is_not_distinct_from(demand.material),
        Request.fact.is_not_distinct_from(demand.fact),
    )
    if demand.kind is Kind.ADD:
        same = same.where(Request.reason == demand.reason)
    return session.scalar(same.limit(1)) is not None


def withdraw_drafts_of_image(session: Session, image_id: uuid.UUID) -> None:
    """A new verdict on the image makes an older draft about it void."""
    session.execute(
        update(Request)
        .where(Request.image_id == image_id, Request.standing == Standing.DRAFT.value)
        .values(standing=Standing.WITHDRAWN.value)
    )


def withdraw_lost_drafts(session: Session, case: Case) -> None:
    """She has exchanged the image that a draft is about: nobody is asked for what is gone."""
    current = select(Image.id).where(Image.case_id == case.id, Image.is_current)
    session.execute(
        update(Request)
        .where(
            Request.case_id == case.id,
            Request.standing == Standing.DRAFT.value,
            Request.image_id.is_not(None),
            Request.image_id.not_in(current),
        )
        .values(standing=Standing.WITHDRAWN.value)
    )


def send_drafts(session: Session, case: Case, *, level: Level) -> list[Request]:
    """Give every draft of the case its due time; they are open from now on."""
    now = database_now(session)
    drafts = session.scalars(
        select(Request)
        .where(Request.case_id == case.id, Request.standing == Standing.DRAFT.value)
        .order_by(Request.written_at, Request.id)
    ).all()
    for draft in drafts:
        draft.standing = Standing.OPEN.value
        draft.level = level.value
        draft.round = case.round
        draft.due_at = rules.due_at(now, draft.due_hours)
    session.flush()
    return list(drafts)


def raised(
    session: Session,
    case: Case,
    *,
    level: Level,
    requests: Sequence[Request],
    accepted: Sequence[uuid.UUID],
) -> None:
    """Tell the candidate's side and the notices, all requests in one message."""
    post(
        session,
        m.RequestsRaised(
            application_id=m.ApplicationId(case.application_id),
            case_id=m.CaseId(case.id),
            level=level.value,
            round=case.round,
            requests=tuple(_words_of(r) for r in requests),
            accepted=tuple(m.ImageId(i) for i in accepted),
        ),
    )


def _parts(mark: Mark | None) -> list[Any] | None:
    return None if mark is None else [mark.left, mark.top, mark.width, mark.height]


def _words_of(request: Request) -> m.RaisedRequest:
    assert request.due_at is not None
    mark = request.mark
    return m.RaisedRequest(
        request_id=m.RequestId(request.id),
        kind=rules.Kind(request.kind).value,
        material=request.material,
        image_id=None if request.image_id is None else m.ImageId(request.image_id),
        add_count=request.add_count,
        fact=request.fact,
        reason=request.reason,
        words=request.words,
        mark=None if mark is None else (mark[0], mark[1], mark[2], mark[3]),
        due_at=request.due_at,
    )
