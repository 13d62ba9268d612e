"""The room's pages: who reaches them, what they show, and what they refuse."""

import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyotp
import pytest
from flask import Flask
from sqlalchemy import event
from werkzeug.routing import UUIDConverter

from libs.common import messages as m
from services.review.authority import ROUTES
from services.review.domain.staff import Role
from services.review.operations import staff
from services.review.refusals import REFUSALS
from tests.integration.review import room as r
from tests.integration.review.pages import Shelf, app, parsed, shelf, visitor
from tests.integration.review.room import PASSWORD, Room
from tests.integration.review.walks import take

__all__ = ["app", "shelf"]
SECRET = pyotp.random_base32()
NOBODY = uuid.uuid4()


def _addresses(app: Flask) -> list[tuple[str, str, str]]:
    """Endpoint, method and address of every route, with ids that lead nowhere."""
    found = []
    for rule in app.url_map.iter_rules():
        values: dict[str, Any] = {
            name: NOBODY if isinstance(rule._converters.get(name), UUIDConverter) else "x"
            for name in rule.arguments
        }
        with app.test_request_context():
            address = app.url_map.bind("localhost").build(rule.endpoint, values)
        method = "POST" if "POST" in (rule.methods or set()) else "GET"
        found.append((rule.endpoint, method, address))
    return found


def test_every_route_has_a_row_in_the_table_of_authority(app: Flask) -> None:
    assert {rule.endpoint for rule in app.url_map.iter_rules()} == set(ROUTES)


@pytest.mark.parametrize("role", [*Role, None])
def test_every_route_opens_to_its_roles_alone(app: Flask, room: Room, role: Role | None) -> None:
    who = room.person("someone", role) if role else None
    denied = 0
    for endpoint, method, address in _addresses(app):
        client = visitor(app, room, who)
        roles = ROUTES[endpoint]
        answer = client.open(address, method=method)
        if endpoint == "refused":
            assert answer.headers["Location"] == "/", "nothing was refused yet"
        elif endpoint == "entry.sign_in":
            assert answer.headers["Location"].startswith("/sign-in"), "back to its own page"
        elif roles is None:
            assert answer.status_code != 303, endpoint
        elif who is None:
            assert answer.status_code == 303, endpoint
            assert "/sign-in" in answer.headers["Location"]
        elif not who.roles & roles:
            denied += 1
            assert answer.status_code == 404, endpoint
    audited = room.rows(
        "SELECT count(*) FROM audit WHERE action = 'access.denied' AND subject LIKE 'route:%'"
    )
    assert audited[0][0] == denied


def test_a_case_of_another_site_does_not_exist_and_the_try_is_audited(
    app: Flask, room: Room
) -> None:
    submitted = r.submission(site="hexi")
    room.feed(submitted)
    client = visitor(app, room, room.person("wang", Role.SITE_REVIEWER))
    case_id = room.case(submitted).id

    assert client.get(f"/cases/{case_id}").status_code == 404
    assert client.get(f"/cases/{case_id}/conclusion").status_code == 404
    assert client.get(f"/images/{submitted.images[0].image_id}/view").status_code == 404
    claim = client.post(f"/queues/cases/{case_id}/claim", follow_redirects=True)
    assert claim.status_code in {404, 409}
    subjects = {row.subject for row in room.rows("SELECT subject FROM audit")}
    assert f"case:{case_id}" in subjects
    assert f"image:{submitted.images[0].image_id}" in subjects


def test_an_image_is_served_uncached_and_its_view_is_audited(
    app: Flask, room: Room, shelf: Shelf
) -> None:
    picture = r.image()
    room.feed(r.submission(picture))
    assert picture.view_key is not None
    shelf.objects[picture.view_key] = b"jpeg"
    who = room.person("wang", Role.SITE_REVIEWER)
    client = visitor(app, room, who)

    answer = client.get(f"/images/{picture.image_id}/view")

    assert (answer.data, answer.headers["Cache-Control"]) == (b"jpeg", "no-store")
    rows = room.rows("SELECT actor, subject FROM audit WHERE action = 'image.viewed'")
    assert [(row.actor, row.subject) for row in rows] == [
        (f"staff:{who.id}", f"image:{picture.image_id}")
    ]
    assert client.get(f"/images/{picture.image_id}/grid").status_code == 404
    assert client.get(f"/images/{picture.image_id}/original").status_code == 404


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_page_is_sound_in_both_languages(app: Flask, room: Room, language: str) -> None:
    waiting = r.image("B01", state="checking", view_key=None, grid_key=None)
    submitted = r.submission(
        r.image(findings=(m.Finding(code="odd", severity="warn", measured=1, threshold=2),)),
        waiting,
        absences=(m.Absence(material="Z01", reason="没有"),),
        materials=("A01", "B01", "Z01"),
    )
    read_later = m.SubmittedImageRead(
        application_id=submitted.application_id,
        image_id=submitted.images[0].image_id,
        kind="id_front",
        compared={"name": "differs"},
        findings=(m.Finding(code="name_differs", severity="warn", measured=0, threshold=0),),
    )
    room.feed(submitted, read_later)
    site, lead = room.person("wang", Role.SITE_LEAD), room.person("zhao", Role.AREA_LEAD)
    case_id = room.case(submitted).id
    take(room, submitted, site)
    pages = [
        *(f"/cases/{case_id}/preview", f"/cases/{case_id}/contact"),
        *("/queues", "/queues/mine", "/queues/returned", "/queues/waiting", "/queues/concluded"),
        *("/queues/unsubmitted?q=TJ", "/account", f"/cases/{case_id}/conclusion"),
        *(f"/cases/{case_id}?view=facts", f"/cases/{case_id}?image={waiting.image_id}"),
    ]
    for page in pages:
        answer = visitor(app, room, site).get(page, headers={"Accept-Language": language})
        parsed(answer, language)
    for page in ("/publication", "/publication/demo", "/queues/area", "/duplicates"):
        answer = visitor(app, room, lead).get(page, headers={"Accept-Language": language})
        parsed(answer, language)
    parsed(
        visitor(app, room, None).get("/sign-in", headers={"Accept-Language": language}), language
    )


def test_whoever_does_not_compare_papers_sees_masked_facts(app: Flask, room: Room) -> None:
    submitted = r.submission()
    room.feed(submitted)
    address = f"/cases/{room.case(submitted).id}"

    seen = visitor(app, room, room.person("auditor", Role.AUDITOR)).get(address).text
    judged = visitor(app, room, room.person("wang", Role.SITE_REVIEWER)).get(address).text

    assert "120000 19970418 0009" in judged
    assert "19970418" not in seen
    assert "李文清" not in seen
    assert "13900000001" not in judged


def test_queue_pages_take_a_constant_number_of_queries(app: Flask, room: Room) -> None:
    client = visitor(app, room, room.person("wang", Role.SITE_REVIEWER))
    numbers = []
    for _ in range(2):
        room.feed(*(r.submission(r.image()) for _ in range(5)))
        statements: list[str] = []

        def count(_: Any, __: Any, statement: str, *___: Any, kept: list[str] = statements) -> None:
            kept.append(statement)

        event.listen(room.database.engine, "before_cursor_execute", count)
        assert client.get("/queues").status_code == 200
        event.remove(room.database.engine, "before_cursor_execute", count)
        numbers.append(len(statements))
    assert numbers[0] == numbers[1] <= 12


def test_search_finds_by_number_and_masked_name_within_the_scope(app: Flask, room: Room) -> None:
    room.feed(
        r.submission(registration_number="TJ-1", masked_name="甲*乙"),
        r.submission(registration_number="TJ-2", site="hexi", masked_name="甲*乙"),
    )
    client = visitor(app, room, room.person("wang", Role.SITE_REVIEWER))

    assert "TJ-1" in client.get("/queues/site?q=TJ-").text
    assert "TJ-2" not in client.get("/queues/site?q=TJ-").text
    assert "TJ-1" in client.get("/queues/site?q=甲*乙").text
    assert "没有找到" in client.get("/queues/site?q=%25").text


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"choice": "maybe", "version": "1"},
        {"choice": "accept", "version": "one"},
        {"choice": "ask", "version": "1", "reason": "RE01", "mark": "a,b"},
        {"choice": "ask", "version": "1", "reason": "RE01", "due_hours": "-4"},
        {"choice": "ask", "version": "1", "reason": "x" * 50},
    ],
)
def test_a_form_of_the_wrong_shape_is_a_bad_request(
    app: Flask, room: Room, fields: dict[str, str]
) -> None:
    submitted = r.submission(r.image())
    room.feed(submitted)
    client = visitor(app, room, room.person("wang", Role.SITE_REVIEWER))
    image_id = submitted.images[0].image_id

    answer = client.post(f"/cases/{room.case(submitted).id}/images/{image_id}/verdict", data=fields)

    assert answer.status_code == 400


def test_a_rules_refusal_says_cause_and_cure(app: Flask, room: Room) -> None:
    submitted = r.submission(r.image())
    room.feed(submitted)
    client = visitor(app, room, room.person("wang", Role.SITE_REVIEWER))
    address = f"/cases/{room.case(submitted).id}/conclusion"

    def decide() -> str:
        fields = {"decision": "forward_pass", "version": room.case(submitted).version}
        answer = client.post(address, data=fields, follow_redirects=True)
        assert answer.status_code == 409
        return str(answer.text)

    free = decide()
    assert "您现在没有领取这份审核单" in free
    assert "按“领取本案”" in free
    assert "领取本案后才能作出结论" in client.get(address).text
    client.post("/queues/claim-next")
    open_ = decide()
    assert "还有 1 张图片没有判定" in open_
    assert "请先逐张判定" in open_
    assert "领取本案" not in client.get(address).text


def test_a_form_without_the_csrf_token_is_refused(app: Flask, room: Room) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    client = visitor(app, room, room.person("wang", Role.SITE_REVIEWER))

    assert client.post("/queues/claim-next").status_code == 400


def test_sign_in_leads_only_to_own_pages(app: Flask, room: Room) -> None:
    made = room.do(
        staff.add,
        login="wang",
        name="样例·王",
        roles=frozenset({Role.SITE_REVIEWER}),
        sites=frozenset({"heping"}),
        vault=room.vault,
        by="test",
        password=PASSWORD,
        totp_secret=SECRET,
    )
    fields = {"login": "wang", "password": PASSWORD, "code": pyotp.TOTP(SECRET).now()}
    client = app.test_client()

    wrong = client.post("/sign-in", data={**fields, "code": "000000"}, follow_redirects=True)
    assert "请核对后再试" in wrong.text
    assert 'value="wang"' in wrong.text
    answer = client.post("/sign-in", data={**fields, "after": "//evil.example/x"})

    assert answer.headers["Location"] == "/"
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert client.get("/queues").status_code == 200
    assert client.post("/sign-out").status_code == 303
    assert client.get("/queues").status_code == 303
    actions = [row.action for row in room.rows("SELECT action FROM audit ORDER BY id")]
    assert actions[-4:] == [
        "staff.added",
        "staff.refused",
        "staff.signed_in",
        "staff.signed_out",
    ]
    assert made.totp_secret == SECRET


def _sources() -> Iterator[str]:
    for folder in ("domain", "operations", "web"):
        for path in Path("services/review", folder).glob("*.py"):
            yield path.read_text(encoding="utf-8")


def test_every_refusal_has_a_cause_and_a_cure_and_each_is_used() -> None:
    raised = {c for text in _sources() for c in re.findall(r'Refusal\(\s*"(\w+)"', text)}

    assert raised - {"not_found"} == set(REFUSALS)
