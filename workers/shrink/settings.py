"""What the shrink worker may know: the broker and the object store. No database, no other secret.

Its store credentials open the arrivals, neither originals nor renditions.
"""

import dataclasses as dc

from libs.common.broker import BrokerSettings
from libs.common.storage import StorageSettings


@dc.dataclass(frozen=True)
class ShrinkSettings(StorageSettings, BrokerSettings):
    """Settings of a process that eats the queue `shrink`."""
