"""The exam's zone, in which pages show every time."""

import datetime as dt
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from services.review.models.case import Exam


def zone_of(exams: Iterable[Exam]) -> ZoneInfo:
    """The zone of the (first) exam; UTC before any is loaded."""
    return next((ZoneInfo(exam.zone) for exam in exams), ZoneInfo("UTC"))


def day_and_time(at: dt.datetime, zone: ZoneInfo) -> str:
    """02-14 19:06 in the exam's zone."""
    return at.astimezone(zone).strftime("%m-%d %H:%M")


def whole_time(at: dt.datetime, zone: ZoneInfo) -> str:
    """2023-02-14 19:06:08 in the exam's zone."""
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")


def clock_time(at: dt.datetime, zone: ZoneInfo) -> str:
    """19:06:08 in the exam's zone."""
    return at.astimezone(zone).strftime("%H:%M:%S")
