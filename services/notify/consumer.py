"""The door of the queue `notify`: `celery -A services.notify.consumer worker`."""

import functools

from libs.common import doors, settings
from libs.common.db import Database
from services.notify.ears import Ears
from services.notify.settings import ConsumerSettings

SETTINGS = settings.load(ConsumerSettings)


@functools.cache
def database() -> Database:
    """The database of this process, opened at first use, after the fork."""
    return Database(SETTINGS.notify_database_url, process="notify-consumer", pool_size=2)


app = doors.service("notify", SETTINGS.broker_url, database, Ears(SETTINGS).operations())
