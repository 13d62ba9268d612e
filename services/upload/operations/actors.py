"""How the audit log and refusals name people and things (R25)."""

import datetime as dt
from zoneinfo import ZoneInfo

from libs.common.messages import ApplicationId

SYSTEM = "system:upload"
HOME_ZONE = "Asia/Shanghai"
"""Of what is said before it is known who asks; exams have zones of their own."""


def candidate(application_id: ApplicationId) -> str:
    """The candidate of an application, as actor or subject."""
    return f"application:{application_id}"


def wall(at: dt.datetime, zone: str) -> str:
    """An instant as refusals say it in every language: `2023-02-16 24:00`, `2023-02-16 09:30`."""
    local = at.astimezone(ZoneInfo(zone))
    if (local.hour, local.minute, local.second) == (0, 0, 0):
        return f"{local - dt.timedelta(days=1):%Y-%m-%d} 24:00"
    return f"{local:%Y-%m-%d %H:%M}"
