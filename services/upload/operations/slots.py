"""Where an upload goes: her list, the slots, and what a request allows (R9, R19)."""

import dataclasses as dc
import datetime as dt

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from libs.common.errors import Refusal
from libs.common.messages import ApplicationId, ImageId, RequestId
from services.upload.domain.application import CheckState, RequestKind, free_slots
from services.upload.domain.materials import Entry
from services.upload.models.application import Image
from services.upload.models.holdings import Holdings
from services.upload.models.review import Request
from services.upload.models.shrink import Shrink
from services.upload.operations.access import require_open, require_request

MAX_IMAGES_EVER = 600
"""Rows of one application, deleted, refused and dismissed ones too: ten times the longest list."""


@dc.dataclass(frozen=True, kw_only=True)
class Carried:
    """That the picture is an accepted one of an earlier exam."""

    image_id: ImageId
    exam: dict[str, str]
    """That exam's name by language tag."""
    position: int
    """Where it stood among the material's images there; kept where that place is free."""
    first_received_at: dt.datetime


@dc.dataclass(frozen=True, kw_only=True)
class Upload:
    """What she sends; `request_id` when it answers a request."""

    application_id: ApplicationId
    material: str
    idempotency_key: str
    """One per picture that she confirmed; a retry sends the same (R11)."""
    began_at: dt.datetime
    request_id: RequestId | None = None
    instead: ImageId | None = None
    """The image that it takes the place of, in the same moment."""
    carried: Carried | None = None


@dc.dataclass(frozen=True, kw_only=True)
class Place:
    """Position and version of the new image, what it answers and replaces, and what goes."""

    position: int
    version: int = 1
    answers: RequestId | None = None
    replaces: ImageId | None = None
    instead_of: Image | None = None


def place_for(session: Session, held: Holdings, upload: Upload) -> Place:
    """Where the upload goes, all rules asked; raises the Refusals of `receive`."""
    old = held.image(upload.instead) if upload.instead is not None else None
    if old is not None:
        place = _place_of_old(held, old, upload)
    elif upload.request_id is None:
        require_open(held, began_at=upload.began_at, material=upload.material)
        require_slot(held, entry_of(held, upload.material))
        place = Place(position=_position(held, upload))
    else:
        request = require_request(held, upload.request_id, began_at=upload.began_at)
        place = _place_of_answer(held, request, upload)
    _require_few_enough(session, upload.application_id)
    return place


def _place_of_old(held: Holdings, old: Image, upload: Upload) -> Place:
    """重拍/换一张: the old image makes room for the new one, wherever it stands."""
    if old.material != upload.material:
        raise Refusal("no_image")
    if old.locked_at is not None:
        raise Refusal("locked")
    request = None
    if old.answers is None:
        require_open(held, began_at=upload.began_at, material=upload.material)
    else:
        request = require_request(held, old.answers, began_at=upload.began_at)
    if old.check_state == CheckState.REFUSED:
        # It held no slot, so that its successor needs a free one.
        _require_room(held, upload.material, request)
    return Place(
        position=old.position,
        version=old.version,
        answers=old.answers,
        replaces=old.replaces,
        instead_of=old,
    )


def _require_room(held: Holdings, material: str, request: Request | None) -> None:
    if request is None:
        require_slot(held, entry_of(held, material))
    else:
        require_answer_slot(held, request)


def _place_of_answer(held: Holdings, request: Request, upload: Upload) -> Place:
    if request.kind == RequestKind.FIX or request.material not in (None, upload.material):
        raise Refusal("takes_no_images", material=upload.material)
    require_answer_slot(held, request)
    if request.kind != RequestKind.REPLACE:
        entry_of(held, upload.material, for_request=True)
        return Place(position=_next_position(held, upload.material), answers=request.id)
    old = held.image(request.image_id) if request.image_id is not None else None
    if old is None or old.material != upload.material:
        raise Refusal("unknown_material", material=upload.material[:10])
    return Place(
        position=old.position, version=old.version + 1, answers=request.id, replaces=old.id
    )


def entry_of(held: Holdings, material: str, *, for_request: bool = False) -> Entry:
    """Her list's entry. What a reviewer asks for need not stand on it."""
    asked = (*held.takes_deferred, *held.entries)
    entry = next((e for e in asked if e.code == material), None)
    if entry is not None and (entry.takes_images or for_request):
        return entry
    if entry is not None:
        raise Refusal("takes_no_images", material=material)
    known = any(m.code == material for m in held.exam.materials)
    if not known or not for_request:
        raise Refusal("unknown_material", material=material[:10])
    whole = held.whole_list
    return next(e for e in whole if e.code == material)


def require_slot(held: Holdings, entry: Entry) -> None:
    """The material takes one more image. Raises Refusal `no_free_slot`."""
    allowed = held.allowed(entry)
    if not free_slots(allowed=allowed, kept=len(held.counting(entry.code))):
        raise Refusal("no_free_slot", material=entry.code, max=allowed)


def require_answer_slot(held: Holdings, request: Request) -> None:
    """A REPLACE takes one image, an ADD as many as it names; refused ones do not count."""
    allowed = 1 if request.kind == RequestKind.REPLACE else request.add_count
    present = held.answers_to(request.id)
    if not free_slots(allowed=allowed, kept=len(present)):
        code = "already_replaced" if request.kind == RequestKind.REPLACE else "no_free_slot"
        raise Refusal(code, material=request.material or "", max=allowed)


def _require_few_enough(session: Session, application_id: ApplicationId) -> None:
    count = sum(
        session.execute(
            select(func.count()).select_from(table).where(table.application_id == application_id)
        ).scalar_one()
        for table in (Image, Shrink)
    )
    if count >= MAX_IMAGES_EVER:
        raise Refusal("too_many_images", max=MAX_IMAGES_EVER)


def _position(held: Holdings, upload: Upload) -> int:
    """The next one; a carried image stands where it stood, so that the sides keep their order."""
    taken = {image.position for image in held.images if image.material == upload.material}
    if upload.carried is not None and upload.carried.position not in taken:
        return upload.carried.position
    return _next_position(held, upload.material)


def _next_position(held: Holdings, material: str) -> int:
    taken = [image.position for image in held.images if image.material == material]
    return max(taken, default=0) + 1
