"""Everything that the desk shows of one case, in a constant number of queries."""

import dataclasses as dc
import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.review.domain import judging
from services.review.domain.case import Level, State
from services.review.domain.judging import Choice, Judged, JudgedImage
from services.review.domain.request import Standing
from services.review.domain.staff import Reviewer
from services.review.models import (
    Case,
    CaseEvent,
    Claim,
    Exam,
    Image,
    Request,
    Staff,
    Suspicion,
    Verdict,
)

SPARE_MATERIAL = "Z01"
"""The target of ADD where none fits (R19)."""


@dc.dataclass(frozen=True, kw_only=True)
class DeskImage:
    """An image as the desk shows it."""

    row: Image
    number: int
    """Its place within the material, from 1."""
    site: Choice | None
    area: Choice | None
    draft: Request | None
    answered: Request | None
    """The request that this image answers, or that was answered by words, or let pass."""
    explanation: str
    older: "DeskImage | None"
    """The version that it replaces."""
    version: int
    is_new: bool
    """Came with the newest round of several."""
    is_suspected: bool

    @property
    def id(self) -> uuid.UUID:
        return self.row.id

    @property
    def verdict(self) -> Choice | None:
        """The verdict that holds."""
        return self.area or self.site


@dc.dataclass(frozen=True, kw_only=True)
class DeskMaterial:
    """A material of the list with what was handed in."""

    code: str
    images: tuple[DeskImage, ...]
    absence: str
    """Why there is none, in her words (R5)."""
    drafts: tuple[Request, ...]
    """ADD requests that are written for it."""

    @property
    def entrance(self) -> DeskImage | None:
        """The image that opens when the material is chosen: the first without a verdict."""
        return next((i for i in self.images if i.verdict is None), next(iter(self.images), None))

    @property
    def is_judged(self) -> bool:
        """Whether every image has a verdict."""
        return all(i.verdict is not None for i in self.images)

    @property
    def is_asked(self) -> bool:
        """Whether something of it is asked for."""
        return bool(self.drafts) or any(i.verdict is Choice.ASK for i in self.images)


@dc.dataclass(frozen=True, kw_only=True)
class Happening:
    """A line of the case's record."""

    kind: str
    level: str | None
    words: str
    count: int
    staff_name: str | None
    at: dt.datetime


@dc.dataclass(frozen=True, kw_only=True)
class SuspicionLine:
    """A flag, for those who may see it."""

    id: uuid.UUID
    image_id: uuid.UUID | None
    words: str
    staff_name: str
    at: dt.datetime


@dc.dataclass(frozen=True, kw_only=True)
class Desk:
    """One case, whole."""

    case: Case
    exam: Exam
    materials: tuple[DeskMaterial, ...]
    requests: tuple[Request, ...]
    """All of the case, the newest first."""
    happenings: tuple[Happening, ...]
    suspicions: tuple[SuspicionLine, ...]
    claimed_by: str | None
    claimed_until: dt.datetime | None
    claim_is_mine: bool
    may_judge: bool

    @property
    def images(self) -> tuple[DeskImage, ...]:
        """All current images in the list's order."""
        return tuple(i for m in self.materials for i in m.images)

    @property
    def drafts(self) -> tuple[Request, ...]:
        """Requests that are written and not sent."""
        return tuple(r for r in self.requests if r.standing == Standing.DRAFT.value)

    @property
    def judged(self) -> Judged:
        """What the domain asks of the case."""
        return Judged(
            state=State(self.case.state),
            images=tuple(
                JudgedImage(
                    image_id=i.id, checked=i.row.state == "checked", site=i.site, area=i.area
                )
                for i in self.images
            ),
            drafts=len(self.drafts),
        )

    def image(self, image_id: uuid.UUID | None) -> DeskImage | None:
        """The image asked for, else the first without a verdict, else the first."""
        by_id = {i.id: i for i in self.images}
        if image_id in by_id:
            return by_id[image_id]
        open_ = self.judged.without_verdict
        if open_:
            return by_id[open_[0]]
        return self.images[0] if self.images else None

    def after(self, image_id: uuid.UUID) -> uuid.UUID:
        """The next image to judge after this one, or this one when none is open."""
        order = [i.id for i in self.images]
        return judging.next_open(order, self.judged, image_id) or image_id


def read(session: Session, case_id: uuid.UUID, who: Reviewer) -> Desk | None:
    """The case as this reviewer may see it; None if it is not his business."""
    case = session.get(Case, case_id)
    if case is None or not who.sees(case.site):
        return None
    exam = session.get(Exam, case.exam) or Exam(
        code=case.exam,
        pack_version="",
        zone="UTC",
        names={},
        sites={},
        materials={},
        reasons={},
        settings={},
        facts={},
    )
    requests = session.scalars(
        select(Request)
        .where(Request.case_id == case_id, Request.standing != Standing.WITHDRAWN.value)
        .order_by(Request.written_at.desc(), Request.id)
    ).all()
    suspicions = _suspicions(session, case_id, who)
    images = _images(session, case, requests, suspicions)
    claim = session.execute(
        select(Claim.staff_id, Claim.expires_at, Staff.name)
        .join(Staff, Staff.id == Claim.staff_id)
        .where(Claim.case_id == case_id, Claim.expires_at > func.clock_timestamp())
    ).one_or_none()
    return Desk(
        case=case,
        exam=exam,
        materials=_materials(case, images, requests),
        requests=tuple(requests),
        happenings=_happenings(session, case_id, who),
        suspicions=suspicions,
        claimed_by=None if claim is None else claim.name,
        claimed_until=None if claim is None else claim.expires_at,
        claim_is_mine=claim is not None and claim.staff_id == who.id,
        may_judge=who.works_on(State(case.state), case.site)
        and (claim is None or claim.staff_id == who.id),
    )


def used_reasons(session: Session, who: Reviewer) -> dict[str, int]:
    """How often he gave each reason."""
    rows = session.execute(
        select(Request.reason, func.count())
        .where(Request.written_by == who.id, Request.standing != Standing.WITHDRAWN.value)
        .group_by(Request.reason)
    )
    return {reason: count for reason, count in rows}  # noqa: C416 - rows are no pairs to dict


def _images(
    session: Session,
    case: Case,
    requests: Sequence[Request],
    suspicions: Sequence[SuspicionLine],
) -> list[DeskImage]:
    rows = session.scalars(
        select(Image)
        .where(Image.case_id == case.id)
        .order_by(Image.material, Image.position, Image.id)
    ).all()
    verdicts = _verdicts(session, case.id)
    by_id = {row.id: row for row in rows}
    said = {e["request_id"]: e["text"] for e in case.explanations}
    flagged = {s.image_id for s in suspicions}
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
            is_suspected=row.id in flagged,
        )

    numbers: dict[str, int] = {}
    found = []
    for row in rows:
        if row.is_current:
            numbers[row.material] = numbers.get(row.material, 0) + 1
            found.append(made(row, number=numbers[row.material]))
    return found


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
    return tuple(
        DeskMaterial(
            code=code,
            images=tuple(i for i in images if i.row.material == code),
            absence=absences.get(code, ""),
            drafts=tuple(r for r in drafts if r.material == code),
        )
        for code in codes
    )


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
        if _may_know(event, who)
    )


def _may_know(event: CaseEvent, who: Reviewer) -> bool:
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
