"""What is red, what wants watching, and in which order it is told."""

import datetime as dt

import pytest

from ops.console import judge
from ops.console.judge import Level
from ops.console.reading import Backlog, Broker, Queue, Reading, Service, SmsCount
from ops.console.words import ALERTS

NOW = dt.datetime(2030, 2, 10, 4, tzinfo=dt.UTC)


def make_queue(name: str = "images", **other: object) -> Queue:
    values: dict[str, object] = {"depth": 0, "oldest_seconds": None, "workers": 2, **other}
    return Queue(name=name, **values)  # type: ignore[arg-type]


def make_reading(**other: object) -> Reading:
    values: dict[str, object] = {
        "at": NOW,
        "broker": Broker((make_queue(),), in_hand=0),
        "services": (Service("upload", web_ready=True, backlog=Backlog(0, None)),),
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


def test_when_all_is_well_nothing_is_told() -> None:
    assert codes(make_reading()) == []


def test_each_trouble_has_its_code_and_the_worst_comes_first() -> None:
    queues = (
        make_queue("images", workers=0),
        make_queue("sms", depth=1000),
        make_queue("review", depth=1, oldest_seconds=20),
        make_queue("shrink", degraded=1),
    )
    services = (
        Service("upload", web_ready=False, backlog=None),
        Service("review", web_ready=True, backlog=Backlog(3, 70.0), parked_total=2),
    )

    found = judge.alerts(make_reading(broker=Broker(queues, in_hand=0), services=services), now=NOW)

    assert {a.code for a in found} == {
        *("workers", "depth", "oldest", "database", "web", "outbox", "parked", "degraded"),
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

    assert ALERTS.keys() == told | {"parked", "degraded", "sms_account", "sms_failing"}
