"""An end that comes by night: in the evening before it people can still be told by SMS.

SMS rest from 21:00 to 8:00 (`SMS_HOURS` of notify): what falls due in between would wait for a
morning that is too late.
"""

import datetime as dt
from zoneinfo import ZoneInfo

NIGHT_ENDS = dt.time(8)
EVENING = dt.time(20)
"""An hour before the rest, so that all SMS of a large exam have left by then."""


def evening_before(end: dt.datetime, zone: ZoneInfo) -> dt.datetime | None:
    """20:00 of the day before, in UTC, if the end lies between midnight and 8:00 of the zone."""
    local = end.astimezone(zone)
    if local.time() > NIGHT_ENDS:
        return None
    day = local.date() - dt.timedelta(days=1)
    return dt.datetime.combine(day, EVENING, tzinfo=zone).astimezone(dt.UTC)
