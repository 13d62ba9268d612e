"""The door of the queue `upload`: `celery -A services.upload.consumer worker`."""

import functools

from libs.common import doors, settings
from libs.common.broker import BrokerSettings
from libs.common.db import Database
from services.upload.ears import operations
from services.upload.operations.crashes import count_crash
from services.upload.settings import ConsumerSettings
from services.upload.vault import open_vault

SETTINGS = settings.load(ConsumerSettings)


@functools.cache
def database() -> Database:
    """The database of this process, opened at first use, after the fork."""
    return Database(SETTINGS.upload_database_url, process="upload-consumer", pool_size=2)


app = doors.service(
    "upload",
    settings.load(BrokerSettings).broker_url,
    database,
    operations(open_vault(SETTINGS, own_key=SETTINGS.upload_private_key)),
    on_crash=count_crash,
)
