"""What was handed in last counts, until something newer is handed in (R13, R17)."""

import uuid
from collections.abc import Sequence

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from libs.common.messages import ImageId
from services.upload.domain.exam import MAIN
from services.upload.models.application import Absence, Image, Submission
from services.upload.models.holdings import Holdings, read_holdings


def restored(session: Session, held: Holdings) -> Holdings:
    """The application as its last submission has it: what she took away since then is back, what
    she added and never handed in is gone. What waits for the second window stays (R5).
    """
    last = _last(session, held)
    _restore_images(session, held, last)
    _restore_absences(session, held, last)
    session.flush()
    return read_holdings(session, held.application.id, application=held.application)


def _last(session: Session, held: Holdings) -> Sequence[Submission]:
    """The last round, oldest part first: one of the second window speaks of its materials alone,
    and adds to the round before it.
    """
    rounds = session.scalars(
        select(Submission)
        .where(Submission.application_id == held.application.id)
        .order_by(Submission.round)
    ).all()
    start = max(n for n, submission in enumerate(rounds) if submission.kind == MAIN)
    return rounds[start:]


def _restore_images(session: Session, held: Holdings, last: Sequence[Submission]) -> None:
    handed_in = [ImageId(uuid.UUID(i["image_id"])) for part in last for i in part.images]
    waiting = [image.id for image in held.images if _waits_for_second(held, image)]
    mine = Image.application_id == held.application.id
    added = (
        mine,
        Image.id.not_in([*handed_in, *waiting]),
        Image.locked_at.is_(None),
        Image.deleted_at.is_(None),
    )
    session.execute(update(Image).where(*added).values(deleted_at=held.now))
    # Locked as it was: what is handed in is not looked at for the second window again.
    locked_at = func.coalesce(Image.locked_at, last[-1].submitted_at)
    session.execute(
        update(Image)
        .where(mine, Image.id.in_(handed_in))
        .values(deleted_at=None, locked_at=locked_at)
    )


def _waits_for_second(held: Holdings, image: Image) -> bool:
    """Uploaded to the second window, which has a round of its own."""
    takes = {entry.code for entry in held.takes_deferred}
    is_open = held.second is not None and image.received_at >= held.second.opens_at
    return is_open and image.material in takes


def _restore_absences(session: Session, held: Holdings, last: Sequence[Submission]) -> None:
    said = {a["material"]: a["reason"] for part in last for a in part.absences}
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
                said_at=last[-1].submitted_at,
            )
        )
