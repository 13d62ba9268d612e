"""What notify's processes may know: their own database, their own keys, and who they seal for."""

import dataclasses as dc

from libs.common.broker import BrokerSettings
from libs.common.web.app import WebSettings


@dc.dataclass(frozen=True)
class NotifySettings:
    """Settings of every process that opens notify's database."""

    notify_database_url: str
    notify_field_keys: str
    """`id:base64,…`, 32 bytes each: phones and raw receipts at rest (libs.common.fields)."""


@dc.dataclass(frozen=True, kw_only=True)
class ConsumerSettings(NotifySettings, BrokerSettings):
    """Settings of the process that eats the queue `notify`."""

    notify_private_key: str
    """Opens what other rooms sealed for notify."""
    notify_index_key: str
    """Base64: the blind index of phones, by which one number's SMS are counted."""
    sms_public_key: str
    """Seals phones and codes for the SMS worker."""
    review_sealing_key: str
    """Seals phones for those who must call."""
    sms_vendors: tuple[str, ...] = ("tencent",)
    """The SMS worker's accounts: by whom each SMS is sent follows their weights."""
    sms_daily_cap: int = 200_000
    """SMS on one day, codes not counted: a fault may not empty the account overnight. Set here
    alone: the pages show what this process writes down."""
    sms_hours: str = "08:00-21:00"
    """When all but codes may leave, in the exam's zone: people sleep."""


@dc.dataclass(frozen=True, kw_only=True)
class WebProcessSettings(WebSettings, NotifySettings):
    """Settings of the process that serves notify's pages and the vendors' door."""

    sms_receipts_token: str
    """Part of the path to which vendors push receipts: they sign nothing, so the path is secret."""
