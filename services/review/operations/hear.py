"""What this room does when it hears of submissions, late checks, overdue requests and time."""

import dataclasses as dc
import uuid

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from libs.common import audit
from libs.common import messages as m
from libs.common.db import database_now
from libs.common.errors import Refusal
from services.review.domain import case as rules
from services.review.domain.case import Level, State
from services.review.domain.request import Standing
from services.review.models import (
    Case,
    Claim,
    EarlyCheck,
    Exam,
    Extension,
    Image,
    Request,
    Unsubmitted,
)
from services.review.operations import cases, damage
from services.review.vault import Vault

KEEP_EARLY_CHECK_DAYS = 30


def learn_exam(session: Session, message: m.ExamLoaded) -> None:
    """Keep what the desk needs of an exam's pack; a later load replaces an earlier one."""
    values = {
        "pack_version": message.pack_version,
        "zone": message.zone,
        "names": message.names,
        "sites": message.sites,
        "materials": message.materials,
        "reasons": message.reasons,
        "settings": message.settings,
        "facts": message.facts,
    }
    session.execute(
        insert(Exam)
        .values(code=message.exam, **values)
        .on_conflict_do_update(index_elements=[Exam.code], set_=values)
    )


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


def mark_overdue(session: Session, message: m.RequestsOverdue) -> None:
    """The candidate let requests pass; once none is open the area decides knowing so (R21)."""
    case = cases.lock_of_application(session, message.application_id)
    if case is None:
        raise Refusal("not_found")
    done = session.execute(
        update(Request)
        .where(
            Request.case_id == case.id,
            Request.id.in_(message.requests),
            Request.standing == Standing.OPEN.value,
        )
        .values(standing=Standing.OVERDUE.value)
    )
    count = int(done.rowcount)  # type: ignore[attr-defined]
    if not count:
        return
    case.has_overdue = True
    cases.note(session, case, "overdue", count=count)
    open_ = select(func.count()).where(
        Request.case_id == case.id, Request.standing == Standing.OPEN.value
    )
    if case.state == State.WAITING.value and not session.scalar(open_):
        cases.move(session, case, rules.after(State.WAITING, rules.Act.OVERDUE), by=None)
        cases.lapse_asks(session, case)
        session.flush()
        cases.say_stage(session, case)


def list_unsubmitted(session: Session, message: m.ApplicationLocked) -> None:
    """The site is told: 截止未提交 (R13). Who has a case has submitted, whatever came first."""
    if cases.lock_of_application(session, message.application_id) is not None:
        return
    added = insert(Unsubmitted).values(
        application_id=message.application_id,
        exam=message.exam,
        site=message.site,
        registration_number=message.registration_number,
        masked_name=message.masked_name,
        locked_at=message.locked_at,
    )
    session.execute(
        added.on_conflict_do_update(
            index_elements=[Unsubmitted.application_id],
            set_={"locked_at": func.greatest(Unsubmitted.locked_at, added.excluded.locked_at)},
        )
    )
    audit.record(
        session,
        actor="room:upload",
        action="application.unsubmitted",
        subject=f"application:{message.application_id}",
        locked_at=message.locked_at,
    )


def remember_extension(session: Session, message: m.WindowExtended) -> None:
    """Whoever's window was extended is not unsubmitted until it has ended again (R14)."""
    for application_id in message.applications:
        added = insert(Extension).values(application_id=application_id, ends_at=message.ends_at)
        session.execute(
            added.on_conflict_do_update(
                index_elements=[Extension.application_id],
                set_={"ends_at": func.greatest(Extension.ends_at, added.excluded.ends_at)},
            )
        )


def tick(session: Session, _: m.DeadlineTick) -> None:
    """Claims that have run out end. Late, lost or doubled ticks do no harm."""
    session.execute(delete(Claim).where(Claim.expires_at < func.clock_timestamp()))
    session.execute(
        delete(EarlyCheck).where(
            EarlyCheck.at
            < func.clock_timestamp() - func.make_interval(0, 0, 0, KEEP_EARLY_CHECK_DAYS)
        )
    )
