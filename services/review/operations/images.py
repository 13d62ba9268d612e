"""The images of a case: which came when, and which are current in their window."""

import datetime as dt

from sqlalchemy import update
from sqlalchemy.orm import Session

from libs.common import messages as m
from services.review.models.case import Case, Image


def keep(session: Session, case: Case, message: m.ApplicationSubmitted) -> None:
    """Add a round's images. The newest round of each window has the current ones: the second
    window's asks for its own materials alone, and leaves the main one's as they are (R5).
    """
    is_newest = _is_newest(case, message)
    if is_newest:
        covered = {*message.materials, *(i.material for i in message.images)}
        gone = update(Image).where(Image.case_id == case.id).values(is_current=False)
        if message.window == "second":
            gone = gone.where(Image.material.in_(covered))
        else:
            gone = gone.where(Image.material.not_in(set(case.second_materials) - covered))
        session.execute(gone)
    for image in message.images:
        row = _row(session, case, image, at=message.submitted_at, round_=message.round)
        row.is_unsubmitted = False
        if is_newest or row.round == message.round:
            row.material, row.position = image.material, image.position
            row.replaces, row.answers = image.replaces, image.answers
        row.is_current = row.is_current or is_newest


def keep_unsubmitted(
    session: Session, case: Case, given: tuple[m.SubmittedImage, ...], *, at: dt.datetime
) -> None:
    """Answers that she uploaded and did not hand in before they were due (R21): shown, marked,
    never judged.
    """
    for image in given:
        if session.get(Image, image.image_id) is None:
            row = _row(session, case, image, at=at, round_=case.round)
            row.replaces, row.answers = image.replaces, image.answers
            row.is_unsubmitted = True


def _is_newest(case: Case, message: m.ApplicationSubmitted) -> bool:
    if message.window == "second":
        is_newest = message.round >= case.second_round
        if is_newest:
            case.second_round = message.round
            case.second_materials = list(message.materials)
        return is_newest
    is_newest = message.round >= case.main_round
    if is_newest:
        case.main_round = message.round
    return is_newest


def _row(
    session: Session, case: Case, image: m.SubmittedImage, *, at: dt.datetime, round_: int
) -> Image:
    row = session.get(Image, image.image_id)
    if row is None:
        row = Image(
            id=image.image_id,
            case_id=case.id,
            material=image.material,
            position=image.position,
            round=round_,
            handed_in_at=at,
            sha256=image.sha256,
            size_bytes=image.size_bytes,
            is_current=False,
            is_unsubmitted=False,
            state="checking",
            kind="unknown",
            compared={},
            carried_from=dict(image.carried_from),
        )
        session.add(row)
    if row.state == "checking":
        row.state = image.state
        row.width, row.height = image.width, image.height
        row.view_key, row.grid_key = image.view_key, image.grid_key
        row.findings = [
            f.as_json() | {"used_anyway": f.code in image.used_anyway} for f in image.findings
        ]
    if not row.compared:
        row.kind, row.compared = image.kind, dict(image.compared)
    return row
