"""Deliveries only move forward, try again where it can help, and never disturb the night."""

import datetime as dt
from typing import get_args
from zoneinfo import ZoneInfo

import pytest

from libs.common.errors import Misconfigured
from libs.common.messages import SmsClass
from services.notify.domain.delivery import (
    FINAL,
    MAX_TRIES,
    WITH_GATEWAY,
    Hours,
    State,
    Step,
    after_receipt,
    after_report,
    send_at,
)
from services.notify.domain.facts import Channel, Urgency

DAY = Hours.parse("08:00-21:00")
NOON = dt.datetime(2023, 2, 10, 4, tzinfo=dt.UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
CLASSES: tuple[SmsClass, ...] = get_args(SmsClass)


def _report(outcome: SmsClass, *, tries: int = 1, channel: Channel = Channel.SMS) -> Step | None:
    return after_report(State.SENDING, outcome, channel=channel, tries=tries, now=NOON)


@pytest.mark.parametrize("state", [s for s in State if s is not State.SENDING])
@pytest.mark.parametrize("outcome", CLASSES)
def test_a_report_changes_nothing_that_is_not_being_sent(state: State, outcome: SmsClass) -> None:
    assert after_report(state, outcome, channel=Channel.SMS, tries=1, now=NOON) is None


def test_what_the_gateway_accepted_waits_for_its_receipt() -> None:
    assert _report("accepted") == Step(State.ACCEPTED)


@pytest.mark.parametrize("outcome", ["bad_recipient", "content"])
def test_what_no_repetition_can_heal_has_failed(outcome: SmsClass) -> None:
    assert _report(outcome) == Step(State.FAILED, reason=outcome)


@pytest.mark.parametrize(
    ("outcome", "tries", "seconds"),
    [
        ("retryable", 1, 60),
        ("retryable", 2, 300),
        ("retryable", 5, 21600),
        ("throttled", 1, 5),
        ("account", 1, 600),
        ("number_limit", 1, 60),
        ("number_limit", 2, 3600),
        ("number_limit", 5, 86400),
    ],
)
def test_what_can_heal_is_due_again_later(outcome: SmsClass, tries: int, seconds: int) -> None:
    due_at = NOON + dt.timedelta(seconds=seconds)

    step = _report(outcome, tries=tries)

    assert step == Step(State.QUEUED, due_at=due_at, reason=outcome)


@pytest.mark.parametrize("outcome", ["retryable", "throttled", "account", "number_limit"])
def test_after_the_last_try_it_has_failed(outcome: SmsClass) -> None:
    assert _report(outcome, tries=MAX_TRIES) == Step(State.FAILED, reason=outcome)


def test_unknown_waits_for_a_receipt_before_it_is_asked_about() -> None:
    step = _report("unknown")

    assert step == Step(State.UNKNOWN, NOON + dt.timedelta(seconds=60), "unknown")


def test_unknown_after_the_last_try_only_waits() -> None:
    assert _report("unknown", tries=MAX_TRIES) == Step(State.UNKNOWN, None, "unknown")


@pytest.mark.parametrize("outcome", [c for c in CLASSES if c != "accepted"])
def test_a_code_is_never_due_again(outcome: SmsClass) -> None:
    step = _report(outcome, channel=Channel.CODE)

    assert step is not None
    assert step.due_at is None
    assert step.state is (State.UNKNOWN if outcome == "unknown" else State.FAILED)


@pytest.mark.parametrize("state", sorted(FINAL))
@pytest.mark.parametrize("delivered", [True, False])
def test_what_has_ended_stays_as_it_ended(state: State, *, delivered: bool) -> None:
    assert after_receipt(state, delivered=delivered, code="X") is None


@pytest.mark.parametrize("state", sorted(set(State) - FINAL))
def test_what_arrived_has_arrived(state: State) -> None:
    assert after_receipt(state, delivered=True, code="DELIVRD") == Step(State.DELIVERED)


@pytest.mark.parametrize("state", sorted(WITH_GATEWAY))
def test_the_carrier_can_say_that_it_did_not_arrive(state: State) -> None:
    step = after_receipt(state, delivered=False, code="MK:0010")

    assert step == Step(State.UNDELIVERED, reason="MK:0010")


def test_an_old_failure_does_not_end_what_is_queued_again() -> None:
    assert after_receipt(State.QUEUED, delivered=False, code="MK:0010") is None


@pytest.mark.parametrize("state", sorted(WITH_GATEWAY))
def test_an_old_failure_does_not_end_what_was_sent_again(state: State) -> None:
    step = after_receipt(state, delivered=False, code="MK:0010", of_latest_try=False)

    assert step is None


@pytest.mark.parametrize(
    ("local", "expected"),
    [
        ("2023-02-10T07:59:59", "2023-02-10T08:00:00"),
        ("2023-02-10T08:00:00", "2023-02-10T08:00:00"),
        ("2023-02-10T20:59:59", "2023-02-10T20:59:59"),
        ("2023-02-10T21:00:00", "2023-02-11T08:00:00"),
        ("2023-02-28T23:30:00", "2023-03-01T08:00:00"),
        ("2023-02-10T00:00:00", "2023-02-10T08:00:00"),
    ],
)
def test_bulk_leaves_between_eight_and_nine_pm_of_the_exams_zone(local: str, expected: str) -> None:
    now = dt.datetime.fromisoformat(local).replace(tzinfo=SHANGHAI)

    at = send_at(Urgency.DAYTIME, now=now.astimezone(dt.UTC), zone=SHANGHAI, hours=DAY)

    assert at == dt.datetime.fromisoformat(expected).replace(tzinfo=SHANGHAI)


def test_what_is_urgent_leaves_at_night() -> None:
    night = dt.datetime(2023, 2, 10, 18, tzinfo=dt.UTC)

    assert send_at(Urgency.NOW, now=night, zone=SHANGHAI, hours=DAY) == night


def test_the_zone_of_the_exam_counts_not_ours() -> None:
    evening_there = dt.datetime(2023, 2, 10, 14, tzinfo=dt.UTC)

    assert (
        send_at(Urgency.DAYTIME, now=evening_there, zone=ZoneInfo("UTC"), hours=DAY)
        == evening_there
    )
    assert send_at(Urgency.DAYTIME, now=evening_there, zone=SHANGHAI, hours=DAY) > evening_there


def test_at_all_hours_nothing_waits_for_the_morning() -> None:
    night = dt.datetime(2023, 2, 10, 18, tzinfo=dt.UTC)
    always = Hours.parse("00:00-24:00")

    assert send_at(Urgency.DAYTIME, now=night, zone=SHANGHAI, hours=always) == night


@pytest.mark.parametrize("text", ["", "8-21", "21:00-08:00", "08:00-24:01", "08:60-21:00"])
def test_hours_that_are_none_stop_the_start(text: str) -> None:
    with pytest.raises(Misconfigured, match="SMS_HOURS"):
        Hours.parse(text)
