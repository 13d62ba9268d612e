"""The same pack as another exam: shifted in time, as the demo is."""

import copy
import datetime as dt
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from services.upload.domain.exam import MAIN, Text
from services.upload.packs.pack import Document, parse

DEMO_CODE = "demo"
FORMER_PREFIX = "demo-"
"""The demo of an earlier exam is called `demo-<its code>`: demos carry over from demos alone."""
DEMO_DAYS_AHEAD = 10
DEMO_SUFFIX = Text(zh="（演示）", en=" (demo)")


def shifted(
    document: Mapping[str, Any],
    *,
    code: str,
    opens_at: dt.datetime,
    ends_at: dt.datetime,
    suffix: Text | None = None,
) -> Document:
    """The same pack as another exam: its main window moved there, later ones by as much.

    `opens_at` and `ends_at` are aware; `suffix` is added to the exam's name.
    """
    new = copy.deepcopy(dict(document))
    zone = ZoneInfo(new["zone"])
    windows = parse(document).windows
    later_by = ends_at - windows[MAIN].ends_at
    for name, window in windows.items():
        start, end = window.opens_at + later_by, window.ends_at + later_by
        if name == MAIN:
            start, end = opens_at, ends_at
        new["windows"][name] |= {"opens": _wall(start, zone), "ends": _wall(end, zone)}
    new |= {"code": code, "pack": new.get("pack") or new["code"]}
    if suffix is not None:
        new["name"] = {tag: word + getattr(suffix, tag) for tag, word in new["name"].items()}
    return new


def demo(document: Mapping[str, Any], *, now: dt.datetime) -> Document:
    """The pack as the demo exam: open from yesterday 00:00 until ten days ahead, 24:00."""
    zone = ZoneInfo(document["zone"])
    today = now.astimezone(zone).date()

    def midnight(days: int) -> dt.datetime:
        day = today + dt.timedelta(days=days)
        return dt.datetime(day.year, day.month, day.day, tzinfo=zone)

    return _from_demos(
        shifted(
            document,
            code=DEMO_CODE,
            opens_at=midnight(-1),
            ends_at=midnight(DEMO_DAYS_AHEAD + 1),
            suffix=DEMO_SUFFIX,
        )
    )


def former_demo(document: Mapping[str, Any], *, now: dt.datetime) -> Document:
    """The pack of an earlier exam for the demo: its window began a year ago and still takes, for a
    day, what the demo's returning candidate is said to have handed in then.
    """
    day = dt.timedelta(days=1)
    return shifted(
        document,
        code=FORMER_PREFIX + str(document["code"]),
        opens_at=now - 365 * day,
        ends_at=now + day,
        suffix=DEMO_SUFFIX,
    )


def renewed(document: Mapping[str, Any], *, loaded: Mapping[str, Any]) -> Document:
    """A newer document of the pack from which `loaded` was made: a copy under another code keeps
    its code, name and windows.
    """
    new = copy.deepcopy(dict(document))
    if new["code"] == loaded["code"]:
        return new
    new |= {name: loaded[name] for name in ("code", "name", "windows")}
    new["pack"] = document.get("pack") or document["code"]
    return _from_demos(new) if new["code"] == DEMO_CODE else new


def _from_demos(document: Document) -> Document:
    for material in document["materials"]:
        carry = material.get("carry")
        if carry:
            carry["exams"] = [FORMER_PREFIX + code for code in carry["exams"]]
    return document


def _wall(at: dt.datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).replace(tzinfo=None).isoformat()
