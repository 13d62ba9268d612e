"""Registrations arrive again and again (R3): feed, roster, corrections."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from libs.common import messages as m
from libs.common import sealing
from libs.common.clock import now
from libs.common.signing import sign
from libs.common.web import refusals
from libs.common.web.refusals import Words
from services.upload import api
from services.upload.commands import import_roster
from services.upload.roster import BadRoster
from tests.integration.upload.room import EXAM, NAME, PHONE, Room
from tests.make import FACTS, id_number

KEY_ID, KEY = "registration-1", "0123456789" * 4


def row(serial: int, **changes: Any) -> dict[str, Any]:
    good = {
        "registration_number": f"TJ-{serial:05d}",
        "exam": EXAM,
        "site": "TJ01",
        "name": NAME,
        "id_number": id_number(serial),
        "phone": PHONE,
        "unit": "样例医院",
        "unit_phone": "",
        "language": "zh-CN",
        "facts": FACTS,
    }
    return good | changes


@pytest.fixture
def client(room: Room) -> FlaskClient:
    app = Flask("registrations")
    words = {
        code: Words(status, code, code)
        for code, status in (("api_unsigned", 401), ("api_replayed", 409), ("api_body", 400))
    }
    app.extensions["refusals"] = words
    refusals.install(app, words)
    app.register_blueprint(api.blueprint(room.database, vault=room.vault, keys={KEY_ID: KEY}))
    return app.test_client()


def post(client: FlaskClient, body: bytes, **headers: str) -> Any:
    signed = sign("POST", api.PATH, body, key_id=KEY_ID, key=KEY, now=now())
    asked = {"Accept": "application/json", "Content-Type": "application/json"}
    return client.post(api.PATH, data=body, headers={**signed, **asked, **headers})


def feed(client: FlaskClient, *rows: object) -> Any:
    return post(client, json.dumps({"registrations": rows}).encode())


def test_a_feed_makes_applications_and_says_what_it_took(room: Room, client: FlaskClient) -> None:
    answer = feed(client, site(room, row(1)), site(room, row(2)))

    assert answer.json == {"accepted": 2, "refused": []}
    assert len(room.said(m.ContactChanged)) == 2
    contact = sealing.unseal(room.said(m.ContactChanged)[0].contact, room.notify_key)
    assert contact == {"phone": PHONE, "unit_phone": ""}


def test_the_same_feed_again_changes_nothing(room: Room, client: FlaskClient) -> None:
    for _ in range(2):
        answer = feed(client, site(room, row(1)))

    assert answer.json["accepted"] == 1
    assert len(room.said(m.ContactChanged)) == 1
    assert room.rows("SELECT revision FROM registration")[0].revision == 1


def test_a_bad_row_is_named_and_the_good_ones_are_kept(room: Room, client: FlaskClient) -> None:
    wrong = site(room, row(2, id_number="120000199805040000"))
    twice = site(room, row(3, id_number=id_number(1)))
    answer = feed(client, site(room, row(1)), wrong, twice, 5, {"x": 1}, site(room, row(6)))

    assert answer.json["accepted"] == 2
    reasons = {r["registration_number"]: r["reason"] for r in answer.json["refused"]}
    assert "check symbol" in reasons["TJ-00002"]
    assert "TJ-00001 already" in reasons["TJ-00003"]
    assert len(answer.json["refused"]) == 4
    assert "120000199805040000" not in answer.text


def test_a_corrected_registration_keeps_what_was_uploaded(room: Room, client: FlaskClient) -> None:
    feed(client, site(room, row(1)))
    (found,) = room.rows("SELECT application_id FROM registration")
    image = room.upload(found.application_id, "A01")

    feed(client, site(room, row(1, name="样例·乙", facts=FACTS | {"name_changed": True})))

    held = room.held(found.application_id)
    assert (held.registration.revision, held.registration.masked_name) == (2, "样**乙")
    assert [i.id for i in held.images] == [image]
    assert "A04" in [entry.code for entry in held.entries]
    assert len(room.said(m.ContactChanged)) == 1


def test_a_new_phone_is_told_to_notify_with_a_higher_revision(
    room: Room, client: FlaskClient
) -> None:
    feed(client, site(room, row(1)))
    feed(client, site(room, row(1, phone="13900009999")))

    told = room.said(m.ContactChanged)
    assert [t.revision for t in told] == [1, 2]
    assert sealing.unseal(told[1].contact, room.notify_key)["phone"] == "13900009999"


def test_a_request_counts_once(client: FlaskClient, room: Room) -> None:
    body = json.dumps({"registrations": [site(room, row(1))]}).encode()
    headers = sign("POST", api.PATH, body, key_id=KEY_ID, key=KEY, now=now())
    headers["Accept"] = "application/json"

    first = client.post(api.PATH, data=body, headers=headers)
    second = client.post(api.PATH, data=body, headers=headers)

    assert (first.status_code, second.status_code) == (200, 409)


def test_an_unsigned_or_altered_request_is_refused(client: FlaskClient) -> None:
    body = b'{"registrations": []}'
    headers = sign("POST", api.PATH, body, key_id=KEY_ID, key=KEY, now=now())
    headers["Accept"] = "application/json"

    assert (
        client.post(api.PATH, data=body, headers={"Accept": "application/json"}).status_code == 401
    )
    assert client.post(api.PATH, data=body + b" ", headers=headers).status_code == 401


@pytest.mark.parametrize(
    "body", [b"", b"{", b"5", b'{"registrations": 5}', b"[" * 100000, b"\xff\xfe"]
)
def test_a_body_of_the_wrong_shape_is_refused(client: FlaskClient, body: bytes) -> None:
    assert post(client, body).status_code == 400


def test_a_roster_of_csv_is_imported(room: Room, tmp_path: Path) -> None:
    path = write_csv(tmp_path, [site(room, row(1)), site(room, row(2))])

    done = import_roster(room.database, path, vault=room.vault, actor="staff:test")

    assert (done.created, done.updated, done.unchanged) == (2, 0, 0)


def test_a_bad_roster_is_imported_not_at_all_and_its_rows_are_named(
    room: Room, tmp_path: Path
) -> None:
    wrong = site(room, row(2, phone="12"))
    path = write_csv(tmp_path, [site(room, row(1)), wrong])

    with pytest.raises(BadRoster) as bad:
        import_roster(room.database, path, vault=room.vault, actor="staff:test")

    (fault,) = bad.value.faults
    assert str(fault) == (
        "row 3 (TJ-00002): phone is wrong; expected: a mobile number, or + and digits"
    )
    assert room.rows("SELECT 1 FROM registration") == []


def test_two_rows_of_one_person_stop_the_roster(room: Room, tmp_path: Path) -> None:
    path = tmp_path / "roster.json"
    rows = [site(room, row(1)), site(room, row(2, id_number=id_number(1)))]
    path.write_text(json.dumps(rows), encoding="utf-8")

    with pytest.raises(BadRoster, match="row 2"):
        import_roster(room.database, path, vault=room.vault, actor="staff:test")

    assert room.rows("SELECT 1 FROM registration") == []


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.json", "{"), ("a.json", "5"), ("a.csv", 'a,b\n"x'), ("a.csv", "exam\n1,2,3")],
)
def test_a_file_that_is_no_roster_is_said_so(
    room: Room, tmp_path: Path, name: str, content: str
) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")

    with pytest.raises(BadRoster):
        import_roster(room.database, tmp_path / name, vault=room.vault, actor="staff:test")


def site(room: Room, given: dict[str, Any]) -> dict[str, Any]:
    return given | {"site": room.exam.sites[0].code}


def write_csv(folder: Path, rows: list[dict[str, Any]]) -> Path:
    flat = [{k: v for k, v in r.items() if k != "facts"} | r["facts"] for r in rows]
    columns = list(flat[0])
    lines = [",".join(columns)] + [
        ",".join(str(r[c]).lower() if isinstance(r[c], bool) else r[c] for c in columns)
        for r in flat
    ]
    path = folder / "roster.csv"
    path.write_text("\n".join(lines), encoding="utf-8-sig")
    return path


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file has no rows"),
        (b"registration_number,exam\n", "the file has no rows"),
        (b"\xff\xfe\x00", "the file is not text in UTF-8"),
    ],
)
def test_a_roster_that_says_nothing_is_refused(
    room: Room, tmp_path: Path, content: bytes, said: str
) -> None:
    path = tmp_path / "roster.csv"
    path.write_bytes(content)

    with pytest.raises(BadRoster) as bad:
        import_roster(room.database, path, vault=room.vault, actor="staff:test")

    assert str(bad.value) == said
