"""Verdicts on images, requests and flags: what a reviewer does while he looks (R19)."""

import uuid

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from libs.common.db import database_now
from libs.common.errors import Refusal
from services.review.domain import judging
from services.review.domain.case import Level, holder
from services.review.domain.case import State as CaseState
from services.review.domain.judging import Choice, JudgedImage, Undone
from services.review.domain.request import Demand, Standing
from services.review.domain.staff import Reviewer
from services.review.domain.words import needed
from services.review.models.case import Case, Image
from services.review.models.judging import Request, Suspicion, Verdict
from services.review.operations import cases, claims, requests

MAX_NOTE = 300


def accept(
    session: Session, case_id: uuid.UUID, image_id: uuid.UUID, by: Reviewer, *, seen_version: int
) -> None:
    """The image is fine. Refuses what `claims.for_act` and `judging.check_verdict` refuse."""
    case = claims.for_act(session, case_id, by, seen_version=seen_version)
    level = holder(CaseState(case.state))
    if cases.verdicts(session, case.id).get((image_id, level)) is not Choice.ACCEPT:
        _judge(session, case, image_id, Choice.ACCEPT, by)


def ask_replacement(
    session: Session, case_id: uuid.UUID, demand: Demand, by: Reviewer, *, seen_version: int
) -> None:
    """The image must be replaced; the request stays a draft until all leave together (R20)."""
    case = claims.for_act(session, case_id, by, seen_version=seen_version)
    if demand.image_id is None:
        raise Refusal("demand_incomplete")
    if requests.is_drafted(session, demand):
        return
    verdict = _judge(session, case, demand.image_id, Choice.ASK, by)
    level = holder(CaseState(case.state))
    requests.write(session, case, demand, level=level, by=by, verdict_id=verdict.id)


def ask_more(
    session: Session, case_id: uuid.UUID, demand: Demand, by: Reviewer, *, seen_version: int
) -> None:
    """ADD images to a material, or FIX a registration fact. Refuses `already_asked`."""
    case = claims.for_act(session, case_id, by, seen_version=seen_version)
    if requests.waits_already(session, case, demand):
        raise Refusal("already_asked")
    requests.write(session, case, demand, level=holder(CaseState(case.state)), by=by)


def drop_draft(
    session: Session, case_id: uuid.UUID, request_id: uuid.UUID, by: Reviewer, *, seen_version: int
) -> None:
    """Take a draft back; the image that it was about is open again. Refuses `not_found`."""
    case = claims.for_act(session, case_id, by, seen_version=seen_version)
    draft = session.get(Request, request_id)
    if draft is None or draft.case_id != case.id or draft.standing != Standing.DRAFT.value:
        raise Refusal("not_found")
    draft.standing = Standing.WITHDRAWN.value
    if draft.verdict_id is not None:
        _take_back(session, draft.verdict_id)


def undo(
    session: Session, case_id: uuid.UUID, by: Reviewer, *, seen_version: int
) -> tuple[uuid.UUID, Undone]:
    """Take his newest step of this round back; the image that it was about, and what it was.

    What held before holds again: a changed mark, reason, note or due time is a step of its own.
    Refuses `nothing_to_undo`.
    """
    case = claims.for_act(session, case_id, by, seen_version=seen_version)
    last = session.scalars(
        select(Verdict)
        .where(
            Verdict.case_id == case.id,
            Verdict.staff_id == by.id,
            Verdict.taken_back_at.is_(None),
            Verdict.at >= case.since,
        )
        .order_by(Verdict.id.desc())
        .limit(1)
    ).one_or_none()
    if last is None:
        raise Refusal("nothing_to_undo")
    _take_back(session, last.id)
    drafts = session.scalars(
        select(Request).where(
            Request.verdict_id == last.id, Request.standing == Standing.DRAFT.value
        )
    ).all()
    for draft in drafts:
        draft.standing = Standing.WITHDRAWN.value
    session.flush()
    revived = _revive_draft(session, last)
    return last.image_id, _difference(drafts[0] if drafts else None, revived)


def flag(
    session: Session,
    case_id: uuid.UUID,
    image_id: uuid.UUID | None,
    words: str,
    by: Reviewer,
    *,
    seen_version: int,
) -> None:
    """涉嫌虚假: say so with a reason; seen by few. Refuses `words_needed`, `words_too_long`."""
    case = claims.for_act(session, case_id, by, seen_version=seen_version)
    said = needed(words, limit=MAX_NOTE)
    if image_id is not None:
        _image(session, case, image_id)
    level = holder(CaseState(case.state))
    session.add(
        Suspicion(
            id=uuid.uuid4(),
            case_id=case.id,
            image_id=image_id,
            level=level.value,
            words=said,
            staff_id=by.id,
            at=database_now(session),
        )
    )
    cases.note(session, case, "flagged", by=by, level=level)
    session.flush()
    cases.hold_if_suspected(session, case)


def unflag(
    session: Session,
    case_id: uuid.UUID,
    suspicion_id: uuid.UUID,
    by: Reviewer,
    *,
    seen_version: int,
) -> None:
    """The suspicion is withdrawn, by who raised it or by the area. Refuses `not_found`."""
    case = claims.for_act(session, case_id, by, seen_version=seen_version)
    row = session.get(Suspicion, suspicion_id)
    may = row is not None and (row.staff_id == by.id or by.level is Level.AREA)
    if row is None or not may or row.case_id != case.id or row.withdrawn_at is not None:
        raise Refusal("not_found")
    row.withdrawn_at = database_now(session)
    cases.note(session, case, "unflagged", by=by, level=holder(CaseState(case.state)))
    session.flush()
    cases.hold_if_suspected(session, case)


def _judge(
    session: Session, case: Case, image_id: uuid.UUID, choice: Choice, by: Reviewer
) -> Verdict:
    image = _image(session, case, image_id)
    seen = JudgedImage(image_id=image.id, checked=image.state == "checked", site=None, area=None)
    level = judging.check_verdict(CaseState(case.state), seen, choice)
    requests.withdraw_drafts_of_image(session, image_id)
    verdict = Verdict(
        case_id=case.id,
        image_id=image_id,
        level=level.value,
        choice=choice.value,
        staff_id=by.id,
        at=func.clock_timestamp(),
    )
    session.add(verdict)
    session.flush()
    return verdict


def _image(session: Session, case: Case, image_id: uuid.UUID) -> Image:
    image = session.get(Image, image_id)
    if image is None or image.case_id != case.id or not image.is_current:
        raise Refusal("not_found")
    return image


def _take_back(session: Session, verdict_id: int) -> None:
    session.execute(
        update(Verdict)
        .where(Verdict.id == verdict_id, Verdict.taken_back_at.is_(None))
        .values(taken_back_at=func.clock_timestamp())
    )


def _revive_draft(session: Session, undone: Verdict) -> Request | None:
    """The verdict that holds again may have had a draft: it is a draft again."""
    before = session.scalars(
        select(Verdict)
        .where(
            Verdict.image_id == undone.image_id,
            Verdict.level == undone.level,
            Verdict.taken_back_at.is_(None),
        )
        .order_by(Verdict.id.desc())
        .limit(1)
    ).one_or_none()
    if before is None or before.choice != Choice.ASK.value:
        return None
    draft = session.scalars(
        select(Request).where(
            Request.verdict_id == before.id, Request.standing == Standing.WITHDRAWN.value
        )
    ).one_or_none()
    if draft is not None:
        draft.standing = Standing.DRAFT.value
    return draft


def _difference(undone: Request | None, revived: Request | None) -> Undone:
    if undone is None or revived is None:
        return Undone.VERDICT
    if undone.reason != revived.reason:
        return Undone.REASON
    if undone.mark != revived.mark:
        return Undone.MARK
    return Undone.WORDS if undone.words != revived.words else Undone.DUE
