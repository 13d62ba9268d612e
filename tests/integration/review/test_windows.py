"""More time: previewed, then asked of the upload room with a reason."""

import datetime as dt

import pytest
from flask import Flask

from libs.common import messages as m
from libs.common.errors import Refusal
from services.review.domain.staff import Role
from services.review.domain.window import MoreTime, check
from tests.integration.review import room as r
from tests.integration.review.pages import app, parsed, shelf, visitor
from tests.integration.review.room import Room

__all__ = ["app", "shelf"]
NOW = dt.datetime(2023, 2, 16, 12, tzinfo=dt.UTC)


def locked(site: str = "heping") -> m.ApplicationLocked:
    return m.ApplicationLocked(
        application_id=r.submission().application_id,
        exam="demo",
        site=site,
        registration_number="TJ-9",
        masked_name="样*九",
        locked_at=r.SUBMITTED_AT,
    )


def test_more_time_is_previewed_with_whom_it_concerns_and_then_asked_for(
    app: Flask, room: Room
) -> None:
    room.feed(locked(), locked("hexi"), r.submission())
    client = visitor(app, room, room.person("admin", Role.ADMINISTRATOR, sites=()))
    ends = (dt.datetime.now(dt.UTC) + dt.timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    fields = {"exam": "demo", "window": "main", "site": "heping", "ends_at": ends, "reason": "停电"}
    parsed(client.get("/exams"), "zh-CN")

    text = parsed(client.post("/exams/preview", data=fields), "zh-CN")
    assert text.count("TJ-9") == 1
    assert room.said(m.ExtendWindow) == []
    text = parsed(client.post("/exams", data=fields, follow_redirects=True), "zh-CN")

    assert "已提出延长申请" in text
    assert "没有这个报名号的，不会生效" in text, "the page promises nothing that upload may refuse"
    (said,) = room.said(m.ExtendWindow)
    assert (said["site"], said["registration_number"], said["by"]) == ("heping", None, "admin")
    expected = dt.datetime.fromisoformat(ends + "+08:00")
    assert dt.datetime.fromisoformat(said["ends_at"]) == expected


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"reason": ""}, "words_needed"),
        ({"reason": "x" * 301}, "words_too_long"),
        ({"ends_at": NOW}, "window_past"),
        ({"ends_at": NOW + dt.timedelta(days=61)}, "window_too_long"),
    ],
)
def test_time_that_makes_no_sense_is_refused(changes: dict[str, object], code: str) -> None:
    values: dict[str, object] = {
        "exam": "demo",
        "window": "main",
        "site": None,
        "number": None,
        "ends_at": NOW + dt.timedelta(days=1),
        "reason": "停电",
    }
    with pytest.raises(Refusal, match=code):
        check(MoreTime(**(values | changes)), now=NOW)  # type: ignore[arg-type]
