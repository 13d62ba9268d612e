"""What the eraser may know: the broker and the object store. No database, no other secret.

Its store credentials list and remove; they read nothing.
"""

import dataclasses as dc

from libs.common.broker import BrokerSettings
from libs.common.storage import StorageSettings


@dc.dataclass(frozen=True)
class EraserSettings(StorageSettings, BrokerSettings):
    """Settings of a process that eats the queue `eraser`."""
