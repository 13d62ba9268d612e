"""The door of the queue `notify_codes`: `celery -A services.notify.codes worker`.

Processes of their own, so that a request for a one-time code never stands behind a bulk of facts.
"""

import functools

from libs.common import doors, settings
from libs.common.db import Database
from services.notify.ears import Ears
from services.notify.settings import ConsumerSettings

SETTINGS = settings.load(ConsumerSettings)


@functools.cache
def database() -> Database:
    """The database of this process, opened at first use, after the fork."""
    return Database(SETTINGS.notify_database_url, process="notify-codes", pool_size=2)


app = doors.service("notify_codes", SETTINGS.broker_url, database, Ears(SETTINGS).operations())
