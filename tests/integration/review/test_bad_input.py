"""Nonsense in every address and in the desk's forms: a clear refusal, and nothing is kept."""

import uuid

import pytest
from flask import Flask

from services.review.domain.staff import Reviewer, Role
from tests import garbage
from tests.integration.review import room as r
from tests.integration.review.pages import Shelf, app, shelf, visitor
from tests.integration.review.room import Room
from tests.integration.review.test_wishes_and_calls import call, wish
from tests.integration.review.walks import take

__all__ = ["Shelf", "app", "shelf"]
KEPT = ("verdict", "request", "call_try", "claim", "saved_view", "staff", "asked_extension")
"""What the forms below would write."""


@pytest.mark.parametrize("role", [Role.AREA_LEAD, Role.ADMINISTRATOR])
def test_no_address_breaks_a_page(app: Flask, room: Room, role: Role) -> None:
    client = visitor(app, room, room.person("someone", role))

    wrong = {
        address[:80]: fault
        for method, address in garbage.addresses(app)
        if (fault := garbage.unclear(client.open(f"{address}?lang=en", method=method)))
    }

    assert wrong == {}


def test_no_header_breaks_a_page(app: Flask, room: Room) -> None:
    client = visitor(app, room, room.person("someone", Role.AREA_LEAD))
    for name, value in garbage.STRANGE_HEADERS:
        for path, method in (("/queues", "GET"), ("/sign-in", "POST"), ("/nowhere", "POST")):
            answer = client.open(path, method=method, headers={name: value})
            assert answer.status_code < 500, (name, value, path)


def test_no_word_in_a_form_breaks_the_desk(app: Flask, room: Room) -> None:
    submitted, wished = r.submission(), r.submission()
    spoken = call(application_id=submitted.application_id)
    room.feed(submitted, wished, wish(wished), spoken)
    site, admin = room.person("site", Role.SITE_LEAD), room.person("admin", Role.ADMINISTRATOR)
    deed, other = take(room, submitted, site), take(room, wished, site)
    case, version = f"/cases/{deed['case_id']}", str(deed["seen_version"])
    ask = {"version": version, "reason": "RE02", "words": "样例", "due_hours": "48"}
    forms: dict[str, dict[str, str]] = {
        f"{case}/images/{submitted.images[0].image_id}/verdict": ask
        | {"choice": "replace", "mark": "0.1,0.1,0.2,0.2"},
        f"{case}/requests": ask
        | {"kind": "ADD", "material": "B01", "add_count": "1", "fact": "name", "reason": "AD01"},
        f"{case}/suspicion": {"version": version, "words": "样例"},
        f"{case}/contact": {"target": "candidate", "outcome": "reached", "words": "样例"},
        f"{case}/conclusion": {"version": version, "words": "样例", "decision": "ask"},
        f"/cases/{other['case_id']}/wish": {
            "version": str(other["seen_version"]), "words": "样例", "answer": "decline",
        },
        f"/calls/{spoken.call_id}": {
            "outcome": "not_reached", "words": "样例", "next_try_at": "2031-01-01T10:00",
        },
        "/queues/views": {"queue": "mine", "name": "样例", "q": "样例", "site": "heping"},
        "/account/keys/add": {"name": "样例", "answer": "{}"},
        "/sign-in": {"login": "x", "password": "x", "after": "/queues", "key_answer": "{}"},
    }  # fmt: skip

    assert _wrong(app, room, site, forms) == {}
    assert _wrong(app, room, admin, _of_administrators()) == {}


def test_what_is_refused_changes_nothing(app: Flask, room: Room) -> None:
    submitted = r.submission()
    room.feed(submitted)
    site = room.person("site", Role.SITE_LEAD)
    deed = take(room, submitted, site)
    address = f"/cases/{deed['case_id']}/images/{submitted.images[0].image_id}/verdict"
    before = _kept(room)

    for body in (b"", b"choice=replace&version=%00", b"choice=replace&version=1&mark=nan,0,1,1"):
        client = visitor(app, room, site)
        assert garbage.send(client, address, body).status_code >= 400

    assert _kept(room) == before


def test_a_form_after_the_session_has_ended_says_that_it_was_not_kept(
    app: Flask, room: Room
) -> None:
    client, came = visitor(app, room, None), {"Referer": "http://localhost/queues/mine"}

    answer = client.post("/queues/claim-next", headers=came)

    assert answer.headers["Location"] == "/sign-in?after=/queues/mine&ended=1"
    assert "刚才的表单没有保存" in client.get(answer.headers["Location"]).text


def _of_administrators() -> dict[str, dict[str, str]]:
    return {
        "/exams/preview": {
            "exam": "demo", "window": "main", "site": "heping", "number": "TJ-1",
            "ends_at": "2031-01-01T10:00", "reason": "样例",
        },
        "/staff": {"login": "new", "name": "样例", "role": "site_reviewer", "site": "heping"},
        f"/staff/{uuid.UUID(int=1)}/roles": {"role": "site_reviewer", "site": "heping"},
        "/exams/demo/sites/heping": {"zh": "样例", "en": "Sample", "phone": "1", "hours": "9"},
        "/exams/demo/reasons/RE01": {"kind": "REPLACE", "zh": "样例", "en": "x", "material": "A01"},
    }  # fmt: skip


def _wrong(
    app: Flask, room: Room, who: Reviewer, forms: dict[str, dict[str, str]]
) -> dict[str, str]:
    client = visitor(app, room, who)
    return {
        f"{address} {what}": fault
        for address, fields in forms.items()
        for what, body in garbage.posts(fields)
        if (fault := garbage.unclear(garbage.send(client, f"{address}?lang=en", body)))
    }


def _kept(room: Room) -> list[int]:
    return [room.rows(f'SELECT count(*) FROM "{name}"')[0][0] for name in KEPT]  # noqa: S608
