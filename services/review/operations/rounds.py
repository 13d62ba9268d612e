"""A round of a submission arrives: it opens the case, or brings it what the candidate answered."""

import dataclasses as dc
import uuid

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from libs.common import messages as m
from libs.common.db import database_now
from services.review.domain import case as rules
from services.review.domain.case import Level, State
from services.review.domain.request import Standing
from services.review.models.case import Case, Image
from services.review.models.judging import Request
from services.review.models.publication import Unsubmitted
from services.review.operations import cases, damage
from services.review.vault import Vault


def receive_round(session: Session, message: m.ApplicationSubmitted, *, vault: Vault) -> None:
    """Open the case, or bring it the next round; an older round only adds its images.

    1 the case under lock  2 its snapshot  3 its images  4 checks that came early  5 the stage
    Refuses `already_published`.
    """
    person = vault.open_sealed(message.personal)
    cases.take_turns(session, message.application_id)
    case, is_new = _case_of(session, message)
    is_newer = message.round > case.round
    if is_newer:
        _next_round(session, case, message)
        _take_snapshot(case, message)
    if is_newer or is_new:
        case.personal = vault.keep_person(person, case_id=case.id)
    _keep_images(session, case, message)
    _end_absence(session, message)
    session.flush()
    if is_newer or is_new:
        cases.say_stage(session, case)
    damage.apply_early(session, case)


def _case_of(session: Session, message: m.ApplicationSubmitted) -> tuple[Case, bool]:
    """The application's case, and whether it is new; two that would open it take turns."""
    case_id = uuid.uuid4()
    now = database_now(session)
    opened = session.scalar(
        insert(Case)
        .values(
            id=case_id,
            application_id=message.application_id,
            state=State.SITE_REVIEW.value,
            since=now,
            round=message.round,
            personal=b"",
            **_snapshot(message),
        )
        .on_conflict_do_nothing(index_elements=[Case.application_id])
        .returning(Case.id)
    )
    if opened is not None:
        case = cases.lock(session, opened)
        if message.round > 1:  # the first round comes late; the area has this one (R20)
            case.state = State.AREA_REVIEW.value
        cases.note(session, case, "opened")
        return case, True
    known = cases.lock_of_application(session, message.application_id)
    assert known is not None
    return known, False


def _next_round(session: Session, case: Case, message: m.ApplicationSubmitted) -> None:
    resumes_at = Level(case.resumes_at) if case.resumes_at else None
    target = rules.after_round(State(case.state), resumes_at=resumes_at)
    cases.release(session, case)
    cases.move(session, case, target, by=None, round=message.round, **cases.NOT_DECIDED)
    cases.lapse_asks(session, case)
    answered = session.execute(
        update(Request)
        .where(Request.case_id == case.id, Request.standing == Standing.OPEN.value)
        .values(standing=Standing.ANSWERED.value)
    )
    cases.note(session, case, "answered", count=int(answered.rowcount))  # type: ignore[attr-defined]


def _snapshot(message: m.ApplicationSubmitted) -> dict[str, object]:
    return {
        "exam": message.exam,
        "site": message.site,
        "registration_number": message.registration_number,
        "masked_name": message.masked_name,
        "receipt_number": message.receipt_number,
        "submitted_at": message.submitted_at,
        "facts": message.facts,
        "materials": list(message.materials),
        "absences": [dc.asdict(a) for a in message.absences],
        "explanations": [
            {"request_id": str(e.request_id), "text": e.text} for e in message.explanations
        ],
    }


def _take_snapshot(case: Case, message: m.ApplicationSubmitted) -> None:
    for name, value in _snapshot(message).items():
        setattr(case, name, value)


def _keep_images(session: Session, case: Case, message: m.ApplicationSubmitted) -> None:
    is_newest = message.round == case.round
    if is_newest:
        session.execute(update(Image).where(Image.case_id == case.id).values(is_current=False))
    for image in message.images:
        row = session.get(Image, image.image_id)
        if row is None:
            row = Image(
                id=image.image_id,
                case_id=case.id,
                round=message.round,
                handed_in_at=message.submitted_at,
                sha256=image.sha256,
                size_bytes=image.size_bytes,
                is_current=False,
            )
            session.add(row)
            _take_check(row, image)
        elif row.state == "checking":
            _take_check(row, image)
        if is_newest or row.round == message.round:
            row.material, row.position = image.material, image.position
            row.replaces, row.answers = image.replaces, image.answers
        row.is_current = row.is_current or is_newest


def _take_check(row: Image, image: m.SubmittedImage) -> None:
    row.state = image.state
    row.width, row.height = image.width, image.height
    row.view_key, row.grid_key = image.view_key, image.grid_key
    row.findings = [dc.asdict(f) for f in image.findings]


def _end_absence(session: Session, message: m.ApplicationSubmitted) -> None:
    """Who has submitted is not on the list 截止未提交 any more."""
    session.execute(
        delete(Unsubmitted).where(
            Unsubmitted.application_id == message.application_id,
            Unsubmitted.published_at.is_(None),
        )
    )
