"""Two vendors: who gets the next SMS, what one refuses, and how the weights move."""

from collections import Counter
from collections.abc import Iterator

import pytest

from libs.common import messages as m
from services.notify.operations.vendors import pin
from tests.integration.notify.room import (
    EXAM,
    Room,
    an_application,
    code_request,
    contact,
    published,
)
from tests.servers import PostgresForTests


@pytest.fixture
def room(postgres: PostgresForTests) -> Iterator[Room]:
    made = Room(postgres.fresh_database("notify"), vendors=("tencent", "aliyun"))
    made.hear(EXAM)
    made.tick(seconds=1)
    yield made
    made.database.engine.dispose()


def tell(room: Room, count: int) -> list[m.SendSms]:
    """So many SMS to as many people; the commands that they made."""
    before = len(room.said(m.SendSms))
    applications = [an_application() for _ in range(count)]
    for number, application in enumerate(applications):
        room.hear(contact(room, application, phone=f"139{number:08d}"))
    room.hear(published(*applications))
    room.tick(seconds=1)
    return list(room.said(m.SendSms)[before:])


def report(room: Room, command: m.SendSms, outcome: m.SmsClass, **other: object) -> None:
    listed = bool(other.get("is_listed", True))
    room.hear(
        m.SmsReported(
            delivery_id=command.delivery_id,
            outcome=outcome,
            vendor=command.vendor,
            vendor_code=outcome,
            vendor_id=None,
            is_listed=listed,
        )
    )


def weights(room: Room) -> dict[str, int]:
    return {row.name: row.weight for row in room.rows("SELECT name, weight FROM vendor")}


def test_two_vendors_begin_at_51_and_49_and_both_send(room: Room) -> None:
    assert weights(room) == {"tencent": 51, "aliyun": 49}

    sent = Counter(command.vendor for command in tell(room, 60))

    assert sent["tencent"] > 10
    assert sent["aliyun"] > 10


@pytest.mark.parametrize("outcome", ["content", "account", "retryable"])
def test_what_one_vendor_refuses_goes_to_the_other_at_once_and_then_rests(
    room: Room, outcome: m.SmsClass
) -> None:
    (first,) = tell(room, 1)
    report(room, first, outcome)
    room.tick(seconds=1)
    (_, second) = room.said(m.SendSms)

    assert {first.vendor, second.vendor} == {"tencent", "aliyun"}
    assert not second.resend
    report(room, second, outcome)
    room.tick(seconds=1)
    assert len(room.said(m.SendSms)) == 2


@pytest.mark.parametrize(("outcome", "seconds"), [("number_limit", 61), ("unknown", 61)])
def test_a_limit_of_the_number_and_an_unknown_fate_stay_with_their_vendor(
    room: Room, outcome: m.SmsClass, seconds: int
) -> None:
    for command in tell(room, 8):
        report(room, command, outcome)
    room.tick(seconds=seconds)

    by_delivery: dict[object, set[str]] = {}
    for command in room.said(m.SendSms):
        by_delivery.setdefault(command.delivery_id, set()).add(command.vendor)
    assert all(len(vendors) == 1 for vendors in by_delivery.values())
    assert len(room.said(m.SendSms)) == 16


def test_a_vendor_that_fails_gives_way_to_its_probe_and_heals(room: Room) -> None:
    room.tick(minutes=2)
    shares = []
    for _ in range(4):
        for command in tell(room, 50):
            report(room, command, "unknown" if command.vendor == "tencent" else "accepted")
        room.tick(seconds=1)
        shares.append(weights(room)["tencent"])
        room.tick(seconds=60)

    assert shares[0] == 41
    assert shares == sorted(shares, reverse=True)
    assert 5 <= shares[-1] <= 21
    for _ in range(8):
        room.tick(minutes=16)

    assert weights(room) == {"tencent": 51, "aliyun": 49}
    reasons = [r.reason for r in room.rows("SELECT reason FROM vendor_change ORDER BY at, id")]
    assert {"configured", "errors", "relief", "healing"} == set(reasons)


def test_a_refused_account_keeps_its_probe_alone_and_codes_avoid_it(room: Room) -> None:
    pin_of(room, "tencent", 51)
    pin_of(room, "tencent", None)
    command = next(c for c in tell(room, 20) if c.vendor == "tencent")
    report(room, command, "account")
    room.tick(seconds=1)

    assert weights(room) == {"tencent": 5, "aliyun": 95}
    for _ in range(12):
        room.hear(code_request(room))
    assert {command.vendor for command in room.said(m.SendCode)} == {"aliyun"}


def test_a_pinned_vendor_stays_where_a_person_put_it(room: Room) -> None:
    pin_of(room, "tencent", 0)

    assert {command.vendor for command in tell(room, 10)} == {"aliyun"}
    room.tick(hours=2)

    assert weights(room)["tencent"] == 0
    (row,) = room.rows("SELECT details FROM audit WHERE action = 'vendor.pinned'")
    assert row.details["reason"] == "样例：合同到期"


def test_a_code_that_no_table_lists_is_named_as_such(room: Room) -> None:
    (first,) = tell(room, 1)
    report(room, first, "content", is_listed=False)

    (row,) = room.rows("SELECT reason FROM delivery WHERE channel = 'sms'")
    assert row.reason == "unlisted_code"


def pin_of(room: Room, name: str, weight: int | None) -> None:
    with room.database.transaction() as session:
        pin(session, name, weight, reason="样例：合同到期", actor="staff:ops1", now=room.now)
