"""Fifty thousand registrations in one request: a line for each row, in any order, twice (R3)."""

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from libs.common import messages as m
from libs.common.clock import now
from libs.common.signing import sign
from libs.common.web import refusals
from services.upload import api, bulk
from services.upload import refusals as upload_refusals
from services.upload.domain.registration import Record
from services.upload.operations import newcomers
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


@contextmanager
def statements(room: Room) -> Iterator[list[str]]:
    """What is said to the database meanwhile."""
    said: list[str] = []

    def note(_c: object, _k: object, statement: str, *_: object) -> None:
        said.append(statement)

    event.listen(room.database.engine, "before_cursor_execute", note)
    yield said
    event.remove(room.database.engine, "before_cursor_execute", note)


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


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"no JSON", "is not JSON"),
        (b"\xff\xfe", "is not JSON"),
        (b"[" * 9000, "is not JSON"),
        (b'{"registration_number": "\\ud800"}', "exam: is missing"),
        (b'{"registration_number": "TJ-00009", "version": NaN}', "exam: is missing"),
        (b"x" * (bulk.MAX_LINE_BYTES + 1), "is longer than"),
    ],
)
def test_a_line_of_garbage_is_named_and_holds_up_no_other(
    client: FlaskClient, line: bytes, why: str
) -> None:
    rows, end = told(send(client, lines(row(1)) + b"\n" + line + b"\n" + lines(row(2))))

    assert [r["status"] for r in rows] == ["created", "refused", "created"]
    assert why in rows[1]["reason"]
    assert end["accepted"] == 2


def test_a_batch_reads_and_writes_all_its_rows_together(room: Room, client: FlaskClient) -> None:
    with statements(room) as small:
        told(send(client, lines(*(row(n) for n in range(1, 3)))))
    with statements(room) as large:
        told(send(client, lines(*(row(n) for n in range(3, 103)))))
    with statements(room) as again:
        told(send(client, lines(*(row(n) for n in range(3, 103)))))

    assert len(large) == len(small)
    assert len(again) <= len(large)


def test_new_changed_and_known_rows_of_one_batch_each_have_their_due(
    room: Room, client: FlaskClient
) -> None:
    send(client, lines(row(1), row(2), row(3)))

    changed = row(2, version=2, phone="13700000002")
    rows, _ = told(send(client, lines(row(1, version=3), changed, row(3, version=0), row(4))))

    assert [r["status"] for r in rows] == ["unchanged", "updated", "unchanged", "created"]
    found = room.rows("SELECT number, version, revision FROM registration ORDER BY number")
    assert [(f.version, f.revision) for f in found] == [(3, 1), (2, 2), (1, 1), (1, 1)]
    contacts = [(t.registration_number, t.revision) for t in room.said(m.ContactChanged)]
    assert sorted(contacts) == [(f"TJ-0000{n}", 1) for n in (1, 2)] + [("TJ-00002", 2)] + [
        (f"TJ-0000{n}", 1) for n in (3, 4)
    ]
    received = room.rows("SELECT subject FROM audit WHERE action = 'registration.received'")
    assert len({one.subject for one in received}) == 4


def test_an_id_number_that_one_row_gives_up_the_next_may_have(
    room: Room, client: FlaskClient
) -> None:
    send(client, lines(row(1), row(2)))

    moved = [row(1, version=2, id_number=id_number(7)), row(2, version=2, id_number=id_number(1))]
    late = row(3, id_number=id_number(2))
    rows, _ = told(send(client, lines(*moved, late, row(4, id_number=id_number(7)))))

    assert [r["status"] for r in rows] == ["updated", "updated", "created", "refused"]
    assert "stands under the number TJ-00001 already" in rows[3]["reason"]


def test_of_two_new_rows_of_one_person_the_second_is_refused(client: FlaskClient) -> None:
    rows, _ = told(send(client, lines(row(1), row(2, id_number=id_number(1)))))

    assert [r["status"] for r in rows] == ["created", "refused"]


def test_a_row_that_cannot_be_written_is_refused_alone(
    room: Room, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    genuine = newcomers.create

    def create(session: Session, records: Sequence[Record], **more: Any) -> None:
        genuine(session, records, **more)
        if any(record.number == "TJ-00002" for record in records):
            session.execute(text("SELECT 1 / 0"))

    monkeypatch.setattr(newcomers, "create", create)

    rows, end = told(send(client, lines(*(row(n) for n in range(1, 4)))))

    assert [r["status"] for r in rows] == ["created", "refused", "created"]
    assert rows[1]["reason"] == bulk.NOT_STORED
    assert end == {"rows": 3, "accepted": 2, "refused": 1}
    assert room.rows("SELECT count(*) AS n FROM registration")[0].n == 2


def test_of_two_bulks_at_once_the_newest_version_of_each_holds(
    room: Room, client: FlaskClient
) -> None:
    def bulk_of(version: int) -> Any:
        facts = FACTS | {"military": version % 2 == 0}
        rows = [row(n, version=version, facts=facts) for n in range(1, 31)]
        one = client.application.test_client()
        return told(send(one, lines(*(reversed(rows) if version % 2 else rows))))[1]

    with ThreadPoolExecutor(4) as pool:
        ends = list(pool.map(bulk_of, (3, 1, 4, 2)))

    assert {end["accepted"] for end in ends} == {30}
    found = room.rows("SELECT DISTINCT version, facts->>'military' AS military FROM registration")
    assert [(f.version, f.military) for f in found] == [(4, "true")]
