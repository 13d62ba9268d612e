"""Settings of the SMS worker, and the sender that they make."""

import dataclasses as dc
import functools
import json
from collections.abc import Callable, Mapping
from pathlib import Path

from libs.common.broker import BrokerSettings
from libs.common.errors import Misconfigured
from libs.common.messages import Sealed
from libs.common.sealing import unseal
from workers.sms.aliyun import AliyunGateway, AliyunSettings
from workers.sms.gateways import Gateway
from workers.sms.sending import Sender
from workers.sms.signed_http import SignedHttpGateway, SignedHttpSettings
from workers.sms.tencent import TencentGateway, TencentSettings

TEMPLATES = Path(__file__).parent / "templates.json"


@dc.dataclass(frozen=True, kw_only=True)
class SmsSettings(TencentSettings, AliyunSettings, SignedHttpSettings, BrokerSettings):
    """Broker, accounts, templates, and the key for what was sealed for this room."""

    sms_private_key: str
    sms_vendors: tuple[str, ...] = ("tencent",)
    """Which accounts are used, the first for what names none: `tencent`, `aliyun`, `http`."""
    sms_templates: Path = TEMPLATES
    """JSON: vendor → template of the command → template id that the vendor has approved."""


GATEWAYS: Mapping[str, tuple[Callable[[SmsSettings], Gateway], tuple[str, ...]]] = {
    "tencent": (
        TencentGateway,
        ("tencent_secret_id", "tencent_secret_key", "tencent_app_id", "tencent_sign_name"),
    ),
    "aliyun": (
        AliyunGateway,
        ("aliyun_access_key_id", "aliyun_access_key_secret", "aliyun_sign_name"),
    ),
    "http": (SignedHttpGateway, ("sms_http_url", "sms_http_key_id", "sms_http_key")),
}
"""Vendor → its gateway, and the settings that its account needs."""


def check(settings: SmsSettings) -> None:
    """Raises Misconfigured for an unknown vendor, one without account, and broken templates."""
    read_templates(settings.sms_templates)
    if not settings.sms_vendors:
        raise Misconfigured("SMS_VENDORS: name at least one vendor")
    for vendor in settings.sms_vendors:
        if vendor not in GATEWAYS:
            raise Misconfigured(f"SMS_VENDORS: {vendor!r} is none of {', '.join(GATEWAYS)}")
        missing = [name for name in GATEWAYS[vendor][1] if not getattr(settings, name)]
        if missing:
            raise Misconfigured(f"{', '.join(missing).upper()} is not set, for {vendor}")


def sender_of(settings: SmsSettings) -> Sender:
    """A sender with connections of its own: call it after the fork."""

    def unseal_here(sealed: Sealed) -> dict[str, object]:
        return unseal(sealed, settings.sms_private_key)

    gateways = {vendor: GATEWAYS[vendor][0](settings) for vendor in settings.sms_vendors}
    templates = read_templates(settings.sms_templates)
    return Sender(gateways=gateways, templates=templates, unseal=unseal_here)


@functools.cache
def read_templates(path: Path) -> dict[str, dict[str, str]]:
    """The vendors' template ids. Raises Misconfigured."""
    try:
        given = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Misconfigured(f"SMS_TEMPLATES: {path}: {error}") from None
    tables = list(given.values()) if isinstance(given, dict) else [None]
    if not all(
        isinstance(table, dict) and all(isinstance(v, str) for v in table.values())
        for table in tables
    ):
        raise Misconfigured(f"SMS_TEMPLATES: {path}: expected vendor → template → id")
    return dict(given)
