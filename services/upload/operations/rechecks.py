"""Checking again what a newer checker may see differently, behind all that is live."""

import dataclasses as dc
import datetime as dt

from sqlalchemy import select, text, tuple_
from sqlalchemy.orm import Session

from libs.common import audit
from libs.common.messages import ImageId
from services.upload.domain.application import CheckState
from services.upload.models.application import Image
from services.upload.operations.images import ask_for_check

ROOM_BEHIND_LIVE_WORK = 20
"""Commands that may wait at images and reader before a re-check waits too: what is checked again is
read again."""


@dc.dataclass(frozen=True)
class Place:
    """How far a re-check has come: images are taken in the order in which they were received."""

    received_at: dt.datetime
    image_id: ImageId


@dc.dataclass(frozen=True)
class Step:
    """One second's worth: what was asked for, and where to go on; `place` None at the end."""

    asked: int
    place: Place | None
    waits: bool = False


def recheck(
    session: Session, *, since: dt.datetime, after: Place | None, most: int, actor: str
) -> Step:
    """Ask for a check of the next images received since then; of none while others wait.

    The answer of a checker of the same version changes nothing (`checks.record_check`).
    """
    if _waiting(session) > ROOM_BEHIND_LIVE_WORK:
        return Step(asked=0, place=after, waits=True)
    wanted = (
        select(Image)
        .where(
            Image.received_at >= since,
            Image.deleted_at.is_(None),
            Image.check_state == CheckState.CHECKED,
        )
        .order_by(Image.received_at, Image.id)
        .limit(most)
    )
    if after is not None:
        wanted = wanted.where(
            tuple_(Image.received_at, Image.id) > (after.received_at, after.image_id)
        )
    images = session.scalars(wanted).all()
    for image in images:
        ask_for_check(session, image)
    if not images:
        return Step(asked=0, place=None)
    audit.record(
        session,
        actor=actor,
        action="images.rechecked",
        subject="images",
        count=len(images),
        until=images[-1].received_at.isoformat(),
    )
    return Step(asked=len(images), place=Place(images[-1].received_at, images[-1].id))


def _waiting(session: Session) -> int:
    count: int = session.execute(
        text(
            "SELECT count(*) FROM outbox WHERE queue IN ('images', 'reader')"
            " AND settled_at IS NULL AND parked_at IS NULL"
        )
    ).scalar_one()
    return count
