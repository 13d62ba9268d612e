"""The door of the queue `reader`: `celery -A workers.reader.tasks worker`."""

import functools
import os
import resource
from collections.abc import Sequence

from celery.signals import worker_init, worker_process_init

from libs.common import settings, worker_door
from libs.common.envelopes import Envelope
from libs.common.messages import ImageRead, ReadImage
from libs.common.niceness import give_way
from libs.common.storage import Storage
from workers.reader import choice
from workers.reader.answer import answer
from workers.reader.engine import Engine
from workers.reader.settings import ReaderSettings

MAX_MEMORY_BYTES = 2 * 1024**3
"""Address space of a child; the models of either engine and a large view take half of it."""
NICENESS = 10
"""Nobody waits for a reading: everything else on the machine goes first. A tenth of a core is left
to it even then, or a hard paper would not be done within its time limit.
"""

SETTINGS = settings.load(ReaderSettings)
choice.known(SETTINGS.reader_engines)


@functools.cache
def storage() -> Storage:
    """The object store of this process, opened at first use, after the fork."""
    return Storage(SETTINGS)


@functools.cache
def engine() -> str:
    """Which engine reads on this machine; asked once, by the parent."""
    return choice.chosen(SETTINGS.reader_engines)


def ask(**_: object) -> None:
    """Before the first child is made: it would have to try them all for itself."""
    engine()


@functools.cache
def models() -> Sequence[Engine]:
    """The models of this process, loaded at first use: their sessions do not outlive a fork."""
    return choice.ENGINES[engine()]()


def is_degraded() -> bool:
    """Whether another engine than the first one reads."""
    return engine() != SETTINGS.reader_engines[0]


def confine(**_: object) -> None:
    """Limit what a child can take from the machine, before it reads the first view."""
    give_way(NICENESS)
    os.environ["OMP_NUM_THREADS"] = "1"
    for limit, most in ((resource.RLIMIT_AS, MAX_MEMORY_BYTES), (resource.RLIMIT_CORE, 0)):
        hard = resource.getrlimit(limit)[1]
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(limit, (allowed, allowed))


def read_image(message: ReadImage, _: Envelope) -> ImageRead:
    """One command, with this process's store and models."""
    return answer(message, storage(), models(), upload_key=SETTINGS.upload_sealing_key)


worker_init.connect(ask, weak=False)
worker_process_init.connect(confine, weak=False)
app = worker_door.stateless(
    "reader", SETTINGS.broker_url, {ReadImage: read_image}, is_degraded=is_degraded
)
