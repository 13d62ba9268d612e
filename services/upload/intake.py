"""Bytes of a picture go to storage, before any transaction makes them somebody's image."""

import hashlib
import uuid

from libs.common.errors import Refusal
from libs.common.storage import ObjectMissing, Storage
from services.upload.domain.metadata import Stripped
from services.upload.domain.shrink import Photo
from services.upload.operations.carrying import FormerBytes
from services.upload.operations.images import StoredPicture
from services.upload.operations.shrinks import Shrunk, StoredPhoto
from services.upload.pieces import Pieces

_TYPES = {"jpeg": "image/jpeg", "png": "image/png", "heic": "image/heic"}


def store(storage: Storage, picture: Stripped) -> StoredPicture:
    """The picture under a key that tells nothing. Raises StorageUnavailable."""
    key = f"{uuid.uuid4().hex}.{picture.format}"
    storage.originals.put(key, picture.data, content_type=_TYPES[picture.format])
    return StoredPicture(
        key=key,
        sha256=hashlib.sha256(picture.data).hexdigest(),
        size_bytes=len(picture.data),
        orientation=picture.orientation,
        format=picture.format,
    )


def store_photo(storage: Storage, photo: Photo) -> StoredPhoto:
    """A photo that has to be made smaller goes to the arrivals (R8). Raises StorageUnavailable.

    Up to 20 MB from the disk to the store, and never all of it in memory.
    """
    key, digest = f"{uuid.uuid4().hex}.{photo.format}", hashlib.sha256()
    for piece in photo.pieces:
        digest.update(piece)
    body = Pieces(photo.pieces)
    storage.arrivals.send(key, body, size=body.size, content_type=_TYPES[photo.format])
    return StoredPhoto(
        key=key,
        sha256=digest.hexdigest(),
        size_bytes=body.size,
        orientation=photo.orientation,
        format=photo.format,
    )


def copy(storage: Storage, former: FormerBytes) -> StoredPicture:
    """The bytes of an accepted image once more, under a key of their own (carry-over).

    Raises StorageUnavailable; Refusal `carry_gone` when they are not there any more.
    """
    try:
        data = storage.originals.get(former.key)
    except ObjectMissing:
        raise Refusal("carry_gone") from None
    if hashlib.sha256(data).hexdigest() != former.sha256:
        raise Refusal("carry_gone")
    return store(storage, Stripped(data, former.orientation, former.format))


def adopt(storage: Storage, shrunk: Shrunk) -> StoredPicture:
    """What she confirms becomes an original, under a key of its own: twice is the same object.

    Raises StorageUnavailable, ObjectMissing; Refusal `shrink_gone` when other bytes lie there.
    """
    data = storage.arrivals.get(shrunk.key)
    if hashlib.sha256(data).hexdigest() != shrunk.sha256:
        raise Refusal("shrink_gone")
    key = f"{shrunk.id.hex}.jpeg"
    storage.originals.put(key, data, content_type=_TYPES["jpeg"])
    return StoredPicture(
        key=key, sha256=shrunk.sha256, size_bytes=len(data), orientation=1, format="jpeg"
    )
