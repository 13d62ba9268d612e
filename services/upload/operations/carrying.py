"""Carry-over: one press makes an accepted image of an earlier exam an image of this application.

Its bytes are copied under a key of their own, so that the earlier application can be purged; the
hash stays, and the checks run again.
"""

import dataclasses as dc
from typing import Literal

from sqlalchemy.orm import Session

from libs.common.errors import Refusal
from libs.common.messages import ImageId
from services.upload.models.former import FormerImage, offers_of
from services.upload.models.holdings import Holdings, read_holdings
from services.upload.models.packs import the_exam
from services.upload.operations import images
from services.upload.operations.access import hold
from services.upload.operations.images import StoredPicture
from services.upload.operations.slots import Carried, Upload, place_for


@dc.dataclass(frozen=True, kw_only=True)
class FormerBytes:
    """Where the image's bytes lie, and what they must be."""

    key: str
    sha256: str
    format: Literal["jpeg", "png"]
    orientation: int


def admit(session: Session, upload: Upload, former: ImageId) -> ImageId | FormerBytes:
    """Whether `take` would take it now: the bytes to copy, or the image that it made before.

    Raises Refusal `carry_gone`, and those of `images.receive`.
    """
    held = read_holdings(session, upload.application_id)
    known = _taken_before(session, held, upload, former)
    if known is not None:
        return known
    found = _offered(session, held, upload, former)
    place_for(session, held, upload)
    row = found.row
    return FormerBytes(
        key=row.original_key,
        sha256=row.sha256,
        format="png" if row.format == "png" else "jpeg",
        orientation=row.orientation,
    )


def take(session: Session, upload: Upload, former: ImageId, picture: StoredPicture) -> ImageId:
    """The copied picture is an image of hers from now on; pressed again it is the same image.

    Raises Refusal as `admit` does.
    """
    held = hold(session, upload.application_id)
    known = _taken_before(session, held, upload, former)
    if known is not None:
        return known
    found = _offered(session, held, upload, former)
    exam = the_exam(session, found.exam)
    carried = Carried(
        image_id=former,
        exam=exam.name.by_tag(),
        position=found.row.position,
        first_received_at=found.first_received_at,
    )
    return images.receive(session, dc.replace(upload, carried=carried), picture)


def _taken_before(
    session: Session, held: Holdings, upload: Upload, former: ImageId
) -> ImageId | None:
    in_place = (image.id for image in held.images if image.carried_from == former)
    return next(in_place, None) or images.received_before(session, upload)


def _offered(session: Session, held: Holdings, upload: Upload, former: ImageId) -> FormerImage:
    offers = offers_of(session, held).get(upload.material, ())
    found = next((offer for offer in offers if offer.row.id == former), None)
    if found is None:
        raise Refusal("carry_gone")
    return found
