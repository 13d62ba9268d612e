"""What the images worker may know: the broker and the object store. No database, no other secret.

Its store credentials read originals and write renditions, nothing else.
"""

import dataclasses as dc

from libs.common.broker import BrokerSettings
from libs.common.storage import StorageSettings


@dc.dataclass(frozen=True)
class ImagesSettings(StorageSettings, BrokerSettings):
    """Settings of a process that eats the queue `images`."""
