"""What happens to images: received, deleted, brought back, put in order (R7–R12)."""

import dataclasses as dc
import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from libs.common import audit, outbox
from libs.common.errors import Refusal
from libs.common.messages import ApplicationId, CheckImage, ImageId, RequestId
from services.upload.domain.application import RequestKind, free_slots, order_is_complete
from services.upload.domain.materials import Entry
from services.upload.models.application import Image
from services.upload.models.holdings import Holdings
from services.upload.models.review import Request
from services.upload.operations.access import hold, require_open, require_request, touch
from services.upload.operations.actors import candidate

MAX_IMAGES_EVER = 600
"""Rows of one application, deleted and refused ones too: ten times the longest list."""


@dc.dataclass(frozen=True, kw_only=True)
class Upload:
    """What she sends; `request_id` when it answers a request."""

    application_id: ApplicationId
    material: str
    idempotency_key: str
    """One per picture that she confirmed; a retry sends the same (R11)."""
    began_at: dt.datetime
    request_id: RequestId | None = None


@dc.dataclass(frozen=True, kw_only=True)
class StoredPicture:
    """Bytes that are stored durably already (`services.upload.intake`)."""

    key: str
    sha256: str
    size_bytes: int
    orientation: int
    format: Literal["jpeg", "png"]


def admit(session: Session, upload: Upload) -> ImageId | None:
    """Whether `receive` would take it now, so that no bytes are stored in vain.

    The image when this very upload was received before. Raises the Refusals of `receive`.
    """
    held = hold(session, upload.application_id)
    known = _received_before(session, upload)
    if known is None:
        _place_for(session, held, upload)
    return known


def receive(session: Session, upload: Upload, picture: StoredPicture) -> ImageId:
    """The picture is an image of the application from now on, and will be checked.

    Raises Refusal: those of `require_open` or `require_request`; `unknown_material`,
    `takes_no_images`, `no_free_slot`, `already_replaced`, `too_many_images`.
    """
    held = hold(session, upload.application_id)
    known = _received_before(session, upload)
    if known is not None:
        return known
    place = _place_for(session, held, upload)
    image = Image(
        id=ImageId(uuid.uuid4()),
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
        answers=upload.request_id,
        replaces=place.replaces,
    )
    session.add(image)
    for absence in held.absences:
        if absence.material == upload.material:
            session.delete(absence)
    touch(held)
    session.flush()
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
    _audit(session, "image.received", image, began_at=upload.began_at, sha256=image.sha256)
    return image.id


def delete(
    session: Session, *, application_id: ApplicationId, image_id: ImageId, began_at: dt.datetime
) -> None:
    """− at an image (R10); deleting it again changes nothing.

    Raises Refusal `no_image`, `locked`, and those of the window or the request.
    """
    held = hold(session, application_id)
    image = _mine(session, application_id, image_id)
    if image.deleted_at is not None:
        return
    _require_unlocked(held, image, began_at=began_at)
    image.deleted_at = held.now
    touch(held)
    _audit(session, "image.deleted", image, began_at=began_at)


def undo_delete(
    session: Session, *, application_id: ApplicationId, image_id: ImageId, began_at: dt.datetime
) -> None:
    """The deleted image is back in its place, if there is still room.

    Raises Refusal `no_image`, `no_free_slot`, `already_replaced`, and those of `delete`.
    """
    held = hold(session, application_id)
    image = _mine(session, application_id, image_id)
    if image.deleted_at is None:
        return
    _require_unlocked(held, image, began_at=began_at)
    if image.answers is None:
        _require_slot(held, _entry(held, image.material))
    else:
        request = next(r for r in held.requests if r.id == image.answers)
        _require_answer_slot(held, request)
    image.deleted_at = None
    touch(held)
    _audit(session, "image.restored", image, began_at=began_at)


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
    require_open(held, began_at=began_at)
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


@dc.dataclass(frozen=True, kw_only=True)
class _Place:
    position: int
    version: int = 1
    replaces: ImageId | None = None


def _place_for(session: Session, held: Holdings, upload: Upload) -> _Place:
    """Where the upload goes, all rules asked; raises the Refusals of `receive`."""
    if upload.request_id is None:
        require_open(held, began_at=upload.began_at)
        _require_slot(held, _entry(held, upload.material))
        place = _Place(position=_next_position(held, upload.material))
    else:
        request = require_request(held, upload.request_id, began_at=upload.began_at)
        place = _place_of_answer(held, request, upload)
    _require_few_enough(session, upload.application_id)
    return place


def _place_of_answer(held: Holdings, request: Request, upload: Upload) -> _Place:
    if request.kind == RequestKind.FIX or request.material not in (None, upload.material):
        raise Refusal("takes_no_images", material=upload.material)
    _require_answer_slot(held, request)
    if request.kind != RequestKind.REPLACE:
        _entry(held, upload.material, for_request=True)
        return _Place(position=_next_position(held, upload.material))
    old = held.image(request.image_id) if request.image_id is not None else None
    if old is None or old.material != upload.material:
        raise Refusal("unknown_material", material=upload.material[:10])
    return _Place(position=old.position, version=old.version + 1, replaces=old.id)


def _entry(held: Holdings, material: str, *, for_request: bool = False) -> Entry:
    """Her list's entry. What a reviewer asks for need not stand on it."""
    entry = next((e for e in held.entries if e.code == material), None)
    if entry is not None and (entry.takes_images or for_request):
        return entry
    if entry is not None:
        raise Refusal("takes_no_images", material=material)
    known = any(m.code == material for m in held.exam.materials)
    if not known or not for_request:
        raise Refusal("unknown_material", material=material[:10])
    whole = held.whole_list
    return next(e for e in whole if e.code == material)


def _require_slot(held: Holdings, entry: Entry) -> None:
    allowed = held.allowed(entry)
    if not free_slots(allowed=allowed, kept=len(held.counting(entry.code))):
        raise Refusal("no_free_slot", material=entry.code, max=allowed)


def _require_answer_slot(held: Holdings, request: Request) -> None:
    """A REPLACE takes one image, an ADD as many as it names; refused ones do not count."""
    allowed = 1 if request.kind == RequestKind.REPLACE else request.add_count
    present = held.answers_to(request.id)
    if not free_slots(allowed=allowed, kept=len(present)):
        code = "already_replaced" if request.kind == RequestKind.REPLACE else "no_free_slot"
        raise Refusal(code, material=request.material or "", max=allowed)


def _require_few_enough(session: Session, application_id: ApplicationId) -> None:
    count = session.execute(
        select(func.count()).select_from(Image).where(Image.application_id == application_id)
    ).scalar_one()
    if count >= MAX_IMAGES_EVER:
        raise Refusal("too_many_images", max=MAX_IMAGES_EVER)


def _require_unlocked(held: Holdings, image: Image, *, began_at: dt.datetime) -> None:
    if image.locked_at is not None:
        raise Refusal("locked")
    if image.answers is None:
        require_open(held, began_at=began_at)
    else:
        require_request(held, image.answers, began_at=began_at)


def _next_position(held: Holdings, material: str) -> int:
    taken = [image.position for image in held.images if image.material == material]
    return max(taken, default=0) + 1


def _received_before(session: Session, upload: Upload) -> ImageId | None:
    return session.execute(
        select(Image.id).where(
            Image.application_id == upload.application_id,
            Image.idempotency_key == upload.idempotency_key,
        )
    ).scalar_one_or_none()


def _mine(session: Session, application_id: ApplicationId, image_id: ImageId) -> Image:
    image = session.scalars(
        select(Image)
        .where(Image.id == image_id, Image.application_id == application_id)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if image is None:
        raise Refusal("no_image")
    return image


def _audit(session: Session, action: str, image: Image, **details: object) -> None:
    audit.record(
        session,
        actor=candidate(image.application_id),
        action=action,
        subject=candidate(image.application_id),
        image=image.id,
        material=image.material,
        **details,
    )
