"""What the verbs that act as the upload service have in common."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager

from libs.common.db import Database
from libs.common.settings import load


def actor() -> str:
    """Who stands in the audit log."""
    return f"cli:{getpass.getuser()}"


@contextmanager
def database() -> Iterator[Database]:
    """The service's database, with the settings that `acting.become` has put in place."""
    from services.upload.settings import UploadSettings

    opened = Database(load(UploadSettings).upload_database_url, process="cli", pool_size=1)
    try:
        yield opened
    finally:
        opened.engine.dispose()
