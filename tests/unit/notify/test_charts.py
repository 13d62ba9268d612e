"""The line of a vendor's weight: it holds until it moves, and jumps there."""

import datetime as dt

from services.notify.models.vendors import VendorChange
from services.notify.web.charts import line

UNTIL = dt.datetime(2023, 2, 20, 4, tzinfo=dt.UTC)
SINCE = UNTIL - dt.timedelta(hours=24)


def move(hours_ago: float, weight: int) -> VendorChange:
    at = UNTIL - dt.timedelta(hours=hours_ago)
    return VendorChange(at=at, name="tencent", weight=weight, reason="errors", by="")


def test_a_weight_from_before_the_day_holds_from_its_beginning() -> None:
    drawn = line([move(30, 50), move(12, 0), move(6, 100)], since=SINCE, until=UNTIL)

    assert drawn == "0.0,46.0 240.0,46.0 240.0,84.0 360.0,84.0 360.0,8.0 480.0,8.0"


def test_without_a_move_there_is_no_line() -> None:
    assert line([], since=SINCE, until=UNTIL) == ""
