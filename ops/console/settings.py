"""What the operations page may know."""

import dataclasses as dc

from libs.common.broker import BrokerSettings
from libs.common.web.app import WebSettings


@dc.dataclass(frozen=True, kw_only=True)
class ConsoleSettings(WebSettings, BrokerSettings):
    """Settings of the process `ops`. The database URLs are those of the role `ops`."""

    ops_upload_database_url: str
    ops_review_database_url: str
    ops_notify_database_url: str
    ops_password: str
    """Of the whole operations room: an argon2 hash, or the plain secret."""
    internal_upload_url: str
    internal_review_url: str
    internal_notify_url: str
    """Addresses of the services' web processes from here, asked for /readyz."""
    ops_zone: str = "Asia/Shanghai"
    """Time zone of the clocks on the page."""
