"""The call sheet: whose calls, which number, what came of it."""

import datetime as dt

from flask import Flask

from libs.common import messages as m
from libs.common.clock import now
from services.review.domain.staff import Role
from tests.integration.review import room as r
from tests.integration.review.pages import app, parsed, shelf, visitor
from tests.integration.review.room import Room
from tests.integration.review.test_wishes_and_calls import PHONE, call

__all__ = ["app", "shelf"]


def test_the_sheet_shows_the_calls_of_ones_sites_without_any_number(app: Flask, room: Room) -> None:
    submitted = r.submission()
    room.feed(submitted, call(application_id=submitted.application_id), call(site="hexi"))
    client = visitor(app, room, room.person("wang", Role.SITE_REVIEWER))

    for address in ("/calls", "/calls?print=1"):
        text = parsed(client.get(address), "zh-CN")
        assert submitted.registration_number in text
        assert text.count("短信未送达") == 1
        assert PHONE not in text


def test_a_call_shows_number_and_script_and_keeps_what_came_of_it(app: Flask, room: Room) -> None:
    asked = call(target="work_unit")
    room.feed(asked)
    client = visitor(app, room, room.person("wang", Role.SITE_REVIEWER))

    text = parsed(client.get(f"/calls/{asked.call_id}"), "zh-CN")
    assert PHONE in text
    assert "不要向单位说明材料内容" in text
    assert room.rows("SELECT count(*) FROM audit WHERE action = 'phone.viewed'")[0][0] == 1
    sent = client.post(f"/calls/{asked.call_id}", data={"outcome": "reached", "words": "已转告"})

    assert sent.status_code == 303
    assert room.said(m.CallReported)[0]["outcome"] == "reached"
    assert "现在没有要打的电话" in client.get("/calls").text


def test_a_call_of_another_site_does_not_exist_on_the_page(app: Flask, room: Room) -> None:
    asked = call(site="hexi")
    room.feed(asked)
    client = visitor(app, room, room.person("wang", Role.SITE_REVIEWER))

    assert client.get(f"/calls/{asked.call_id}").status_code == 404


def test_the_next_try_is_in_the_zone_of_the_calls_own_exam(app: Flask, room: Room) -> None:
    asked = call()
    room.feed(r.exam(exam="another", zone="Asia/Urumqi"), asked)
    client = visitor(app, room, room.person("wang", Role.SITE_REVIEWER))
    again = (now() + dt.timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    sent = {"outcome": "not_reached", "words": "", "next_try_at": again}

    assert client.post(f"/calls/{asked.call_id}", data=sent).status_code == 303

    told = dt.datetime.fromisoformat(room.said(m.CallReported)[0]["next_try_at"])
    assert told == dt.datetime.fromisoformat(again + "+08:00")
