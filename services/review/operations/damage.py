"""Checks that end after the submission: renditions arrive late, and damage asks by itself (R15)."""

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from libs.common import messages as m
from libs.common.db import database_now
from libs.common.envelopes import body_of
from services.review.domain.case import State
from services.review.domain.judging import Choice
from services.review.domain.request import Kind, Standing
from services.review.models.case import Case, EarlyCheck, Image
from services.review.models.judging import Request, Verdict
from services.review.operations import cases, machine

PLAIN_DAMAGE = "damaged"
"""The reason of a request that a check raised is the code of its finding, in no exam's pack."""


def record_check(session: Session, message: m.SubmittedImageChecked) -> None:
    """Renditions and findings of an image that was submitted while its check still ran."""
    cases.take_turns(session, message.application_id)
    case = cases.lock_of_application(session, message.application_id)
    image = session.get(Image, message.image_id) if case is not None else None
    if case is None or image is None:
        _keep_for_later(session, message)
    else:
        _apply(session, case, image, body_of(message))


def apply_early(session: Session, case: Case) -> None:
    """Use the checks that came before the round to which they belong."""
    early = session.scalars(
        select(EarlyCheck).where(EarlyCheck.application_id == case.application_id)
    ).all()
    for check in early:
        image = session.get(Image, check.image_id)
        if image is not None:
            _apply(session, case, image, check.body)
            session.execute(delete(EarlyCheck).where(EarlyCheck.image_id == image.id))


def _keep_for_later(session: Session, message: m.SubmittedImageChecked) -> None:
    session.execute(
        insert(EarlyCheck)
        .values(
            image_id=message.image_id,
            application_id=message.application_id,
            body=body_of(message),
        )
        .on_conflict_do_nothing()
    )


def _apply(session: Session, case: Case, image: Image, body: dict[str, object]) -> None:
    if image.state != "checking":
        return
    image.state = "refused" if body["refused"] else "checked"
    for column in ("width", "height", "view_key", "grid_key", "findings"):
        setattr(image, column, body[column])
    session.flush()
    if image.state == "refused" and image.is_current:
        _ask_by_itself(session, case, image)


def _ask_by_itself(session: Session, case: Case, image: Image) -> None:
    """Raise the REPLACE request at once, unless a reviewer's request for it is on its way."""
    asked = session.scalar(
        select(func.count()).where(
            Request.image_id == image.id,
            Request.standing.in_([Standing.OPEN.value, Standing.DRAFT.value]),
        )
    )
    is_ended = State(case.state) in {State.CONCLUDED, State.PUBLISHED}
    if asked or is_ended or machine.is_given_back(session, case):
        return
    verdict = _machines_verdict(session, case, image)
    request = machine.request(
        session,
        case,
        Kind.REPLACE,
        _reason_of(image),
        material=image.material,
        image_id=image.id,
        verdict_id=verdict.id,
    )
    machine.send(session, case, [request], kind="damaged")


def _machines_verdict(session: Session, case: Case, image: Image) -> Verdict:
    """No reviewer stands behind it."""
    verdict = Verdict(
        case_id=case.id,
        image_id=image.id,
        level=machine.level_of(case).value,
        choice=Choice.ASK.value,
        staff_id=None,
        at=database_now(session),
    )
    session.add(verdict)
    session.flush()
    return verdict


def _reason_of(image: Image) -> str:
    codes = (f["code"] for f in image.findings if f["severity"] == "refuse")
    return next(codes, PLAIN_DAMAGE)
