"""The pack of an exam: compared with what lies on the server, then loaded from the desk."""

import uuid
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from libs.common import messages as m
from services.review.domain.staff import Role
from tests.integration.review import room as r
from tests.integration.review.pages import app, parsed, shelf, visitor
from tests.integration.review.room import Room

__all__ = ["app", "shelf"]
CHANGE = m.PackChange(place="materials.B01.max", before="2", after="3")


@pytest.fixture
def client(app: Flask, room: Room) -> FlaskClient:
    return visitor(app, room, room.person("admin", Role.ADMINISTRATOR, sites=()))


def answer(room: Room, **changes: Any) -> m.PackAnswered:
    """What the upload room says to the newest question."""
    said = room.said(m.LoadPack)[-1]
    fields: dict[str, Any] = {
        "load_id": m.LoadId(uuid.UUID(said["load_id"])),
        "rehearsal": said["pack_version"] is None,
        "pack_version": "2+c0ffee00",
        "refusal": None,
        "faults": (),
        "changes": (CHANGE,),
        "differences": 1,
    }
    return m.PackAnswered(**(fields | changes))


def compared(client: FlaskClient) -> str:
    """Press the button; where the comparison stands."""
    parsed(client.get("/exams"), "zh-CN")
    return str(client.post("/exams/demo/pack").headers["Location"])


def test_what_was_compared_is_what_is_loaded(client: FlaskClient, room: Room) -> None:
    place = compared(client)
    assert "正在比较" in parsed(client.get(place), "zh-CN")
    assert client.post(place, follow_redirects=True).status_code == 409

    room.feed(answer(room))
    text = parsed(client.get(place), "zh-CN")
    assert "会改变 1 处" in text
    assert "materials.B01.max" in text
    client.post(place)
    assert room.said(m.LoadPack)[-1]["pack_version"] == "2+c0ffee00"
    assert "正在载入" in parsed(client.get(place), "zh-CN")
    done = answer(room, changes=(), differences=0)
    room.feed(done, done)

    assert "已载入" in parsed(client.get(place), "zh-CN")
    assert "materials.B01.max" in client.get(f"{place}?lang=en").text
    assert "2+c0ffee00" in parsed(client.get("/exams"), "en")
    assert client.post(place, follow_redirects=True).status_code == 409
    actions = room.rows("SELECT action FROM audit WHERE action LIKE 'exam.load%' ORDER BY id")
    assert [a.action for a in actions] == ["exam.load_asked", "exam.load_granted"]


@pytest.mark.parametrize(
    ("refusal", "said"),
    [
        ("no_pack", "服务器上没有这场考试的材料包"),
        ("bad_pack", "zone: &#39;Mars&#39; is not a time zone"),
        ("pack_moved", "又变了"),
        ("window_shortened", "请在材料包里写上较晚的时间"),
        ("something_new", "something_new"),
    ],
)
def test_a_pack_that_cannot_be_loaded_says_why_and_offers_nothing(
    client: FlaskClient, room: Room, refusal: str, said: str
) -> None:
    place = compared(client)

    faults = ("zone: 'Mars' is not a time zone",)
    room.feed(answer(room, refusal=refusal, faults=faults, changes=(), differences=0))

    text = parsed(client.get(place), "zh-CN")
    assert "不能载入" in text
    assert said in text
    assert "载入版本" not in text


def test_no_difference_leaves_nothing_to_load(client: FlaskClient, room: Room) -> None:
    place = compared(client)

    room.feed(answer(room, changes=(), differences=0))

    assert "没有不同" in parsed(client.get(place), "zh-CN")
    assert client.post(place, follow_redirects=True).status_code == 409


def test_a_comparison_that_nobody_confirms_is_forgotten_after_a_day(
    client: FlaskClient, room: Room
) -> None:
    place = compared(client)
    room.rows("UPDATE asked_load SET asked_at = asked_at - interval '25 hours' RETURNING 1")

    room.feed(m.DeadlineTick(now=r.SUBMITTED_AT))

    assert client.get(place).status_code == 404
