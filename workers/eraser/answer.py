"""EraseObjects in, ObjectsErased out; ListObjects in, ObjectsListed out.

Both may run twice: what is gone may be removed again, and a list changes nothing.
"""

from libs.common.messages import EraseObjects, ListObjects, ObjectsErased, ObjectsListed
from libs.common.storage import Bucket, Storage

LISTED_AT_ONCE = 200
"""Keys in one answer: about 10 KB."""
OWN_PREFIX = "."
"""Keys that the store keeps for its own checks begin so."""


def erase(message: EraseObjects, storage: Storage) -> ObjectsErased:
    """Remove what is named, one by one; trouble rises, and the rest goes with the next try."""
    bucket = _bucket(storage, message.bucket)
    spared = 0
    for key in message.keys:
        if message.older_than is not None:
            written_at = bucket.written_at(key)
            if written_at is not None and written_at >= message.older_than:
                spared += 1
                continue
        bucket.delete(key)
    erased = len(message.keys) - spared
    return ObjectsErased(bucket=message.bucket, exam=message.exam, erased=erased, spared=spared)


def listed(message: ListObjects, storage: Storage) -> ObjectsListed:
    """The next keys, those of younger objects and of the store itself left out."""
    found = _bucket(storage, message.bucket).listed(after=message.after, most=LISTED_AT_ONCE)
    keys = tuple(
        each.key
        for each in found
        if each.written_at < message.older_than and not each.key.startswith(OWN_PREFIX)
    )
    return ObjectsListed(
        sweep_id=message.sweep_id,
        bucket=message.bucket,
        keys=keys,
        next_after=found[-1].key if len(found) == LISTED_AT_ONCE else None,
    )


def _bucket(storage: Storage, name: str) -> Bucket:
    known = {
        "originals": storage.originals,
        "renditions": storage.renditions,
        "arrivals": storage.arrivals,
    }
    return known[name]
