"""What the reader may know: the broker, the views, and the key that seals for upload."""

import dataclasses as dc

from libs.common.broker import BrokerSettings
from libs.common.storage import StorageSettings


@dc.dataclass(frozen=True)
class ReaderSettings(StorageSettings, BrokerSettings):
    """Settings of a process that eats the queue `reader`."""

    upload_sealing_key: str = dc.field(kw_only=True)
    """Public key of the upload service, base64."""
    reader_engines: tuple[str, ...] = dc.field(kw_only=True)
    """Names out of `choice.ENGINES`: the first that works on this machine reads."""
