"""The call sheet: whose calls, which number, what came of it."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from libs.common import messages as m
from libs.common.clock import now
from services.review.domain.staff import Role
from services.review.web.scripts import CALLS, FACTS_TOLD, SCRIPTS
from services.review.web.zones import day_and_time
from tests.integration.review import room as r
from tests.integration.review.pages import app, parsed, shelf, visitor
from tests.integration.review.room import Room
from tests.integration.review.test_wishes_and_calls import PHONE, call

__all__ = ["app", "shelf"]


def test_the_sheet_shows_the_calls_of_ones_sites_without_any_number(app: Flask, room: Room) -> None:
    submitted = r.submission()
    room.feed(submitted, call(application_id=submitted.application_id), call(site="hexi"))
    client = visitor(app, room, room.person("wang", Role.SITE_REVIEWER))

    page, paper = (parsed(client.get(a), "zh-CN") for a in ("/calls", "/calls?print=1"))

    for text in (page, paper):
        assert text.count(submitted.registration_number) == 1
        assert PHONE not in text
    assert "139****0009" in paper
    assert paper.count("☐") == len(CALLS)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_a_work_unit_is_only_asked_to_let_her_call_back(
    app: Flask, room: Room, language: str
) -> None:
    submitted = r.submission()
    asked = call(application_id=submitted.application_id, target="work_unit")
    room.feed(r.exam(), submitted, asked)
    client = visitor(app, room, room.person("wang", Role.SITE_REVIEWER))
    shown = parsed(client.get(f"/calls/{asked.call_id}?lang={language}"), language)
    paper = parsed(client.get("/calls?print=1"), language)

    assert str(r.PERSON["name"]) in shown.split('class="script"')[1]
    with app.test_request_context(f"/?lang={language}"):
        said = {*map(str, SCRIPTS.values()), *map(str, FACTS_TOLD.values())}
    exam_name = {"zh-CN": "样例考试", "en": "Sample exam"}[language]
    due = day_and_time(r.SUBMITTED_AT, ZoneInfo("Asia/Shanghai"))
    for text in (shown, paper):
        assert [w for w in (*said, exam_name, due, "请她", "She ", " her ") if w in text] == []


def test_a_closed_call_shows_neither_number_nor_script(app: Flask, room: Room) -> None:
    asked = call()
    room.feed(asked, m.CallClosed(call_id=asked.call_id, cause="acted"))
    client = visitor(app, room, room.person("wang", Role.SITE_REVIEWER))

    text = parsed(client.get(f"/calls/{asked.call_id}"), "zh-CN")

    assert "考生已自行处理" in text
    assert PHONE not in text
    assert "怎么说" not in text
    assert room.rows("SELECT count(*) FROM audit WHERE action = 'phone.viewed'")[0][0] == 0


def test_a_next_try_in_the_past_is_told_on_the_calls_own_page(app: Flask, room: Room) -> None:
    asked = call()
    room.feed(r.exam(), asked)
    client = visitor(app, room, room.person("wang", Role.SITE_REVIEWER))
    sent = {"outcome": "not_reached", "words": "占线", "next_try_at": "2023-01-01T08:00"}

    answer = client.post(f"/calls/{asked.call_id}", data=sent, follow_redirects=True)

    assert answer.request.path == f"/calls/{asked.call_id}"
    assert "下次拨打时间须在现在之后" in answer.text
    assert "占线" in answer.text
    assert room.said(m.CallReported) == []


def test_the_page_of_a_refused_form_keeps_the_desks_menu(app: Flask, room: Room) -> None:
    asked = call()
    room.feed(asked, m.CallClosed(call_id=asked.call_id, cause="acted"))
    client = visitor(app, room, room.person("wang", Role.SITE_REVIEWER))
    client.get("/account")  # the first page gives the cookie that knows what was refused

    answer = client.post(
        f"/calls/{asked.call_id}", data={"outcome": "reached"}, follow_redirects=True
    )

    assert "这个电话任务已经结束" in answer.text
    assert 'href="/calls"' in answer.text


def test_a_call_shows_number_and_script_and_keeps_what_came_of_it(app: Flask, room: Room) -> None:
    asked = call()
    room.feed(asked)
    client = visitor(app, room, room.person("wang", Role.SITE_REVIEWER))

    text = parsed(client.get(f"/calls/{asked.call_id}"), "zh-CN")
    assert PHONE in text
    assert "请在期限前处理并重新提交" in text
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
