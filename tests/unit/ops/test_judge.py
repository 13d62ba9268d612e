"""What is red, what wants watching, and in which order it is told."""

import datetime as dt
from typing import Any

import pytest

from ops.console import judge
from ops.console.judge import Alert, Level, Standing
from ops.console.reading import (
    Backlog,
    Broker,
    Owed,
    Queue,
    Reading,
    Service,
    SmsCount,
    SmsDay,
    Vendor,
    Vendors,
)
from ops.console.words import ALERTS
from services.notify.domain import vendors

NOW = dt.datetime(2030, 2, 10, 4, tzinfo=dt.UTC)


def make_queue(name: str = "images", **other: object) -> Queue:
    values: dict[str, object] = {"depth": 0, "oldest_seconds": None, "workers": 2, **other}
    return Queue(name=name, **values)  # type: ignore[arg-type]


def make_reading(**other: object) -> Reading:
    values: dict[str, object] = {
        "at": NOW,
        "broker": Broker((make_queue(),), in_hand=0),
        "services": (Service("upload", web_ready=True, backlog=Backlog()),),
        "sms": (),
        **other,
    }
    return Reading(**values)  # type: ignore[arg-type]


def codes(reading: Reading, *, seconds_later: float = 0) -> list[str]:
    now = NOW + dt.timedelta(seconds=seconds_later)
    return [alert.code for alert in judge.alerts(reading, now=now)]


@pytest.mark.parametrize(
    ("name", "oldest", "level"),
    [
        ("codes", 1.9, Level.OK),
        ("codes", 2, Level.WATCH),
        ("codes", 5, Level.RED),
        ("images", 9, Level.OK),
        ("images", 10, Level.WATCH),
        ("images", 60, Level.RED),
        ("sms", 59, Level.OK),
        ("sms", 600, Level.RED),
        ("review", 15, Level.WATCH),
    ],
)
def test_each_queue_has_its_own_patience(name: str, oldest: float, level: Level) -> None:
    assert judge.of_queue(make_queue(name, depth=1, oldest_seconds=oldest)) is level


def test_a_queue_without_workers_is_red_though_it_is_empty() -> None:
    assert judge.of_queue(make_queue(workers=0)) is Level.RED


def test_a_full_queue_is_red() -> None:
    assert judge.of_queue(make_queue(depth=1000, oldest_seconds=1)) is Level.RED


def test_what_relays_hold_back_waits_with_its_queue() -> None:
    held = make_queue("reader", depth=40, oldest_seconds=12, owed=900, owed_seconds=310)
    flowing = make_queue("reader", depth=3, oldest_seconds=2, owed=900, owed_seconds=310)

    assert judge.of_queue(held) is Level.WATCH
    assert judge.of_queue(flowing) is Level.OK


@pytest.mark.parametrize(
    ("queue", "seconds", "told"),
    [("review", 61, ["outbox"]), ("reader", 299, []), ("reader", 301, ["outbox"])],
)
def test_an_outbox_has_the_patience_of_the_queue_it_writes_for(
    queue: str, seconds: float, told: list[str]
) -> None:
    backlog = Backlog((Owed(queue, 7, seconds),))

    assert (
        codes(make_reading(services=(Service("upload", web_ready=True, backlog=backlog),))) == told
    )


def test_when_all_is_well_nothing_is_told() -> None:
    assert codes(make_reading()) == []


def test_each_trouble_has_its_code_and_the_worst_comes_first() -> None:
    queues = (
        make_queue("images", workers=0),
        make_queue("sms", depth=1000),
        make_queue("review", depth=1, oldest_seconds=20),
        make_queue("shrink", degraded=1),
        make_queue("reader", degraded=1),
    )
    late = Backlog((Owed("upload", 3, 70.0),))
    services = (
        Service("upload", web_ready=False, backlog=None),
        Service("review", web_ready=True, backlog=late, parked_total=2),
    )

    found = judge.alerts(make_reading(broker=Broker(queues, in_hand=0), services=services), now=NOW)

    assert {a.code for a in found} == {
        *("workers", "depth", "oldest", "database", "web", "outbox", "parked", "degraded"),
        "second_engine",
    }
    levels = [a.level for a in found]
    assert levels == sorted(levels, reverse=True)


def test_old_numbers_and_a_silent_redis_are_said() -> None:
    assert codes(make_reading(broker=None), seconds_later=21) == ["stale", "redis"]


def test_a_vendor_that_refuses_is_red_at_the_first_sms() -> None:
    sms = (SmsCount("sms", "queued", "account", 1),)

    assert codes(make_reading(sms=sms)) == ["sms_account"]


@pytest.mark.parametrize(
    ("failed", "good", "expected"),
    [(19, 0, []), (0, 40, []), (1, 39, []), (2, 38, ["sms_failing"]), (10, 30, ["sms_failing"])],
)
def test_the_share_of_failures_counts_when_there_are_enough(
    failed: int, good: int, expected: list[str]
) -> None:
    sms = (
        SmsCount("sms", "failed", "bad_recipient", failed),
        SmsCount("sms", "delivered", "", good),
    )

    assert codes(make_reading(sms=sms)) == expected


def test_every_alert_has_words() -> None:
    told = {"stale", "redis", "workers", "depth", "oldest", "database", "outbox", "web"}

    sms = {"vendor_probe", "vendors_down", "sms_cap"}
    short = {"degraded", "second_engine"}
    assert ALERTS.keys() == told | sms | short | {"parked", "sms_account", "sms_failing"}


def make_vendor(name: str = "tencent", **other: object) -> Vendor:
    values: dict[str, object] = {"weight": 51, "resting": 51, "changed_at": NOW, **other}
    return Vendor(name=name, **values)  # type: ignore[arg-type]


def test_probe_and_breaker_are_those_of_notify() -> None:
    assert judge.PROBE_POINTS == vendors.PROBE_POINTS
    assert (judge.ERROR_SHARE, judge.FEWEST_ATTEMPTS) == (
        vendors.ERROR_SHARE,
        vendors.FEWEST_ATTEMPTS,
    )


@pytest.mark.parametrize(
    ("seen", "standing"),
    [
        ({}, Standing.REST),
        ({"weight": 61}, Standing.REST),
        ({"weight": 41}, Standing.LOWERED),
        ({"weight": 41, "is_pinned": True}, Standing.PINNED),
        ({"attempts_lately": 9, "errors_lately": 9}, Standing.REST),
        ({"attempts_lately": 10, "errors_lately": 5}, Standing.ERRING),
        ({"weight": 5, "attempts_lately": 10, "errors_lately": 5}, Standing.PROBE),
        ({"weight": 0, "is_pinned": True}, Standing.PROBE),
    ],
)
def test_where_a_vendor_stands(seen: dict[str, Any], standing: Standing) -> None:
    assert judge.standing(make_vendor(**seen)) is standing


def test_one_vendor_at_its_probe_is_red_by_its_name() -> None:
    each = (make_vendor("aliyun", weight=5, resting=49), make_vendor(weight=95))

    (alert,) = judge.alerts(make_reading(vendors=Vendors(each)), now=NOW)

    assert alert == Alert("vendor_probe", Level.RED, "aliyun", 5)


def test_when_all_vendors_are_down_that_alone_is_told() -> None:
    erring = make_vendor(weight=95, attempts_lately=10, errors_lately=9)
    each = (make_vendor("aliyun", weight=5, resting=49), erring)

    assert codes(make_reading(vendors=Vendors(each))) == ["vendors_down"]
    assert codes(make_reading(vendors=Vendors())) == []


@pytest.mark.parametrize(
    ("sent", "cap", "level"),
    [(749, 1000, None), (750, 1000, Level.WATCH), (900, 1000, Level.RED), (0, 0, Level.RED)],
)
def test_nine_tenths_of_the_daily_cap_are_red(sent: int, cap: int, level: Level | None) -> None:
    reading = make_reading(vendors=Vendors(day=SmsDay(sent, cap)))

    found = judge.alerts(reading, now=NOW)

    assert [(a.code, a.level) for a in found] == ([("sms_cap", level)] if level else [])
