"""Settings of the SMS worker, and the sender that they make."""

import dataclasses as dc
import functools
import json
from pathlib import Path

from libs.common.broker import BrokerSettings
from libs.common.errors import Misconfigured
from libs.common.messages import Sealed
from libs.common.sealing import unseal
from workers.sms.sending import Sender
from workers.sms.tencent import TencentGateway, TencentSettings

TEMPLATES = Path(__file__).parent / "templates.json"


@dc.dataclass(frozen=True, kw_only=True)
class SmsSettings(TencentSettings, BrokerSettings):
    """Broker, account, templates, and the key for what was sealed for this room."""

    sms_private_key: str
    sms_templates: Path = TEMPLATES
    """JSON: template of the command → template id that the vendor has approved."""


def sender_of(settings: SmsSettings) -> Sender:
    """A sender with a connection of its own: call it after the fork."""

    def unseal_here(sealed: Sealed) -> dict[str, object]:
        return unseal(sealed, settings.sms_private_key)

    gateway, templates = TencentGateway(settings), read_templates(settings.sms_templates)
    return Sender(gateway=gateway, templates=templates, unseal=unseal_here)


@functools.cache
def read_templates(path: Path) -> dict[str, str]:
    """The vendor's template ids. Raises Misconfigured."""
    try:
        given = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Misconfigured(f"SMS_TEMPLATES: {path}: {error}") from None
    if not isinstance(given, dict) or not all(isinstance(v, str) for v in given.values()):
        raise Misconfigured(f"SMS_TEMPLATES: {path}: expected an object of template → id")
    return given
