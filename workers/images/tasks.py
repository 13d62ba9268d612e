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
from workers.images.sandbox import Cell
from workers.images.settings import ImagesSettings

SETTINGS = settings.load(ImagesSettings)


@functools.cache
def storage() -> Storage:
    """The object store of this process, opened at first use, after the fork."""
    return Storage(SETTINGS)


@functools.cache
def cell() -> Cell:
    """The cell of this process, in which every picture is opened."""
    return Cell()


def prepare(**_: object) -> None:
    """Let the cell start while this child waits for its first picture."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    cell().start()


def check_image(message: CheckImage, _: Envelope) -> ImageChecked:
    """One command, with this process's object store and cell."""
    return answer(message, storage(), cell().check)


upright.model_path()
worker_process_init.connect(prepare, weak=False)
app = worker_door.stateless(
    "images",
    SETTINGS.broker_url,
    {CheckImage: check_image},
    is_degraded=lambda: cell().is_degraded(),
)
