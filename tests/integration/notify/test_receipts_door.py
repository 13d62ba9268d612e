"""The door at which vendors leave receipts: a secret path, raw storage, 200 at once."""

import json
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from libs.common import messages as m
from services.notify.app import create_app
from services.notify.settings import WebProcessSettings
from tests.integration.notify.room import (
    EXAM,
    FIELD_KEYS,
    PHONE,
    Room,
    an_application,
    contact,
    reported,
    submitted,
)

TOKEN = "secret-path-of-the-test"
URL = f"/sms/receipts/tencent/{TOKEN}"


@pytest.fixture
def client(room: Room) -> Iterator[FlaskClient]:
    url = room.database.engine.url.set(drivername="postgresql")
    app = create_app(
        WebProcessSettings(
            notify_database_url=url.render_as_string(hide_password=False),
            notify_field_keys=FIELD_KEYS,
            cookie_key="key-of-the-test",
            trusted_hosts=("localhost",),
            sms_receipts_token=TOKEN,
        )
    )
    with app.test_client() as made:
        yield made
    app.extensions["database"].engine.dispose()


def test_a_pushed_receipt_is_answered_at_once_and_ends_the_delivery(
    room: Room, client: FlaskClient
) -> None:
    application = an_application()
    room.hear(EXAM)
    room.hear(contact(room, application))
    room.hear(submitted(application))
    (sms,) = room.said(m.SendSms)
    room.hear(reported(sms.delivery_id, "accepted", vendor_id="2028:7"))

    pushed = [{"sid": "2028:7", "report_status": "SUCCESS", "errmsg": "DELIVRD", "mobile": PHONE}]
    answer = client.post(URL, json=pushed)
    room.tick(seconds=1)

    assert answer.status_code == 200
    assert answer.get_json() == {"result": 0, "errmsg": "OK"}
    assert room.state() == "delivered"
    assert PHONE not in room.everything()


def test_each_vendor_hears_its_own_answer(client: FlaskClient) -> None:
    answer = client.post(f"/sms/receipts/aliyun/{TOKEN}", data=b"[]")

    assert answer.get_json()["code"] == 0


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"null", b'{"a": 1}', b"[" * 5000])
def test_whatever_is_pushed_is_stored_and_answered_and_never_blocks(
    room: Room, client: FlaskClient, body: bytes
) -> None:
    assert client.post(URL, data=body).status_code == 200

    room.tick(days=0, hours=1)

    assert [r.outcome for r in room.rows("SELECT outcome FROM raw_receipt")] == ["unreadable"]


@pytest.mark.parametrize(
    "path", ["/sms/receipts/tencent/wrong", "/sms/receipts/unknown/" + TOKEN, "/sms/receipts/"]
)
def test_without_the_secret_path_there_is_no_door(
    room: Room, client: FlaskClient, path: str
) -> None:
    assert client.post(path, json=[]).status_code == 404
    assert room.rows("SELECT 1 FROM raw_receipt") == []


def test_a_body_beyond_what_vendors_push_is_refused(client: FlaskClient) -> None:
    body = json.dumps(["x" * 300_000]).encode()

    assert client.post(URL, data=body).status_code == 413


def test_the_secret_path_stands_in_no_metric(client: FlaskClient) -> None:
    client.post(URL, json=[])

    metrics = client.get("/metrics").get_data(as_text=True)
    assert "/sms/receipts/<vendor>/<token>" in metrics
    assert TOKEN not in metrics


def test_the_secret_path_stands_in_no_log_when_the_database_is_away(
    room: Room, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    room.rows("ALTER TABLE raw_receipt RENAME TO away; SELECT 1")

    assert client.post(URL, json=[]).status_code == 500
    assert "request failed" in caplog.text
    assert TOKEN not in caplog.text
