"""What the desk shows beside the papers: hints, old facts, unsubmitted answers, wishes, twins."""

import dataclasses as dc
import re
import uuid
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from libs.common import messages as m
from services.review.domain.staff import Role
from tests.integration.review import room as r
from tests.integration.review.pages import Shelf, app, parsed, shelf, visitor
from tests.integration.review.room import Room
from tests.integration.review.test_changes import changed
from tests.integration.review.test_wishes_and_calls import wish
from tests.integration.review.walks import ask_for, take

__all__ = ["app", "shelf"]
BLURRY = m.Finding(code="blurry", severity="warn", measured=1, threshold=2)


def test_a_reading_is_a_hint_in_words_and_judges_nothing(app: Flask, room: Room) -> None:
    compared: dict[str, m.Comparison] = {"name": "differs", "expiry": "not_read"}
    submitted = r.submission(r.image(compared=compared, kind="id_front"))
    room.feed(submitted)
    client = visitor(app, room, room.person("wang", Role.SITE_REVIEWER))

    text = parsed(client.get(f"/cases/{room.case(submitted).id}"), "zh-CN")

    assert "机读不同，请核对" in text
    assert "有效期 · 没有读出" in text
    assert "机读：居民身份证人像面" in text
    assert room.rows("SELECT count(*) FROM verdict")[0][0] == 0


@pytest.mark.parametrize(
    ("changes", "is_twin", "says_clear"),
    [
        ({}, False, False),
        ({"compared": {"name": "match"}, "kind": "id_front"}, False, True),
        ({"compared": {"name": "match"}, "kind": "id_front"}, True, False),
        ({}, True, False),
        ({"compared": {"name": "differs"}, "kind": "id_front"}, False, False),
        ({"compared": {"expiry": "not_read"}, "kind": "id_front"}, False, False),
        ({"findings": (BLURRY,)}, False, False),
    ],
)
def test_a_clear_word_stands_only_where_all_have_looked_and_hint_at_nothing(
    app: Flask, room: Room, changes: dict[str, Any], *, is_twin: bool, says_clear: bool
) -> None:
    submitted, other = r.submission(r.image(**changes)), r.submission(r.image(), site="hexi")
    room.feed(submitted, other)
    if is_twin:
        _twins(room, submitted, other)
    client = visitor(app, room, room.person("wang", Role.SITE_REVIEWER))

    text = parsed(client.get(f"/cases/{room.case(submitted).id}"), "zh-CN")

    assert ("请存疑上报" in text) is is_twin
    assert ("自动检查没有提示" in text) is says_clear
    assert ("内容没有经过机读比对" in text) is ("compared" not in changes)


@pytest.mark.parametrize(
    ("language", "where"), [("zh-CN", "有效身份证明 · 第 2 张"), ("en", "ID card")]
)
def test_a_picture_handed_in_twice_is_hinted_at_with_the_place_of_the_other(
    app: Flask, room: Room, language: str, where: str
) -> None:
    second = r.image("A01", 2)
    repeat = dc.replace(BLURRY, code="own_repeat", image_id=second.image_id)
    submitted = r.submission(r.image("A01", 1), second, r.image("B01", 1, findings=(repeat,)))
    room.feed(submitted)
    client = visitor(app, room, room.person("wang", Role.SITE_REVIEWER))
    path = f"/cases/{room.case(submitted).id}?image={submitted.images[2].image_id}&lang={language}"

    text = client.get(path, follow_redirects=True).text

    hint = text.partition('class="hints-line is-warn"')[2].partition("</p>")[0]
    assert where in hint


def test_what_was_carried_over_is_said_with_its_exam(app: Flask, room: Room) -> None:
    names = {"zh-CN": "2022年样例考试", "en": "2022 sample exam"}
    submitted = r.submission(r.image(carried_from=names))
    room.feed(submitted)
    client = visitor(app, room, room.person("wang", Role.SITE_REVIEWER))
    address = f"/cases/{room.case(submitted).id}"

    assert "考生沿用了2022年样例考试审核接受过的图片" in parsed(client.get(address), "zh-CN")
    assert "accepted at the 2022 sample exam" in client.get(f"{address}?lang=en").text


def test_changed_facts_stand_beside_what_they_were(app: Flask, room: Room) -> None:
    submitted = r.submission()
    room.feed(submitted, changed(submitted, no_longer_asked=("B01",), materials=("A01",)))
    client = visitor(app, room, room.person("wang", Role.SITE_REVIEWER))

    text = client.get(f"/cases/{room.case(submitted).id}").text

    assert "信息已变更" in text
    assert "样例·李文青" in text
    assert "</span>样例·李文清</del>" in text
    assert "更正后不再要求" in text


def test_an_unsubmitted_answer_can_be_looked_at_and_not_judged(app: Flask, room: Room) -> None:
    submitted = r.submission()
    room.feed(submitted)
    old = submitted.images[1].image_id
    ask_for(room, submitted, old, room.person("site", Role.SITE_REVIEWER))
    asked = room.rows("SELECT id FROM request WHERE standing = 'open'")[0].id
    left = r.image("A01", 2, replaces=old, answers=asked)
    room.feed(
        m.RequestsOverdue(
            application_id=submitted.application_id,
            requests=(asked,),
            overdue_at=r.SUBMITTED_AT,
            unsubmitted=(left,),
        )
    )
    area = room.person("zhao", Role.AREA_REVIEWER)
    deed = take(room, submitted, area)
    client = visitor(app, room, area)
    address = f"/cases/{room.case(submitted).id}"

    text = parsed(client.get(f"{address}?image={left.image_id}"), "zh-CN")
    answer = client.post(
        f"{address}/images/{left.image_id}/verdict",
        data={"choice": "accept", "version": deed["seen_version"]},
    )

    assert "已上传，期限内没有提交" in text
    assert 'id="judge"' not in text
    assert answer.headers["Location"] == "/refused"
    assert client.get("/refused").status_code == 404
    assert room.rows("SELECT count(*) FROM verdict WHERE level = 'area'")[0][0] == 0


@pytest.mark.parametrize(("answer", "state"), [("granted", "waiting"), ("declined", "site_review")])
def test_a_wish_is_answered_at_the_desk(app: Flask, room: Room, answer: str, state: str) -> None:
    submitted = r.submission()
    room.feed(submitted, wish(submitted))
    site = room.person("wang", Role.SITE_REVIEWER)
    deed = take(room, submitted, site)
    client = visitor(app, room, site)
    address = f"/cases/{room.case(submitted).id}"

    assert "毕业证传错了" in client.get(address).text
    fields = {"answer": answer, "words": "见说明", "version": deed["seen_version"]}
    assert client.post(f"{address}/wish", data=fields).status_code == 303

    assert room.case(submitted).state == state


def test_the_preview_shows_what_she_will_read_and_no_verdict(app: Flask, room: Room) -> None:
    submitted = r.submission()
    room.feed(submitted)
    site = room.person("wang", Role.SITE_REVIEWER)
    client = visitor(app, room, site)
    address = f"/cases/{room.case(submitted).id}"
    deed = take(room, submitted, site)
    client.post(
        f"{address}/images/{submitted.images[0].image_id}/verdict",
        data={
            "choice": "ask",
            "reason": "RE02",
            "words": "换个角度",
            "version": deed["seen_version"],
        },
    )

    text = parsed(client.get(f"{address}/preview"), "zh-CN")

    assert "反光遮挡内容" in text
    assert "Glare hides part of it" in text
    assert "换个角度" in text


def test_whoever_looks_at_the_numbers_is_written_down_and_so_is_the_call(
    app: Flask, room: Room
) -> None:
    submitted = r.submission()
    room.feed(submitted)
    client = visitor(app, room, room.person("wang", Role.SITE_REVIEWER))
    address = f"/cases/{room.case(submitted).id}/contact"

    assert "13900000001" in client.get(address).text
    fields = {"target": "work_unit", "outcome": "reached", "words": "已转告"}
    assert client.post(address, data=fields).status_code == 303

    assert room.rows("SELECT count(*) FROM audit WHERE action = 'phone.viewed'")[0][0] == 1
    (row,) = room.rows("SELECT kind, words FROM case_event WHERE kind LIKE 'phoned%'")
    assert (row.kind, row.words) == ("phoned_unit_reached", "已转告")
    foreign = visitor(app, room, room.person("other", Role.SITE_REVIEWER, sites=["hexi"]))
    assert foreign.get(address).status_code == 404
    assert foreign.post(address, data=fields).headers["Location"] == "/refused"
    assert foreign.get("/refused").status_code == 404


def test_twins_stand_side_by_side_for_the_area(app: Flask, room: Room) -> None:
    one, two = r.submission(r.image()), r.submission(r.image(), site="hexi")
    room.feed(one, two)
    _twins(room, one, two)
    row = room.rows("SELECT image_id, other_image_id FROM duplicate")[0]
    lead = visitor(app, room, room.person("zhao", Role.AREA_LEAD))
    site = visitor(app, room, room.person("wang", Role.SITE_REVIEWER))

    assert "完全相同" in parsed(lead.get("/duplicates"), "zh-CN")
    address = f"/duplicates/{row.image_id}/{row.other_image_id}"
    text = parsed(lead.get(address), "zh-CN")
    assert one.registration_number in text
    assert two.registration_number in text
    assert site.get(address).status_code == 404
    assert "请存疑上报" in site.get(f"/cases/{room.case(one).id}").text
    assert lead.post(address, data={"words": "同一单位"}).status_code == 303
    assert lead.get(f"/duplicates/{uuid.uuid4()}/{uuid.uuid4()}").status_code == 404


def test_the_next_case_is_his_for_a_short_while_and_is_the_one_that_he_gets(
    app: Flask, room: Room, shelf: Shelf
) -> None:
    first, second = r.submission(r.image()), r.submission(r.image())
    room.feed(first, second)
    wang = visitor(app, room, room.person("wang", Role.SITE_REVIEWER))
    li = visitor(app, room, room.person("li", Role.SITE_REVIEWER))
    wang.post("/queues/claim-next")
    beside = {"case": str(room.case(first).id)}

    page = _in_place(wang, "/queues/ahead", beside)

    ahead = f"/cases/{room.case(second).id}"
    assert page.headers["X-At"] == ahead
    assert second.registration_number in page.text
    held = room.rows("SELECT expires_at - claimed_at AS held FROM claim ORDER BY claimed_at")
    assert [row.held.seconds // 60 for row in held] == [20, 5]
    assert _in_place(li, "/queues/claim-next").headers["X-Go"] == "/queues"
    assert _in_place(li, "/queues/ahead", beside).status_code == 204
    _pass(room, wang, first)
    assert _in_place(wang, "/queues/claim-next").headers["X-At"] == ahead
    (held,) = room.rows("SELECT expires_at - clock_timestamp() AS held FROM claim")
    assert held.held.seconds // 60 == 19


def test_who_leaves_the_desk_leaves_the_next_case_and_keeps_his_own(
    app: Flask, room: Room, shelf: Shelf
) -> None:
    first, second = r.submission(r.image()), r.submission(r.image())
    room.feed(first, second)
    client = visitor(app, room, room.person("wang", Role.SITE_REVIEWER))
    client.post("/queues/claim-next")
    mine, next_one = room.case(first).id, room.case(second).id
    _in_place(client, "/queues/ahead", {"case": str(mine)})

    for case_id in (mine, next_one):
        assert client.post(f"/queues/ahead/{case_id}/let-go").status_code == 204

    assert [row.case_id for row in room.rows("SELECT case_id FROM claim")] == [mine]


def test_a_deed_of_a_script_is_answered_with_the_desk_itself(
    app: Flask, room: Room, shelf: Shelf
) -> None:
    submitted = r.submission(r.image("A01", 1), r.image("A01", 2))
    room.feed(submitted)
    client = visitor(app, room, room.person("wang", Role.SITE_REVIEWER))
    client.post("/queues/claim-next")
    case = room.case(submitted)
    one, two = (image.image_id for image in submitted.images)
    verdict = {"choice": "accept", "version": str(case.version), "then": "next"}

    page = _in_place(client, f"/cases/{case.id}/images/{one}/verdict", verdict)

    assert page.status_code == 200
    assert page.headers["X-At"] == f"/cases/{case.id}?image={two}"
    assert "1 / 2" in page.text


def _twins(room: Room, one: m.ApplicationSubmitted, two: m.ApplicationSubmitted) -> None:
    """The first image of each shows the same."""
    twin = m.Duplicate(
        application_id=two.application_id,
        image_id=two.images[0].image_id,
        exam="demo",
        distance=0.0,
    )
    room.feed(
        m.DuplicatesFound(
            application_id=one.application_id, image_id=one.images[0].image_id, others=(twin,)
        )
    )


def _in_place(client: FlaskClient, address: str, data: dict[str, str] | None = None) -> Any:
    return client.post(address, data=data or {}, headers={"X-In-Place": "1"})


def _pass(room: Room, client: FlaskClient, submitted: m.ApplicationSubmitted) -> None:
    """Accept its one image and hand it over."""
    case = room.case(submitted)
    image = submitted.images[0].image_id
    sent = {"choice": "accept", "version": str(case.version)}
    client.post(f"/cases/{case.id}/images/{image}/verdict", data=sent)
    sent = {"decision": "forward_pass", "version": str(case.version)}
    assert client.post(f"/cases/{case.id}/conclusion", data=sent).status_code == 303


def test_a_corrections_reasons_stand_below_their_facts_and_nothing_is_chosen(
    app: Flask, room: Room
) -> None:
    submitted = r.submission(r.image())
    room.feed(submitted)
    client = visitor(app, room, room.person("wang", Role.SITE_REVIEWER))
    at = f"/cases/{room.case(submitted).id}"

    page = parsed(client.get(f"{at}?lang=en"), "en")
    form = page.split('name="kind" value="FIX"')[1].split("</form>")[0]

    assert re.findall(r'<option value="(\w*)"', form) == [
        *("", "name", "id_number", "level"),
        *("", "FX01", "FX02", "FX09"),
        *("24", "48", "72", "120", "168"),
    ]
    assert re.findall(r'<optgroup label="(.*?)" data-facts="(.*?)"', form) == [
        ("Name", "name"),
        ("ID number", "id_number"),
        ("Any fact", ""),
    ]
    assert form.count("required") == 2


@pytest.mark.parametrize(
    ("language", "cause", "cure"),
    [
        ("zh-CN", "所选理由不适用于这一项报名信息", "请选择列在该项目下的理由"),
        ("en", "This reason does not fit that fact", "Choose a reason listed under that fact"),
    ],
)
def test_a_reason_of_another_fact_is_refused_with_cause_and_cure(
    app: Flask, room: Room, language: str, cause: str, cure: str
) -> None:
    submitted = r.submission(r.image())
    room.feed(submitted)
    client = visitor(app, room, room.person("wang", Role.SITE_REVIEWER))
    case = room.case(submitted)
    client.get(f"/cases/{case.id}?lang={language}")
    version = str(room.case(submitted).version)
    sent = {"kind": "FIX", "fact": "level", "reason": "FX01", "version": version}

    answer = client.post(f"/cases/{case.id}/requests", data=sent, follow_redirects=True)

    assert cause in answer.text
    assert cure in answer.text
    assert room.rows("SELECT count(*) FROM request")[0][0] == 0


def test_a_fact_without_any_reason_is_not_offered_for_correction(app: Flask, room: Room) -> None:
    reasons = {code: body for code, body in r.exam().reasons.items() if code != "FX09"}
    submitted = r.submission(r.image())
    room.feed(r.exam(reasons=reasons, pack_version="2"), submitted)
    client = visitor(app, room, room.person("wang", Role.SITE_REVIEWER))

    page = client.get(f"/cases/{room.case(submitted).id}").text
    form = page.split('name="kind" value="FIX"')[1].split("</form>")[0]

    assert '<option value="level"' not in form
    assert '<option value="name"' in form
