"""Fifty thousand registrations in one request: a line for each row, in any order, twice (R3)."""

import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from libs.common.clock import now
from libs.common.signing import sign
from libs.common.web import refusals
from services.upload import api, bulk
from services.upload import refusals as upload_refusals
from tests.integration.upload.room import EXAM, Room
from tests.make import FACTS, id_number

KEY_ID, KEY = "registration-1", "0123456789" * 4
SITE = "heping"


@pytest.fixture
def client(room: Room) -> FlaskClient:
    app = Flask("registrations")
    app.config["MAX_CONTENT_LENGTH"] = 1024
    plain = {
        code: refusals.Words(words.status, code, code)
        for code, words in upload_refusals.REFUSALS.items()
    }
    refusals.install(app, {**plain, "body_too_big": refusals.Words(413, "too big", "less")})
    app.register_blueprint(api.blueprint(room.database, vault=room.vault, keys={KEY_ID: KEY}))
    return app.test_client()


def row(serial: int, **changes: Any) -> dict[str, Any]:
    plain = {
        "registration_number": f"TJ-{serial:05d}",
        "exam": EXAM,
        "site": SITE,
        "name": "样例·甲",
        "id_number": id_number(serial),
        "phone": f"138{serial:08d}",
        "version": 1,
        "facts": FACTS,
    }
    return plain | changes


def lines(*rows: object) -> bytes:
    return "\n".join(json.dumps(one, ensure_ascii=False) for one in rows).encode()


def send(client: FlaskClient, body: bytes) -> Any:
    signed = sign("POST", api.BULK_PATH, body, key_id=KEY_ID, key=KEY, now=now())
    return client.post(api.BULK_PATH, data=body, headers=signed)


def told(answer: Any) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    *rows, end = [json.loads(line) for line in answer.text.splitlines()]
    return rows, end


def test_each_row_has_its_line_in_order_and_the_end_counts_them(client: FlaskClient) -> None:
    wrong = row(2, phone="1")
    body = lines(row(1), wrong, row(3)) + b"\n\nno JSON\n[1]\n"

    answer = send(client, body)

    assert (answer.status_code, answer.mimetype) == (200, "application/x-ndjson")
    rows, end = told(answer)
    assert [(r["row"], r["registration_number"], r["status"]) for r in rows] == [
        (1, "TJ-00001", "created"),
        (2, "TJ-00002", "refused"),
        (3, "TJ-00003", "created"),
        (4, "", "refused"),
        (5, "", "refused"),
    ]
    assert "phone" in rows[1]["reason"]
    assert wrong["id_number"] not in answer.text
    assert end == {"rows": 5, "accepted": 2, "refused": 3}


def test_the_whole_sent_again_changes_nothing(room: Room, client: FlaskClient) -> None:
    body = lines(*(row(n) for n in range(1, 4)))

    send(client, body)
    rows, end = told(send(client, body))

    assert {r["status"] for r in rows} == {"unchanged"}
    assert end["accepted"] == 3
    assert room.rows("SELECT count(*) AS n FROM registration")[0].n == 3


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_of_a_number_that_comes_twice_the_higher_version_holds(
    room: Room, client: FlaskClient, order: tuple[int, int]
) -> None:
    by_version = {v: row(1, version=v, facts=FACTS | {"military": v == 2}) for v in (1, 2)}

    rows, _ = told(send(client, lines(*(by_version[v] for v in order))))

    second = "updated" if order == (1, 2) else "outdated"
    assert [r["status"] for r in rows] == ["created", second]
    (kept,) = room.rows("SELECT version, facts->>'military' AS military FROM registration")
    assert (kept.version, kept.military) == (2, "true")


def test_batches_are_safe_one_by_one_and_a_cut_answer_lacks_its_last_line(
    room: Room, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "BATCH_ROWS", 2)
    body = lines(*(row(n) for n in range(1, 6)))

    with send(client, body) as answer:
        first = [next(answer.response) for _ in range(2)]  # the caller hangs up

    assert all(b"created" in line for line in first)
    assert room.rows("SELECT count(*) AS n FROM registration")[0].n == 2
    rows, end = told(send(client, body))
    assert [r["status"] for r in rows] == ["unchanged"] * 2 + ["created"] * 3
    assert end["rows"] == 5


def test_a_bulk_is_believed_once_and_by_its_whole_body(client: FlaskClient) -> None:
    body = lines(row(1))
    signed = sign("POST", api.BULK_PATH, body, key_id=KEY_ID, key=KEY, now=now())

    altered = client.post(api.BULK_PATH, data=body + b" ", headers=signed)
    first = client.post(api.BULK_PATH, data=body, headers=signed)
    again = client.post(api.BULK_PATH, data=body, headers=signed)
    unsigned = client.post(api.BULK_PATH, data=body)

    assert [a.status_code for a in (altered, first, again, unsigned)] == [401, 200, 409, 401]


def test_too_many_rows_are_refused_before_any_is_taken(
    room: Room, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "MAX_ROWS", 2)

    answer = send(client, lines(*(row(n) for n in range(1, 4))))

    assert answer.status_code == 400
    assert room.rows("SELECT 1 FROM registration") == []


def test_a_body_beyond_the_limit_is_refused(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "MAX_BYTES", 2000)

    assert send(client, lines(*(row(n) for n in range(1, 8)))).status_code == 413


def test_a_line_beyond_its_limit_is_refused_alone(client: FlaskClient) -> None:
    rows, _ = told(send(client, lines(row(1, unit="x" * bulk.MAX_LINE_BYTES), row(2))))

    assert [r["status"] for r in rows] == ["refused", "created"]
