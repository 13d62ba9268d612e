"""The door of the queue `images`: `celery -A workers.images.tasks worker`."""

import functools
import resource

from celery.signals import worker_process_init

from libs.common import settings, worker_door
from libs.common.envelopes import Envelope
from libs.common.messages import CheckImage, ImageChecked
from libs.common.storage import Storage
from workers.images import upright
from workers.images.answer import answer
from workers.images.settings import ImagesSettings

MAX_MEMORY_BYTES = 1024**3
"""Address space of a child; the worst allowed picture needs a third of it."""

SETTINGS = settings.load(ImagesSettings)


@functools.cache
def storage() -> Storage:
    """The object store of this process, opened at first use, after the fork."""
    return Storage(SETTINGS)


def confine(**_: object) -> None:
    """Limit what a child can take from the machine, before it opens the first picture."""
    for limit, most in ((resource.RLIMIT_AS, MAX_MEMORY_BYTES), (resource.RLIMIT_CORE, 0)):
        hard = resource.getrlimit(limit)[1]
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(limit, (allowed, allowed))


def warm(**_: object) -> None:
    """Open the model in this child, so that nobody's picture waits for it."""
    upright.session()


def check_image(message: CheckImage, _: Envelope) -> ImageChecked:
    """One command, with this process's object store."""
    return answer(message, storage())


upright.model_path()
worker_process_init.connect(confine, weak=False)
worker_process_init.connect(warm, weak=False)
app = worker_door.stateless("images", SETTINGS.broker_url, {CheckImage: check_image})
