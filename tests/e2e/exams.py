"""Exams for tests of the whole house: the shipped pack, cut down and moved in time."""

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

from services.upload.operations.exams import load_exam
from services.upload.packs import copies, pack
from tests.e2e.stack import Stack

OPEN = "house"
"""The exam that is open for days."""
PACK = Path(__file__).parents[2] / "exams" / "tianjin-2023" / "exam.yaml"
SHORT_LIST = ("A01", "A07", "B01", "B02", "Z01")
NEEDED = ("A01", "A01", "A07", "B01", "B02")
"""What a candidate of tests.e2e.browser must hand in: five images."""


def load(
    stack: Stack, code: str, *, opens_at: dt.datetime, ends_at: dt.datetime, grace_seconds: int = 60
) -> None:
    """Load the exam with a list of five materials."""
    document = copies.shifted(pack.read(PACK), code=code, opens_at=opens_at, ends_at=ends_at)
    document["materials"] = [m for m in document["materials"] if m["code"] in SHORT_LIST]
    for reason in document["reasons"]:
        kept = [code for code in reason.get("materials", ()) if code in SHORT_LIST]
        reason["materials"] = kept
    document["windows"]["main"]["grace_seconds"] = grace_seconds
    with stack.databases["upload"].transaction() as session:
        load_exam(session, document, actor="tests")


def open_for_days(stack: Stack, code: str, *, grace_seconds: int = 60) -> None:
    """An exam that is open from yesterday until in ten days."""
    today = dt.datetime.now(ZoneInfo("Asia/Shanghai")).replace(microsecond=0)
    load(
        stack,
        code,
        opens_at=today - dt.timedelta(days=1),
        ends_at=today + dt.timedelta(days=10),
        grace_seconds=grace_seconds,
    )
