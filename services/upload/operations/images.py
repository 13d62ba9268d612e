"""What happens to images: received, deleted, brought back, put in order (R7–R12)."""

import dataclasses as dc
import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from libs.common import audit, outbox
from libs.common.errors import Refusal
from libs.common.messages import ApplicationId, CheckImage, ImageId
from services.upload.domain.application import order_is_complete
from services.upload.models.application import Image
from services.upload.models.holdings import Holdings, read_holdings
from services.upload.operations import duplicates
from services.upload.operations.access import hold, require_open, require_request, touch
from services.upload.operations.actors import candidate
from services.upload.operations.slots import (
    Place,
    Upload,
    entry_of,
    place_for,
    require_answer_slot,
    require_slot,
)


@dc.dataclass(frozen=True, kw_only=True)
class StoredPicture:
    """Bytes that are stored durably already (`services.upload.intake`)."""

    key: str
    sha256: str
    size_bytes: int
    orientation: int
    format: Literal["jpeg", "png"]
    image_id: ImageId = dc.field(default_factory=lambda: ImageId(uuid.uuid4()))


def admit(session: Session, upload: Upload) -> ImageId | None:
    """Whether `receive` would take it now, so that no bytes are stored in vain.

    The image when this very upload was received before. Nothing is locked, as `receive` decides.
    Raises the Refusals of `receive`.
    """
    held = read_holdings(session, upload.application_id)
    known = received_before(session, upload)
    if known is None:
        place_for(session, held, upload)
    return known


def receive(session: Session, upload: Upload, picture: StoredPicture) -> ImageId:
    """The picture is an image of the application from now on, and will be checked.

    Raises Refusal: those of `require_open` or `require_request`; `unknown_material`,
    `takes_no_images`, `no_free_slot`, `already_replaced`, `too_many_images`.
    """
    held = hold(session, upload.application_id)
    known = received_before(session, upload)
    if known is not None:
        return known
    place = place_for(session, held, upload)
    image = _new_image(held, upload, picture, place)
    if place.instead_of is not None:
        _make_room(session, held, place.instead_of, image)
    session.add(image)
    for absence in held.absences:
        if absence.material == upload.material:
            session.delete(absence)
    touch(held)
    session.flush()
    ask_for_check(session, image)
    said: dict[str, object] = {"began_at": upload.began_at, "sha256": image.sha256}
    if image.carried_from is None:
        write_down(session, "image.received", image, **said)
    else:
        write_down(session, "image.carried", image, **said, former=image.carried_from)
    return image.id


def ask_for_check(session: Session, image: Image) -> None:
    """Let a worker judge and render the image as it stands now."""
    outbox.post(
        session,
        CheckImage(
            image_id=image.id,
            original_key=image.original_key,
            sha256=image.sha256,
            size_bytes=image.size_bytes,
            orientation=image.orientation,
        ),
    )


def delete(
    session: Session, *, application_id: ApplicationId, image_id: ImageId, began_at: dt.datetime
) -> None:
    """− at an image (R10); deleting it again changes nothing.

    Raises Refusal `no_image`, `locked`, and those of the window or the request.
    """
    held, image = hold(session, application_id), mine(session, application_id, image_id)
    if image.deleted_at is not None:
        return
    require_unlocked(held, image, began_at=began_at)
    image.deleted_at = held.now
    duplicates.forget(session, held.images, image)
    touch(held)
    write_down(session, "image.deleted", image, began_at=began_at)


def check_deletable(
    session: Session, *, application_id: ApplicationId, image_id: ImageId, began_at: dt.datetime
) -> None:
    """Before the question is asked: raises what `delete` would raise, and changes nothing."""
    held = read_holdings(session, application_id)
    require_unlocked(held, mine(session, application_id, image_id), began_at=began_at)


def undo_delete(
    session: Session, *, application_id: ApplicationId, image_id: ImageId, began_at: dt.datetime
) -> None:
    """The deleted image is back in its place, if there is still room.

    Raises Refusal `no_image`, `no_free_slot`, `already_replaced`, and those of `delete`.
    """
    held = hold(session, application_id)
    image = mine(session, application_id, image_id)
    if image.deleted_at is None:
        return
    require_unlocked(held, image, began_at=began_at)
    if image.answers is None:
        require_slot(held, entry_of(held, image.material))
    else:
        request = next(r for r in held.requests if r.id == image.answers)
        require_answer_slot(held, request)
    image.deleted_at = None
    session.flush()
    duplicates.look_again(session, image)
    touch(held)
    write_down(session, "image.restored", image, began_at=began_at)


def reorder(
    session: Session,
    *,
    application_id: ApplicationId,
    material: str,
    order: Sequence[ImageId],
    began_at: dt.datetime,
) -> None:
    """The material's images stand in this order; it names each of them once (R9).

    Raises Refusal `order_outdated` and those of `require_open`.
    """
    held = hold(session, application_id)
    require_open(held, began_at=began_at, material=material)
    images = {image.id: image for image in held.current() if image.material == material}
    if not order_is_complete(wanted=order, present=images):
        raise Refusal("order_outdated")
    for position, image_id in enumerate(order, start=1):
        images[image_id].position = position
    touch(held)
    audit.record(
        session,
        actor=candidate(application_id),
        action="images.reordered",
        subject=candidate(application_id),
        material=material,
        order=list(order),
    )


def _new_image(held: Holdings, upload: Upload, picture: StoredPicture, place: Place) -> Image:
    return Image(
        id=picture.image_id,
        application_id=upload.application_id,
        material=upload.material,
        position=place.position,
        version=place.version,
        idempotency_key=upload.idempotency_key,
        original_key=picture.key,
        sha256=picture.sha256,
        size_bytes=picture.size_bytes,
        orientation=picture.orientation,
        format=picture.format,
        received_at=held.now,
        began_at=upload.began_at,
        answers=place.answers,
        replaces=place.replaces,
        carried_from=upload.carried and upload.carried.image_id,
        carried_exam=upload.carried.exam if upload.carried else {},
        first_received_at=upload.carried and upload.carried.first_received_at,
    )


def _make_room(session: Session, held: Holdings, old: Image, image: Image) -> None:
    """The old one is gone before the new one stands there: one place holds one image."""
    old.deleted_at = held.now
    duplicates.forget(session, held.images, old)
    write_down(session, "image.deleted", old, began_at=image.began_at, instead=image.id)


def require_unlocked(held: Holdings, image: Image, *, began_at: dt.datetime) -> None:
    """She may still change it; raises Refusal `locked`, and those of the window or the request."""
    if image.locked_at is not None:
        raise Refusal("locked")
    if image.answers is None:
        require_open(held, began_at=began_at, material=image.material)
    else:
        require_request(held, image.answers, began_at=began_at)


def received_before(session: Session, upload: Upload) -> ImageId | None:
    """The image that this very upload made already."""
    return session.execute(
        select(Image.id).where(
            Image.application_id == upload.application_id,
            Image.idempotency_key == upload.idempotency_key,
        )
    ).scalar_one_or_none()


def mine(session: Session, application_id: ApplicationId, image_id: ImageId) -> Image:
    """Her image, deleted ones too. Raises Refusal `no_image`."""
    image = session.scalars(
        select(Image)
        .where(Image.id == image_id, Image.application_id == application_id)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if image is None:
        raise Refusal("no_image")
    return image


def write_down(session: Session, action: str, image: Image, **details: object) -> None:
    """What she did to an image goes into the audit log (R25)."""
    audit.record(
        session,
        actor=candidate(image.application_id),
        action=action,
        subject=candidate(image.application_id),
        image=image.id,
        material=image.material,
        **details,
    )
