"""The door of the queue `shrink`: `celery -A workers.shrink.tasks worker`."""

import functools
import resource

from celery.signals import worker_process_init

from libs.common import settings, worker_door
from libs.common.envelopes import Envelope
from libs.common.messages import ClearShrink, ImageShrunk, ShrinkCleared, ShrinkImage
from libs.common.niceness import give_way
from libs.common.storage import Storage
from workers.shrink import answer, sandbox
from workers.shrink.settings import ShrinkSettings

NICENESS = 5
"""Behind the checks of what is uploaded already, before the reading of it."""

SETTINGS = settings.load(ShrinkSettings)


@functools.cache
def storage() -> Storage:
    """The object store of this process, opened at first use, after the fork."""
    return Storage(SETTINGS)


@functools.cache
def is_degraded() -> bool:
    """Whether photos are opened here with less than the whole sandbox."""
    return not sandbox.is_whole()


def prepare(**_: object) -> None:
    """A shrink is long and dear: it runs after what is short and cheap. Its step is proven."""
    give_way(NICENESS)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    is_degraded()


def shrink_image(message: ShrinkImage, _: Envelope) -> ImageShrunk:
    """One command, with this process's object store."""
    return answer.shrink(message, storage())


def clear_shrink(message: ClearShrink, _: Envelope) -> ShrinkCleared:
    """One command, with this process's object store."""
    return answer.clear(message, storage())


worker_process_init.connect(prepare, weak=False)
app = worker_door.stateless(
    "shrink",
    SETTINGS.broker_url,
    {ShrinkImage: shrink_image, ClearShrink: clear_shrink},
    is_degraded=is_degraded,
)
