"""What was handed in last counts, until something newer is handed in (R13, R17)."""

import uuid

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from libs.common.messages import ImageId
from services.upload.models.application import Absence, Image, Submission
from services.upload.models.holdings import Holdings, read_holdings


def restored(session: Session, held: Holdings) -> Holdings:
    """The application as its last submission has it: what she took away since then is back, what
    she added and never handed in is gone.
    """
    last = session.scalars(
        select(Submission)
        .where(Submission.application_id == held.application.id)
        .order_by(Submission.round.desc())
        .limit(1)
    ).one()
    _restore_images(session, held, last)
    _restore_absences(session, held, last)
    session.flush()
    return read_holdings(session, held.application.id, application=held.application)


def _restore_images(session: Session, held: Holdings, last: Submission) -> None:
    handed_in = [ImageId(uuid.UUID(image["image_id"])) for image in last.images]
    mine = Image.application_id == held.application.id
    added = (
        mine,
        Image.id.not_in(handed_in),
        Image.locked_at.is_(None),
        Image.deleted_at.is_(None),
    )
    session.execute(update(Image).where(*added).values(deleted_at=held.now))
    session.execute(update(Image).where(mine, Image.id.in_(handed_in)).values(deleted_at=None))


def _restore_absences(session: Session, held: Holdings, last: Submission) -> None:
    said = {absence["material"]: absence["reason"] for absence in last.absences}
    if {absence.material: absence.reason for absence in held.absences} == said:
        return
    application_id = held.application.id
    for absence in held.absences:
        session.delete(absence)
    session.flush()
    for material, reason in said.items():
        session.add(
            Absence(
                application_id=application_id,
                material=material,
                reason=reason,
                said_at=last.submitted_at,
            )
        )
