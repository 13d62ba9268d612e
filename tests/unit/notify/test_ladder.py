"""When somebody is reminded, when somebody is called, and who."""

import dataclasses as dc
import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from libs.common import nights
from services.notify.domain.delivery import Hours
from services.notify.domain.facts import FACTS, Channel
from services.notify.domain.ladder import Target, call_at, remind_at, whom
from services.notify.settings import ConsumerSettings

TOLD = dt.datetime(2023, 2, 20, 4, tzinfo=dt.UTC)


def hours(count: float) -> dt.timedelta:
    return dt.timedelta(hours=count)


@pytest.mark.parametrize(("whole", "before"), [(96, 24), (48, 24), (10, 5), (0, 0), (-1, 0)])
def test_a_call_is_due_a_day_before_the_end_or_at_half_of_a_short_time(
    whole: float, before: float
) -> None:
    due_at = TOLD + hours(whole)

    assert call_at(told_at=TOLD, due_at=due_at) == due_at - hours(before)


@pytest.mark.parametrize(
    ("whole", "first"), [(48, 24), (25, 1), (24.5, 21.5), (4, 1), (3.5, None), (1, None)]
)
def test_reminders_leave_a_day_and_three_hours_before_but_not_at_once(
    whole: float, first: float | None
) -> None:
    found = remind_at(told_at=TOLD, due_at=TOLD + hours(whole))

    assert found == (None if first is None else TOLD + hours(first))


def test_the_exam_says_when_the_first_reminder_leaves() -> None:
    found = remind_at(told_at=TOLD, due_at=TOLD + hours(48), first_hours=12)

    assert found == TOLD + hours(36)


def test_what_falls_due_by_night_is_reminded_of_in_the_evening_before() -> None:
    zone = ZoneInfo("Asia/Shanghai")
    due_at = dt.datetime(2023, 2, 22, 6, tzinfo=zone).astimezone(dt.UTC)
    turns = [TOLD]
    while (at := remind_at(told_at=turns[-1], due_at=due_at, zone=zone)) is not None:
        turns.append(at)

    assert [f"{at.astimezone(zone):%d %H:%M}" for at in turns[1:]] == [
        "21 06:00",
        "21 20:00",
        "22 03:00",
    ]


def test_the_evening_lies_an_hour_before_sms_rest_and_the_night_ends_with_it() -> None:
    default = next(f.default for f in dc.fields(ConsumerSettings) if f.name == "sms_hours")

    hours_of_day = Hours.parse(str(default))

    assert (nights.EVENING.hour + 1) * 60 == hours_of_day.ends
    assert nights.NIGHT_ENDS.hour * 60 == hours_of_day.begins


def test_after_the_first_reminder_comes_the_second() -> None:
    due_at = TOLD + hours(48)

    assert remind_at(told_at=due_at - hours(24), due_at=due_at) == due_at - hours(3)
    assert remind_at(told_at=due_at - hours(3), due_at=due_at) is None


@pytest.mark.parametrize(
    ("reason", "phone", "unit", "target"),
    [
        ("", True, True, Target.CANDIDATE),
        ("EXPIRED", True, True, Target.CANDIDATE),
        ("bad_recipient", True, True, Target.WORK_UNIT),
        ("MK:0001", True, True, Target.WORK_UNIT),
        ("no_phone", False, True, Target.WORK_UNIT),
        ("bad_recipient", True, False, Target.CANDIDATE),
        ("no_phone", False, False, None),
    ],
)
def test_a_dead_number_leads_to_the_work_unit(
    reason: str, *, phone: bool, unit: bool, target: Target | None
) -> None:
    assert whom(reason=reason, has_phone=phone, has_unit_phone=unit) == target


def test_nobody_is_called_without_having_been_written_to() -> None:
    for fact in FACTS.values():
        if Channel.CALL in fact.channels:
            assert {Channel.IN_APP, Channel.SMS} <= {*fact.channels}
