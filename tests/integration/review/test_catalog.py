"""Administrators change sites and reasons; the upload room is asked, and says it to all (R28)."""

from typing import Any

import pytest
from flask import Flask

from libs.common import messages as m
from libs.common.errors import Refusal
from services.review.domain.staff import Reviewer, Role
from services.review.operations import judge
from tests.integration.review import room as r
from tests.integration.review.pages import app, parsed, shelf, visitor
from tests.integration.review.room import Room
from tests.integration.review.walks import ask_for, replacement, take

__all__ = ["app", "shelf"]
SITE = {
    "phone": "022-0000-0101",
    "hours": "工作日 9:00–17:00",
    "hours_en": "Working days 9:00–17:00",
    "address": "样例路2号",
    "address_en": "2 Sample Road",
}
REASON = {
    "kind": "REPLACE",
    "zh": "印章不清",
    "en": "The seal is not legible",
    "cure_zh": "请重拍印章。",
    "cure_en": "Take the seal again.",
    "initials": "YZBQ",
    "material": ["B01"],
}


@pytest.fixture
def admin(room: Room) -> Reviewer:
    return room.person("admin", Role.ADMINISTRATOR)


def test_a_site_is_changed_by_asking_the_upload_room(
    room: Room, admin: Reviewer, app: Flask
) -> None:
    client = visitor(app, room, admin)
    assert 'value="9-17"' in parsed(client.get("/exams/demo/sites/heping"), "zh-CN")

    client.post("/exams/demo/sites/heping", data=SITE)

    (said,) = room.said(m.EditSite)
    assert said == {"exam": "demo", "site": "heping", "reached": SITE, "by": "admin"}
    (row,) = room.rows("SELECT actor, details FROM audit WHERE action = 'exam.site_edited'")
    assert (row.actor, row.details["code"]) == (f"staff:{admin.id}", "heping")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"hours_en": ""}, "请填写后再保存"),
        ({"phone": "call me"}, "不认识的字符"),
        ({"address": "路" * 121}, "超过"),
    ],
)
def test_a_site_that_nobody_could_reach_is_refused(
    room: Room, admin: Reviewer, app: Flask, change: dict[str, str], words: str
) -> None:
    client = visitor(app, room, admin)

    answer = client.post("/exams/demo/sites/heping", data=SITE | change, follow_redirects=True)

    assert words in answer.text
    assert room.said(m.EditSite) == []
    assert client.get("/exams/demo/sites/nowhere").status_code == 404


def test_a_new_reason_gets_a_code_of_the_desks_own(room: Room, admin: Reviewer, app: Flask) -> None:
    client = visitor(app, room, admin)
    parsed(client.get("/exams/demo/reasons/new?lang=en"), "en")

    client.post("/exams/demo/reasons/new", data=REASON)

    (said,) = room.said(m.EditReason)
    assert (said["reason"], said["initials"], said["materials"]) == ("RED01", "yzbq", ["B01"])
    assert (said["words"]["zh-CN"], said["retired"], said["by"]) == ("印章不清", False, "admin")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"en": ""}, "须有中文和英文"),
        ({"zh": "字" * 61}, "超过"),
        ({"initials": "反光"}, "拼音首字母须为"),
        ({"material": ["X99"]}, "适用材料不在"),
        ({"kind": "FIX"}, "适用材料不在"),
        ({"fact": ["name"]}, "只有信息更正类理由"),
        ({"kind": "FIX", "material": [], "fact": ["shoe_size"]}, "适用项目不在"),
    ],
)
def test_a_reason_that_nobody_could_give_is_refused(
    room: Room, admin: Reviewer, app: Flask, change: dict[str, Any], words: str
) -> None:
    client = visitor(app, room, admin)

    answer = client.post("/exams/demo/reasons/new", data=REASON | change, follow_redirects=True)

    assert words in answer.text
    assert room.said(m.EditReason) == []


def test_the_facts_of_a_correction_are_chosen_shown_and_audited(
    room: Room, admin: Reviewer, app: Flask
) -> None:
    client = visitor(app, room, admin)
    fresh = parsed(client.get("/exams/demo/reasons/new"), "zh-CN")
    assert 'name="fact" value="id_number"' in fresh
    sent = REASON | {"kind": "FIX", "material": [], "fact": ["level", "name"]}

    client.post("/exams/demo/reasons/new", data=sent)

    (said,) = room.said(m.EditReason)
    assert (said["reason"], said["facts"]) == ("FXD01", ["name", "level"])
    (row,) = room.rows("SELECT details FROM audit WHERE action = 'exam.reason_edited'")
    assert row.details["facts"] == "name level"
    known = parsed(client.get("/exams/demo/reasons/FX01?lang=en"), "en")
    assert 'value="name" checked' in known
    assert 'value="level" checked' not in known
    assert 'name="material"' not in known
    assert 'name="fact"' not in client.get("/exams/demo/reasons/RE01").text
    assert "<td>Name</td>" in client.get("/exams?lang=en").text


def test_a_retired_reason_keeps_its_words_and_is_offered_to_nobody(
    room: Room, admin: Reviewer, app: Flask
) -> None:
    who = room.person("site", Role.SITE_REVIEWER)
    first, second = r.submission(r.image()), r.submission(r.image())
    room.feed(first, second)
    ask_for(room, first, first.images[0].image_id, who)
    reasons = r.exam().reasons
    reasons["RE02"] = reasons["RE02"] | {"retired": "1"}
    room.feed(r.exam(reasons=reasons, pack_version="2"))

    deed = take(room, second, who)
    with pytest.raises(Refusal, match="unknown_reason"):
        room.do(judge.ask_replacement, demand=replacement(second.images[0].image_id), **deed)

    page = visitor(app, room, who).get(f"/cases/{room.case(second).id}").text
    assert "反光遮挡内容" not in page
    assert "图片不清晰" in page
    assert "反光遮挡内容" in visitor(app, room, who).get(f"/cases/{room.case(first).id}").text
    shown = parsed(visitor(app, room, admin).get("/exams/demo/reasons/RE02"), "zh-CN")
    assert "用过 1 次" in shown
    assert "已停用" in shown
    english = visitor(app, room, admin).get("/exams/demo/reasons/RE02?lang=en")
    assert "Asks for: <b>" in parsed(english, "en")


def test_each_version_of_the_pack_stands_with_what_it_changed(
    room: Room, admin: Reviewer, app: Flask
) -> None:
    sites = r.exam().sites
    sites["hexi"] = sites["hexi"] | {"phone": "2"}
    newer = r.exam(sites=sites, pack_version="2")
    room.feed(newer, newer)

    (row,) = room.rows("SELECT changes FROM exam_version WHERE version = '2'")
    assert row.changes == [
        {"place": "pack_version", "before": "1", "after": "2"},
        {"place": "sites.hexi.phone", "before": "1", "after": "2"},
    ]
    assert "sites.hexi.phone" in parsed(visitor(app, room, admin).get("/exams"), "zh-CN")
