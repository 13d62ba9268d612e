"""Bytes of a picture go to storage, before any transaction makes them somebody's image."""

import hashlib
import uuid

from libs.common.storage import Storage
from services.upload.domain.metadata import Stripped
from services.upload.operations.images import StoredPicture

_TYPES = {"jpeg": "image/jpeg", "png": "image/png"}


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
