"""Settings of the simulated gateway."""

import dataclasses as dc
from pathlib import Path

TEMPLATES = Path(__file__).parent / "templates.json"


@dc.dataclass(frozen=True)
class GatewaySettings:
    """Where it listens, the account it knows, and whom it tells about receipts."""

    tencent_secret_id: str
    tencent_secret_key: str
    tencent_app_id: str
    tencent_sign_name: str
    aliyun_access_key_id: str = "LTAI-none"
    aliyun_access_key_secret: str = "none"  # noqa: S105 - an account that nobody has
    aliyun_sign_name: str = ""
    sms_http_key_id: str = "none"
    sms_http_key: str = "the key of an account that nobody has"
    sms_http_sign_name: str = ""
    sms_gateway_host: str = "127.0.0.1"
    sms_gateway_port: int = 8005
    trusted_hosts: tuple[str, ...] = ("127.0.0.1", "localhost")
    """Names under which it answers; others are refused with 400."""
    sms_gateway_templates: Path = TEMPLATES
    """JSON: template id → text with {1}, {2} …, as the vendor has approved it."""
    sms_gateway_receipts_url: str = ""
    """Webhook for receipts, with `{vendor}` where the vendor's name stands; empty: none."""
    sms_gateway_receipt_seconds: float = 1.0
    sms_gateway_late_receipt_seconds: float = 20.0
    sms_gateway_hang_seconds: float = 8.0
    """How long a scripted read time-out keeps the sender waiting."""
