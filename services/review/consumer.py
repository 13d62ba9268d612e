"""The door of the queue `review`: `celery -A services.review.consumer worker`."""

import functools

from libs.common import doors, settings
from libs.common.db import Database
from services.review.ears import operations
from services.review.settings import ConsumerSettings
from services.review.vault import Vault

SETTINGS = settings.load(ConsumerSettings)


@functools.cache
def database() -> Database:
    """The database of this process, opened at first use, after the fork."""
    return Database(SETTINGS.review_database_url, process="review-consumer", pool_size=2)


app = doors.service(
    "review",
    SETTINGS.broker_url,
    database,
    operations(Vault(SETTINGS.review_field_keys, SETTINGS.review_private_key)),
)
