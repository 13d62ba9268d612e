"""Everything that the desk shows of one case, in a constant number of queries."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from services.review.domain.case import Level, State
from services.review.domain.judging import Choice
from services.review.domain.request import Standing
from services.review.domain.staff import Reviewer
from services.review.models.case import Case, CaseEvent, Exam, Image
from services.review.models.hearing import Duplicate, Wish
from services.review.models.judging import Claim, Request, Suspicion, Verdict
from services.review.models.staff import Staff
from services.review.queries.shapes import (
    Desk,
    DeskImage,
    DeskMaterial,
    Happening,
    SuspicionLine,
    with_repeats,
)

SPARE_MATERIAL = "Z01"
"""The target of ADD where none fits (R19)."""


def read(session: Session, case_id: uuid.UUID, who: Reviewer) -> Desk | None:
    """The case as this reviewer may see it; None if it is not his business."""
    case = session.get(Case, case_id)
    if case is None or not who.sees(case.site):
        return None
    requests = session.scalars(
        select(Request)
        .where(Request.case_id == case_id, Request.standing != Standing.WITHDRAWN.value)
        .order_by(Request.written_at.desc(), Request.id)
    ).all()
    # A case with a standing flag is under hold, so there is nothing to ask of the others.
    suspicions = _suspicions(session, case_id, who) if case.legal_hold else ()
    images = _images(session, case, requests)
    claim = session.execute(
        select(Claim.staff_id, Claim.expires_at, Staff.name)
        .join(Staff, Staff.id == Claim.staff_id)
        .where(Claim.case_id == case_id, Claim.expires_at > func.clock_timestamp())
    ).one_or_none()
    return Desk(
        case=case,
        exam=session.get(Exam, case.exam) or _unknown(case.exam),
        materials=_materials(case, images, requests),
        requests=tuple(requests),
        happenings=_happenings(session, case_id, who),
        suspicions=suspicions,
        claimed_by=None if claim is None else claim.name,
        claimed_until=None if claim is None else claim.expires_at,
        claim_is_mine=claim is not None and claim.staff_id == who.id,
        wish=_wish(session, case),
        duplicates=_duplicates(session, images),
        may_judge=who.works_on(State(case.state), case.site)
        and (claim is None or claim.staff_id == who.id),
    )


def _unknown(code: str) -> Exam:
    """An exam whose pack has not come yet: the desk works, with codes for words."""
    empty: dict[str, dict[str, Any]] = {
        name: {} for name in ("names", "sites", "materials", "reasons", "settings", "facts")
    }
    return Exam(code=code, pack_version="", zone="UTC", **empty)


def used_reasons(session: Session, who: Reviewer) -> dict[str, int]:
    """How often he gave each reason."""
    rows = session.execute(
        select(Request.reason, func.count())
        .where(Request.written_by == who.id, Request.standing != Standing.WITHDRAWN.value)
        .group_by(Request.reason)
    )
    return {reason: count for reason, count in rows}  # noqa: C416 - rows are no pairs to dict


def _images(session: Session, case: Case, requests: Sequence[Request]) -> list[DeskImage]:
    rows = session.scalars(
        select(Image)
        .where(Image.case_id == case.id)
        .order_by(Image.is_unsubmitted, Image.material, Image.position, Image.id)
    ).all()
    verdicts = _verdicts(session, case.id)
    by_id = {row.id: row for row in rows}
    said = {e["request_id"]: e["text"] for e in case.explanations}
    drafts = {r.image_id: r for r in requests if r.standing == Standing.DRAFT.value}
    past = {r.image_id: r for r in reversed(requests) if r.standing != Standing.DRAFT.value}
    by_request = {r.id: r for r in requests}

    def made(row: Image, *, number: int) -> DeskImage:
        older = by_id.get(row.replaces) if row.replaces else None
        before = made(older, number=number) if older is not None else None
        answered = by_request.get(row.answers) if row.answers else past.get(row.id)
        return DeskImage(
            row=row,
            number=number,
            site=verdicts.get((row.id, Level.SITE)),
            area=verdicts.get((row.id, Level.AREA)),
            draft=drafts.get(row.id),
            answered=answered,
            explanation=said.get(str(answered.id), "") if answered else "",
            older=before,
            version=1 if before is None else before.version + 1,
            is_new=case.round > 1 and row.round == case.round,
        )

    numbers: dict[str, int] = {}
    found = []
    for row in rows:
        if row.is_current or row.is_unsubmitted:
            numbers[row.material] = numbers.get(row.material, 0) + 1
            found.append(made(row, number=numbers[row.material]))
    return with_repeats(found)


def _verdicts(session: Session, case_id: uuid.UUID) -> Mapping[tuple[uuid.UUID, Level], Choice]:
    rows = session.execute(
        select(Verdict.image_id, Verdict.level, Verdict.choice)
        .where(Verdict.case_id == case_id, Verdict.taken_back_at.is_(None))
        .order_by(Verdict.id)
    )
    return {(r.image_id, Level(r.level)): Choice(r.choice) for r in rows}


def _materials(
    case: Case, images: Sequence[DeskImage], requests: Sequence[Request]
) -> tuple[DeskMaterial, ...]:
    absences: dict[str, Any] = {a["material"]: a["reason"] for a in case.absences}
    extra = sorted({i.row.material for i in images} - set(case.materials))
    drafts = [r for r in requests if r.standing == Standing.DRAFT.value and r.kind == "ADD"]
    codes = [*case.materials, *extra]
    codes += sorted({r.material for r in drafts if r.material} - set(codes))

    def of(code: str, *, unsubmitted: bool) -> tuple[DeskImage, ...]:
        mine = (i for i in images if i.row.material == code)
        return tuple(i for i in mine if i.row.is_unsubmitted is unsubmitted)

    return tuple(
        DeskMaterial(
            code=code,
            images=of(code, unsubmitted=False),
            absence=absences.get(code, ""),
            drafts=tuple(r for r in drafts if r.material == code),
            unsubmitted=of(code, unsubmitted=True),
            is_asked_for=code not in case.not_asked,
        )
        for code in codes
    )


def _wish(session: Session, case: Case) -> Wish | None:
    return session.scalars(
        select(Wish)
        .where(Wish.application_id == case.application_id, Wish.answer.is_(None))
        .order_by(Wish.round.desc())
        .limit(1)
    ).one_or_none()


def _duplicates(session: Session, images: Sequence[DeskImage]) -> tuple[Duplicate, ...]:
    ids = [i.id for i in images]
    rows = session.scalars(
        select(Duplicate)
        .where(
            or_(Duplicate.image_id.in_(ids), Duplicate.other_image_id.in_(ids)),
            Duplicate.cleared_at.is_(None),
        )
        .order_by(Duplicate.distance)
    )
    return tuple(rows)


def _happenings(session: Session, case_id: uuid.UUID, who: Reviewer) -> tuple[Happening, ...]:
    rows = session.execute(
        select(CaseEvent, Staff.name)
        .outerjoin(Staff, Staff.id == CaseEvent.staff_id)
        .where(CaseEvent.case_id == case_id)
        .order_by(CaseEvent.id)
    )
    return tuple(
        Happening(
            kind=event.kind,
            level=event.level,
            words=event.words,
            count=event.count,
            staff_name=name,
            at=event.at,
        )
        for event, name in rows
        if may_know(event, who)
    )


def may_know(event: CaseEvent, who: Reviewer) -> bool:
    """Flags are for few (R19), and the area's conclusion is the area's until it is published."""
    if event.kind in {"flagged", "unflagged"}:
        return event.staff_id is not None and who.sees_suspicion(event.staff_id)
    return who.sees_area or not event.kind.startswith("concluded")


def _suspicions(session: Session, case_id: uuid.UUID, who: Reviewer) -> tuple[SuspicionLine, ...]:
    rows = session.execute(
        select(Suspicion, Staff.name)
        .join(Staff, Staff.id == Suspicion.staff_id)
        .where(Suspicion.case_id == case_id, Suspicion.withdrawn_at.is_(None))
        .order_by(Suspicion.at)
    )
    return tuple(
        SuspicionLine(id=s.id, image_id=s.image_id, words=s.words, staff_name=name, at=s.at)
        for s, name in rows
        if who.sees_suspicion(s.staff_id)
    )
