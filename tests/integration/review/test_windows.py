"""More time: previewed, then asked of the upload room with a reason."""

import datetime as dt
import uuid
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

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


def asked(client: FlaskClient, **changes: str) -> str:
    """Fill the form; where the preview stands."""
    ends = (dt.datetime.now(dt.UTC) + dt.timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    fields = {"exam": "demo", "window": "main", "site": "heping", "ends_at": ends, "reason": "停电"}
    return str(client.post("/exams/preview", data=fields | changes).headers["Location"])


def answer(room: Room, **changes: Any) -> m.ExtensionAnswered:
    """What the upload room says to the newest question."""
    said = room.said(m.ExtendWindow)[-1]
    fields: dict[str, Any] = {
        "extension_id": m.ExtensionId(uuid.UUID(said["extension_id"])),
        "rehearsal": said["rehearsal"],
        "refusal": None,
        "params": {},
        "concerned": {"open": 7, "locked": 2},
    }
    return m.ExtensionAnswered(**(fields | changes))


@pytest.fixture
def client(app: Flask, room: Room) -> FlaskClient:
    room.feed(locked(), locked("hexi"), r.submission())
    return visitor(app, room, room.person("admin", Role.ADMINISTRATOR, sites=()))


def test_more_time_is_counted_by_state_confirmed_and_said_to_be_given(
    client: FlaskClient, room: Room
) -> None:
    parsed(client.get("/exams"), "zh-CN")
    place = asked(client)
    assert "正在核对影响范围" in parsed(client.get(place), "zh-CN")
    (said,) = room.said(m.ExtendWindow)
    assert (said["site"], said["rehearsal"], said["by"]) == ("heping", True, "admin")

    room.feed(answer(room))
    text = parsed(client.get(place), "zh-CN")
    assert text.count("TJ-9") == 1
    assert "还没有提交，获得更多时间</th><td>7" in text
    assert "截止未提交，重新解锁</th><td>2" in text
    client.post(place)
    assert "已提出，等待答复" in parsed(client.get(place), "zh-CN")
    assert room.said(m.ExtendWindow)[-1]["rehearsal"] is False
    granted = answer(room, concerned={"open": 8, "locked": 2})
    room.feed(granted, granted, answer(room, rehearsal=True, concerned={}))

    assert "已生效" in parsed(client.get(place), "zh-CN")
    text = parsed(client.get("/exams"), "zh-CN")
    assert "10 人" in text
    assert client.post(place, follow_redirects=True).status_code == 409
    actions = room.rows("SELECT action FROM audit WHERE action LIKE 'window.%' ORDER BY id")
    assert [a.action for a in actions] == ["window.extension_asked", "window.extension_granted"]


def test_whoever_asked_reads_why_it_was_refused(client: FlaskClient, room: Room) -> None:
    place = asked(client, number="tj-404")
    room.feed(answer(room, refusal="no_registration", params={"number": "TJ-404"}))

    text = parsed(client.get(place), "zh-CN")
    assert "这场考试没有报名号 TJ-404。" in text
    assert "确认延长" not in text
    assert client.post(place, follow_redirects=True).status_code == 409
    place = asked(client)
    room.feed(answer(room))
    client.post(place)
    until = {"until": "2023-02-16T15:59+00:00"}
    room.feed(answer(room, refusal="extension_not_later", params=until, concerned={}))

    for page in (place, "/exams"):
        text = parsed(client.get(page), "zh-CN")
        assert "没有生效" in text
        assert "2023-02-16 23:59:00" in text
    assert "The window now ends" in client.get(f"{place}?lang=en").text


def test_a_preview_that_nobody_confirms_is_forgotten_after_a_day(
    client: FlaskClient, room: Room
) -> None:
    place = asked(client)
    room.rows("UPDATE asked_extension SET asked_at = asked_at - interval '25 hours' RETURNING 1")

    room.feed(m.DeadlineTick(now=NOW))

    assert client.get(place).status_code == 404


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
