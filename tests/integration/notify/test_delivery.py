"""From the gateway's answers and the carriers' receipts to the end of each delivery."""

import json
import uuid

import pytest
from sqlalchemy import event, text

from libs.common import messages as m
from libs.common.fields import FieldCipher
from services.notify.operations.close import store_receipt
from tests.integration.notify.room import (
    EXAM,
    FIELD_KEYS,
    PHONE,
    Room,
    an_application,
    contact,
    published,
    reported,
    submitted,
)


@pytest.fixture
def sent(room: Room) -> m.DeliveryId:
    """An SMS that is with the worker."""
    application = an_application()
    room.hear(EXAM)
    room.hear(contact(room, application))
    room.hear(submitted(application))
    delivery: m.DeliveryId = room.said(m.SendSms)[0].delivery_id
    return delivery


def _push(room: Room, *sids: str, status: str = "SUCCESS") -> None:
    body = [
        {"sid": sid, "report_status": status, "errmsg": "DELIVRD", "mobile": PHONE} for sid in sids
    ]
    _push_raw(room, json.dumps(body).encode())


def _push_raw(room: Room, body: bytes, *, vendor: str = "tencent") -> None:
    with room.database.transaction() as session:
        cipher = FieldCipher(FIELD_KEYS)
        store_receipt(session, vendor=vendor, body=body, cipher=cipher, now=room.now)


def test_accepted_and_receipted_is_delivered(room: Room, sent: m.DeliveryId) -> None:
    room.hear(reported(sent, "accepted", vendor_id="2028:1"), copies=2)
    assert room.state() == "accepted"

    _push(room, "2028:1")
    room.tick(seconds=1)

    assert room.state() == "delivered"


def test_a_receipt_before_the_answer_is_matched_later(room: Room, sent: m.DeliveryId) -> None:
    _push(room, "2028:1")
    room.tick(seconds=1)
    assert room.state() == "sending"

    room.hear(reported(sent, "accepted", vendor_id="2028:1"))
    room.tick(seconds=10)

    assert room.state() == "delivered"
    assert [r.outcome for r in room.rows("SELECT outcome FROM raw_receipt")] == ["matched"]


def test_receipts_twice_and_out_of_order_change_no_end(room: Room, sent: m.DeliveryId) -> None:
    room.hear(reported(sent, "accepted", vendor_id="2028:1"))

    _push(room, "2028:1")
    room.tick(seconds=1)
    _push(room, "2028:1", status="FAIL")
    _push(room, "2028:1")
    room.tick(seconds=1)
    room.hear(reported(sent, "unknown"), times=2)

    assert room.state() == "delivered"


def test_a_carriers_refusal_ends_it_with_its_code(room: Room, sent: m.DeliveryId) -> None:
    room.hear(reported(sent, "accepted", vendor_id="2028:1"))

    _push(room, "2028:1", status="FAIL")
    room.tick(seconds=1)

    assert room.state() == "undelivered DELIVRD"


def test_one_push_may_hold_receipts_of_others(room: Room, sent: m.DeliveryId) -> None:
    room.hear(reported(sent, "accepted", vendor_id="2028:1"))

    _push(room, "2028:9", "2028:1")
    room.tick(seconds=1)

    assert room.state() == "delivered"
    room.tick(hours=73)
    room.tick(hours=1)
    assert [r.outcome for r in room.rows("SELECT outcome FROM raw_receipt")] == ["orphan"]


@pytest.mark.parametrize(
    "body",
    [b"", b"not json", b"{}", b"[1]", b'[{"sid": "1"}]', b"\xff\x00", b"null", b"[" * 9999],
)
def test_a_receipt_that_nobody_can_read_is_kept_and_blocks_nothing(
    room: Room, sent: m.DeliveryId, body: bytes
) -> None:
    room.hear(reported(sent, "accepted", vendor_id="2028:1"))

    _push_raw(room, body)
    _push(room, "2028:1")
    room.tick(seconds=1)

    outcomes = {r.outcome for r in room.rows("SELECT outcome FROM raw_receipt")}
    assert outcomes == {"unreadable", "matched"}
    assert room.state() == "delivered"


def test_a_receipt_with_characters_that_no_database_takes_blocks_nothing(
    room: Room, sent: m.DeliveryId
) -> None:
    room.hear(reported(sent, "accepted", vendor_id="2028:1"))

    _push_raw(room, b'[{"sid": "\\u0000\\ud800", "report_status": "FAIL", "errmsg": "\\u0000"}]')
    _push(room, "\x002028:1")
    room.tick(seconds=1)

    assert room.state() == "delivered"


@pytest.mark.parametrize(
    ("vendor", "item"),
    [
        ("tencent", {"sid": None, "report_status": "SUCCESS"}),
        ("tencent", {"sid": "", "report_status": "SUCCESS"}),
        ("aliyun", {"biz_id": None, "out_id": None, "success": True}),
        ("http", {"id": 0, "out_id": "no id", "delivered": True}),
    ],
)
def test_a_receipt_that_names_nothing_ends_nothing(
    room: Room, sent: m.DeliveryId, vendor: str, item: dict[str, object]
) -> None:
    with room.database.transaction() as session:
        session.execute(
            text("UPDATE delivery SET vendor = :v WHERE id = :i"), {"v": vendor, "i": sent}
        )

    _push_raw(room, json.dumps([item]).encode(), vendor=vendor)
    room.tick(seconds=1)

    assert room.state() == "sending"
    room.tick(hours=73)
    assert [r.outcome for r in room.rows("SELECT outcome FROM raw_receipt")] == ["orphan"]


def test_many_receipts_are_matched_by_a_few_statements(room: Room) -> None:
    people = [an_application() for _ in range(40)]
    room.hear(EXAM)
    for number, application in enumerate(people):
        room.hear(contact(room, application, phone=f"139{number:08d}"))
        room.hear(submitted(application))
    for number, command in enumerate(room.said(m.SendSms)):
        room.hear(reported(command.delivery_id, "accepted", vendor_id=f"2028:{number}"))
        _push(room, f"2028:{number}", status="FAIL" if number == 7 else "SUCCESS")
    said: list[str] = []

    def note(_c: object, _k: object, statement: str, *_: object) -> None:
        said.append(statement)

    event.listen(room.database.engine, "before_cursor_execute", note)
    room.tick(seconds=1)
    event.remove(room.database.engine, "before_cursor_execute", note)

    states = room.rows("SELECT state FROM delivery WHERE channel = 'sms' ORDER BY state")
    assert [row.state for row in states] == ["delivered"] * 39 + ["undelivered"]
    assert len([one for one in said if "delivery" in one]) < 20


def test_raw_receipts_are_encrypted_and_forgotten_after_a_month(
    room: Room, sent: m.DeliveryId
) -> None:
    room.hear(reported(sent, "accepted", vendor_id="2028:1"))
    _push(room, "2028:1")
    assert PHONE not in room.everything()

    room.tick(seconds=1)
    room.tick(days=31)

    assert room.rows("SELECT id FROM raw_receipt") == []


def test_what_was_not_sent_is_sent_again_when_it_is_due(room: Room, sent: m.DeliveryId) -> None:
    room.hear(reported(sent, "retryable"))
    assert room.state() == "queued retryable"

    room.tick(seconds=59)
    assert len(room.said(m.SendSms)) == 1
    room.tick(seconds=1)

    first, second = room.said(m.SendSms)
    assert second.delivery_id == first.delivery_id == sent
    assert not second.resend


def test_at_most_six_tries(room: Room, sent: m.DeliveryId) -> None:
    for _ in range(6):
        room.hear(reported(sent, "throttled"))
        room.tick(minutes=20)

    assert len(room.said(m.SendSms)) == 6
    assert room.state() == "failed throttled"


def test_unknown_waits_and_is_asked_about_by_a_marked_resend(
    room: Room, sent: m.DeliveryId
) -> None:
    room.hear(reported(sent, "unknown"))
    room.tick(seconds=59)
    assert len(room.said(m.SendSms)) == 1

    room.tick(seconds=1)

    assert [s.resend for s in room.said(m.SendSms)] == [False, True]
    assert room.state() == "sending"


def test_a_receipt_ends_unknown_without_a_second_sms(room: Room, sent: m.DeliveryId) -> None:
    room.hear(reported(sent, "unknown", vendor_id="2028:1"))
    _push(room, "2028:1")

    room.tick(seconds=1)
    room.tick(hours=2)

    assert room.state() == "delivered"
    assert len(room.said(m.SendSms)) == 1


@pytest.mark.parametrize("outcome", ["bad_recipient", "content"])
def test_what_cannot_heal_fails_at_once(
    room: Room, sent: m.DeliveryId, outcome: m.SmsClass
) -> None:
    room.hear(reported(sent, outcome), times=2)
    room.tick(days=1)

    assert room.state() == f"failed {outcome}"
    assert len(room.said(m.SendSms)) == 1


def test_a_number_at_its_limit_waits_for_the_next_window(room: Room, sent: m.DeliveryId) -> None:
    room.hear(reported(sent, "number_limit"))
    room.tick(minutes=1)
    room.hear(reported(sent, "number_limit"))
    room.tick(minutes=59)
    assert len(room.said(m.SendSms)) == 2

    room.tick(minutes=1)

    assert len(room.said(m.SendSms)) == 3


def test_a_retry_that_falls_into_the_night_waits_for_the_morning(
    room: Room, sent: m.DeliveryId
) -> None:
    room.tick(hours=8, minutes=59)  # 20:59 there
    room.hear(reported(sent, "retryable"))

    room.tick(minutes=5)
    assert len(room.said(m.SendSms)) == 1
    room.tick(hours=11)

    assert len(room.said(m.SendSms)) == 2


def test_without_a_receipt_in_72_hours_it_closes_as_such(room: Room, sent: m.DeliveryId) -> None:
    room.hear(reported(sent, "accepted", vendor_id="2028:1"))

    room.tick(hours=72)
    assert room.state() == "accepted"
    room.tick(seconds=1)

    assert room.state() == "undelivered no_receipt"
    assert room.state("in_app") == "accepted"


def test_a_report_of_what_notify_never_sent_is_parked(room: Room) -> None:
    room.hear(reported(m.DeliveryId(uuid.uuid4()), "accepted"))

    assert room.parked() == ["SmsReported of a delivery that notify does not know"]


def test_ticks_that_come_twice_or_late_send_nothing_twice(room: Room) -> None:
    applications = [an_application() for _ in range(5)]
    room.hear(EXAM)
    for application in applications:
        room.hear(contact(room, application))
    room.hear(published(*applications))

    room.tick(seconds=1)
    room.tick(seconds=0)
    room.now = room.now.replace(minute=0, second=0)
    room.tick(seconds=0)

    assert len(room.said(m.SendSms)) == len(room.said(m.InAppPosted)) == 5


def test_bulk_is_sent_by_one_process_at_a_time(room: Room) -> None:
    applications = [an_application() for _ in range(5)]
    room.hear(EXAM)
    for application in applications:
        room.hear(contact(room, application))
    room.hear(published(*applications))

    with room.database.transaction() as other:
        other.execute(text("SELECT pg_advisory_xact_lock(hashtext('notify bulk'))"))
        room.tick(seconds=1)
        assert room.said(m.SendSms) == []
    room.tick(seconds=1)

    assert len(room.said(m.SendSms)) == 5
