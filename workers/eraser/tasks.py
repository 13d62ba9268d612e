"""The door of the queue `eraser`: `celery -A workers.eraser.tasks worker`."""

import functools

from libs.common import settings, worker_door
from libs.common.envelopes import Envelope
from libs.common.messages import EraseObjects, ListObjects, ObjectsErased, ObjectsListed
from libs.common.storage import Storage
from workers.eraser import answer
from workers.eraser.settings import EraserSettings

SETTINGS = settings.load(EraserSettings)


@functools.cache
def storage() -> Storage:
    """The object store of this process, opened at first use, after the fork."""
    return Storage(SETTINGS)


def erase_objects(message: EraseObjects, _: Envelope) -> ObjectsErased:
    """One command, with this process's object store."""
    return answer.erase(message, storage())


def list_objects(message: ListObjects, _: Envelope) -> ObjectsListed:
    """One command, with this process's object store."""
    return answer.listed(message, storage())


app = worker_door.stateless(
    "eraser", SETTINGS.broker_url, {EraseObjects: erase_objects, ListObjects: list_objects}
)
