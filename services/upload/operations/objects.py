"""Images whose rows go, and the objects that go with them.

A key that another image still names stays: what was carried over from an older exam is the same
object.
"""

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import delete, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from libs.common import outbox
from libs.common.messages import BucketName, EraseObjects, ImageId
from services.upload.models.application import Image
from services.upload.models.likeness import ImageLikeness
from services.upload.models.shrink import Shrink

KEYS_AT_ONCE = 100
"""In one message; ten seconds of a slow store."""
_NAMED_BY: dict[
    BucketName, tuple[InstrumentedAttribute[str] | InstrumentedAttribute[str | None], ...]
]
_NAMED_BY = {
    "originals": (Image.original_key,),
    "renditions": (Image.view_key, Image.grid_key),
    "arrivals": (Shrink.original_key, Shrink.key),
}


def remove(session: Session, images: Sequence[Image]) -> int:
    """Remove these images and their objects; how many objects there are to erase.

    They are on no certificate: the retention time of their application still runs.
    """
    ids = [ImageId(image.id) for image in images]
    originals = {image.original_key for image in images}
    renditions = {k for image in images for k in (image.view_key, image.grid_key) if k}
    session.execute(update(Image).where(Image.replaces.in_(ids)).values(replaces=None))
    session.execute(update(Shrink).where(Shrink.instead.in_(ids)).values(instead=None))
    session.execute(delete(ImageLikeness).where(ImageLikeness.image_id.in_(ids)))
    for image in images:
        session.expunge(image)
    session.execute(delete(Image).where(Image.id.in_(ids)))
    return erase(session, "originals", originals, exam=None) + erase(
        session, "renditions", renditions, exam=None
    )


def erase(session: Session, bucket: BucketName, keys: Collection[str], *, exam: str | None) -> int:
    """Have those of the keys erased that no row names any more; how many they are."""
    free = sorted(set(keys) - named(session, bucket, keys))
    for part in parts(free):
        outbox.post(session, EraseObjects(bucket=bucket, keys=part, exam=exam))
    return len(free)


def named(session: Session, bucket: BucketName, keys: Collection[str]) -> set[str]:
    """Those of the keys that a row still names."""
    wanted = list(keys)
    return {
        key
        for column in _NAMED_BY[bucket]
        for key in session.scalars(select(column).where(column.in_(wanted)))
        if key is not None
    }


def parts(keys: Sequence[str]) -> Iterable[tuple[str, ...]]:
    """The keys in messages' lengths."""
    return (
        tuple(keys[start : start + KEYS_AT_ONCE]) for start in range(0, len(keys), KEYS_AT_ONCE)
    )
