"""What she does at the shrink door (R8): sends a photo, confirms what came of it, or does not.

`receive` → ShrinkImage → `shrunk.record` → she looks → `confirm`, which makes an image of it by
the rules of every upload, or `dismiss`.
"""

import dataclasses as dc
import datetime as dt
import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from libs.common import outbox
from libs.common.errors import Refusal
from libs.common.messages import ApplicationId, ImageId, RequestId, ShrinkImage
from services.upload.domain.application import RequestKind, free_slots
from services.upload.domain.shrink import HOLDING, MAX_OPEN, OPEN, Format, ShrinkState, has_room
from services.upload.models.holdings import Holdings, read_holdings
from services.upload.models.review import Request
from services.upload.models.shrink import Shrink
from services.upload.operations import images
from services.upload.operations.access import hold, touch
from services.upload.operations.images import StoredPicture
from services.upload.operations.shrunk import end, note
from services.upload.operations.slots import Upload, place_for


@dc.dataclass(frozen=True, kw_only=True)
class StoredPhoto:
    """Bytes that are stored durably already, in the arrivals (`services.upload.intake`)."""

    key: str
    sha256: str
    size_bytes: int
    orientation: int
    format: Format


@dc.dataclass(frozen=True, kw_only=True)
class Shrunk:
    """What was made of a photo: a JPEG in the arrivals that may become an image."""

    id: ImageId
    key: str
    sha256: str


def received_before(session: Session, upload: Upload) -> ImageId | None:
    """The photo of this very upload, however it ended (R11)."""
    return session.execute(
        select(Shrink.id).where(
            Shrink.application_id == upload.application_id,
            Shrink.idempotency_key == upload.idempotency_key,
        )
    ).scalar_one_or_none()


def admit(session: Session, upload: Upload) -> None:
    """Whether `receive` would take a photo now. Raises its Refusals."""
    _require_room(session, read_holdings(session, upload.application_id), upload)


def receive(session: Session, upload: Upload, photo: StoredPhoto) -> ImageId:
    """The photo waits, and will be made smaller.

    Raises Refusal: those of an upload; `shrink_waits`, `too_many_shrinks`.
    """
    held = hold(session, upload.application_id)
    known = received_before(session, upload)
    if known is not None:
        return known
    _require_room(session, held, upload)
    shrink = Shrink(
        id=ImageId(uuid.uuid4()),
        application_id=upload.application_id,
        material=upload.material,
        answers=upload.request_id,
        instead=upload.instead,
        idempotency_key=upload.idempotency_key,
        original_key=photo.key,
        original_bytes=photo.size_bytes,
        format=photo.format,
        began_at=upload.began_at,
        received_at=held.now,
    )
    session.add(shrink)
    touch(held)
    session.flush()
    outbox.post(
        session,
        ShrinkImage(
            image_id=shrink.id,
            original_key=photo.key,
            sha256=photo.sha256,
            size_bytes=photo.size_bytes,
            orientation=photo.orientation,
        ),
    )
    note(session, "shrink.received", shrink, began_at=upload.began_at, bytes=photo.size_bytes)
    return shrink.id


def confirmable(
    session: Session, *, application_id: ApplicationId, shrink_id: ImageId, began_at: dt.datetime
) -> Shrunk | None:
    """What `confirm` would take now, so that no bytes are copied in vain; None when it did.

    Raises the Refusals of `confirm`.
    """
    held = read_holdings(session, application_id)
    shrink = _mine(session, application_id, shrink_id)
    if shrink.state == ShrinkState.CONFIRMED:
        return None
    if shrink.state == ShrinkState.PENDING:
        raise Refusal("shrink_runs")
    if shrink.state != ShrinkState.READY or shrink.key is None or shrink.sha256 is None:
        raise Refusal("shrink_gone")
    place_for(session, held, _upload_of(shrink, began_at=began_at))
    return Shrunk(id=shrink.id, key=shrink.key, sha256=shrink.sha256)


def confirm(
    session: Session,
    *,
    application_id: ApplicationId,
    shrink_id: ImageId,
    picture: StoredPicture,
    began_at: dt.datetime,
) -> ImageId:
    """Her yes: it is an image from now on, and will be checked. Twice is once.

    Raises Refusal `no_shrink`, `shrink_gone`, and those of every upload: the window must be open
    now, too (R12).
    """
    held = hold(session, application_id)
    shrink = _mine(session, application_id, shrink_id)
    if shrink.state == ShrinkState.CONFIRMED:
        return shrink.id
    if shrink.state != ShrinkState.READY:
        raise Refusal("shrink_gone")
    upload = _upload_of(shrink, began_at=began_at)
    image_id = images.receive(session, upload, dc.replace(picture, image_id=shrink.id))
    end(session, shrink, ShrinkState.CONFIRMED, at=held.now)
    note(session, "shrink.confirmed", shrink, began_at=began_at, sha256=shrink.sha256)
    return image_id


def dismiss(session: Session, *, application_id: ApplicationId, shrink_id: ImageId) -> None:
    """Her no, at any time; the photo is removed. Raises Refusal `no_shrink`, `shrink_gone`."""
    held = hold(session, application_id)
    shrink = _mine(session, application_id, shrink_id)
    if shrink.state == ShrinkState.DISMISSED:
        return
    if shrink.state not in OPEN:
        raise Refusal("shrink_gone")
    end(session, shrink, ShrinkState.DISMISSED, at=held.now)
    touch(held)
    note(session, "shrink.dismissed", shrink)


def _require_room(session: Session, held: Holdings, upload: Upload) -> None:
    """An upload could be taken now, and all that wait before it could be confirmed, too."""
    place_for(session, held, upload)
    waiting = session.scalars(
        select(Shrink).where(
            Shrink.application_id == upload.application_id, Shrink.state.in_(HOLDING)
        )
    ).all()
    if len(waiting) >= MAX_OPEN:
        raise Refusal("too_many_shrinks", max=MAX_OPEN)
    if upload.instead is not None:
        return
    before = [w for w in waiting if (w.material, w.answers) == (upload.material, upload.request_id)]
    if not has_room(free=_free(held, upload), holding=len(before)):
        raise Refusal("shrink_waits", material=upload.material)


def _free(held: Holdings, upload: Upload) -> int:
    request = next((r for r in held.requests if r.id == upload.request_id), None)
    if request is not None:
        return _free_answers(held, request)
    entry = next(e for e in held.whole_list if e.code == upload.material)
    return free_slots(allowed=held.allowed(entry), kept=len(held.counting(entry.code)))


def _free_answers(held: Holdings, request: Request) -> int:
    allowed = 1 if request.kind == RequestKind.REPLACE else request.add_count
    return free_slots(allowed=allowed, kept=len(held.answers_to(RequestId(request.id))))


def _upload_of(shrink: Shrink, *, began_at: dt.datetime) -> Upload:
    return Upload(
        application_id=shrink.application_id,
        material=shrink.material,
        idempotency_key=shrink.idempotency_key,
        began_at=began_at,
        request_id=shrink.answers,
        instead=shrink.instead,
    )


def _mine(session: Session, application_id: ApplicationId, shrink_id: ImageId) -> Shrink:
    shrink = session.scalars(
        select(Shrink)
        .where(Shrink.id == shrink_id, Shrink.application_id == application_id)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if shrink is None:
        raise Refusal("no_shrink")
    return shrink
