"""ShrinkImage in, ImageShrunk out; ClearShrink in, ShrinkCleared out.

Both may run twice: the key follows from the photo and the ladder's version, so a second run writes
the same bytes to the same place, and what is gone may be removed again.
"""

import hashlib

from libs.common.messages import ClearShrink, Finding, ImageShrunk, ShrinkCleared, ShrinkImage
from libs.common.storage import ObjectMissing, Storage
from workers.shrink import sandbox
from workers.shrink.codes import Refuse

SHRINKER = "2023.3"
"""Version of opening and ladder together; change it when a pixel can change."""


class WrongBytes(Exception):
    """The stored photo is not the one that the message names; trying again can help."""


def shrink(message: ShrinkImage, storage: Storage) -> ImageShrunk:
    """Steps: fetch, prove, shrink in the sandbox, store, answer. Store trouble rises."""
    try:
        data = storage.arrivals.get(message.original_key)
    except ObjectMissing:
        # She has dismissed it meanwhile: nobody hears this answer, but it settles the command.
        return _refused(message, sandbox.refusal(Refuse.DAMAGED))
    if hashlib.sha256(data).hexdigest() != message.sha256:
        raise WrongBytes(f"{message.image_id}: the stored bytes have another SHA-256")
    said, image = sandbox.run(data, orientation=message.orientation)
    if not image:
        return _refused(message, said)
    key = key_of(message)
    storage.arrivals.put(key, image, content_type="image/jpeg")
    return ImageShrunk(
        image_id=message.image_id,
        shrinker=SHRINKER,
        key=key,
        sha256=hashlib.sha256(image).hexdigest(),
        size_bytes=len(image),
        width=int(said["width"]),
        height=int(said["height"]),
        findings=(),
    )


def clear(message: ClearShrink, storage: Storage) -> ShrinkCleared:
    """Remove the bytes; what is not there is no error."""
    for key in message.keys:
        storage.arrivals.delete(key)
    return ShrinkCleared(image_id=message.image_id, keys=message.keys)


def key_of(message: ShrinkImage) -> str:
    """The image's key: from its id, the photo's bytes, its turn and the ladder's version."""
    seed = f"{message.image_id}:{message.sha256}:{message.orientation}:{SHRINKER}"
    name = hashlib.sha256(seed.encode()).hexdigest()[:32]
    return f"{name[:2]}/{name}.jpeg"


def _refused(message: ShrinkImage, said: sandbox.Said) -> ImageShrunk:
    finding = Finding(
        code=said["code"],
        severity="refuse",
        measured=float(said["measured"]),
        threshold=float(said["threshold"]),
    )
    return ImageShrunk(
        image_id=message.image_id,
        shrinker=SHRINKER,
        key=None,
        sha256="",
        size_bytes=0,
        width=0,
        height=0,
        findings=(finding,),
    )
