"""R12, R14: who is in time, and how the end is said."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.upload.domain.deadline import (
    Extension,
    Phase,
    Scope,
    Window,
    deciding,
    effective,
    end_words,
    moment_words,
    newest_reminder,
    reminders,
)

ZONE = "Asia/Shanghai"
OPENS = dt.datetime(2023, 2, 6, 16, tzinfo=dt.UTC)
ENDS = dt.datetime(2023, 2, 16, 16, tzinfo=dt.UTC)
GRACE = dt.timedelta(seconds=60)
TICK = dt.timedelta(microseconds=1)
HOUR = dt.timedelta(hours=1)
WINDOW = Window(opens_at=OPENS, ends_at=ENDS, grace=GRACE)


@pytest.mark.parametrize(
    ("began_at", "written_at", "admitted"),
    [
        (OPENS - TICK, OPENS + HOUR, False),
        (OPENS, OPENS, True),
        (ENDS - TICK, ENDS - TICK, True),
        (ENDS - TICK, ENDS, True),
        (ENDS - TICK, ENDS + GRACE - TICK, True),
        (ENDS - TICK, ENDS + GRACE, False),
        (ENDS, ENDS, False),
        (ENDS, ENDS + TICK, False),
        (ENDS + TICK, ENDS + GRACE, False),
    ],
)
def test_a_request_is_admitted_by_when_it_began_and_when_it_is_written(
    began_at: dt.datetime, written_at: dt.datetime, *, admitted: bool
) -> None:
    assert WINDOW.admits(began_at=began_at, written_at=written_at) is admitted


def test_a_gateway_clock_that_runs_ahead_refuses_nobody() -> None:
    assert WINDOW.admits(began_at=ENDS + dt.timedelta(seconds=2), written_at=ENDS - TICK)


moments = st.integers(-7200, 7200).map(lambda s: ENDS + dt.timedelta(seconds=s))


@given(moments, moments)
def test_nothing_is_written_after_end_and_grace(
    began_at: dt.datetime, written_at: dt.datetime
) -> None:
    admitted = WINDOW.admits(began_at=began_at, written_at=written_at)

    assert admitted == (min(began_at, written_at) < ENDS and written_at < WINDOW.closes_at)


@pytest.mark.parametrize(
    ("now", "phase"),
    [
        (OPENS - TICK, Phase.BEFORE),
        (OPENS, Phase.OPEN),
        (ENDS - TICK, Phase.OPEN),
        (ENDS, Phase.GRACE),
        (ENDS + GRACE - TICK, Phase.GRACE),
        (ENDS + GRACE, Phase.CLOSED),
    ],
)
def test_the_phase_follows_the_window(now: dt.datetime, phase: Phase) -> None:
    assert WINDOW.phase(now) is phase


def extension(scope: Scope, hours: int) -> Extension:
    return Extension(scope=scope, ends_at=ENDS + hours * HOUR)


def test_the_latest_end_holds_whoever_granted_it() -> None:
    extensions = [
        extension(Scope.APPLICATION, 1),
        extension(Scope.EXAM, 3),
        extension(Scope.SITE, 2),
    ]

    assert deciding(WINDOW, extensions) == extension(Scope.EXAM, 3)
    assert effective(WINDOW, extensions).ends_at == ENDS + 3 * HOUR
    assert effective(WINDOW, extensions).opens_at == OPENS


def test_of_equal_ends_the_narrowest_extension_is_named() -> None:
    extensions = [
        extension(Scope.EXAM, 2),
        extension(Scope.SITE, 2),
        extension(Scope.APPLICATION, 2),
    ]

    assert deciding(WINDOW, extensions) == extension(Scope.APPLICATION, 2)
    assert deciding(WINDOW, extensions[:2]) == extension(Scope.SITE, 2)


def test_an_extension_never_shortens() -> None:
    extensions = [extension(Scope.APPLICATION, -2), extension(Scope.SITE, 0)]

    assert deciding(WINDOW, extensions) is None
    assert effective(WINDOW, extensions) == WINDOW
    assert effective(WINDOW, []) == WINDOW


def test_midnight_at_the_end_is_said_as_24_00_of_the_day_before() -> None:
    assert end_words(ENDS, zone=ZONE, language="zh-CN") == "2月16日24:00"
    assert end_words(ENDS, zone=ZONE, language="en") == "16 Feb 24:00"
    assert end_words(ENDS, zone=ZONE, language="zh-CN", with_year=True) == "2023年2月16日24:00"
    assert end_words(ENDS, zone=ZONE, language="en", with_year=True) == "16 Feb 2023 24:00"


def test_the_year_of_24_00_on_new_years_eve_is_the_old_one() -> None:
    end = dt.datetime(2023, 12, 31, 16, tzinfo=dt.UTC)

    assert end_words(end, zone=ZONE, language="en", with_year=True) == "31 Dec 2023 24:00"


def test_any_other_end_is_said_as_it_stands_in_the_exams_zone() -> None:
    assert end_words(ENDS + HOUR / 2, zone=ZONE, language="en") == "17 Feb 00:30"


def test_an_opening_at_midnight_is_said_as_00_00() -> None:
    assert moment_words(OPENS, zone=ZONE, language="zh-CN") == "2月7日00:00"
    assert moment_words(OPENS, zone=ZONE, language="en", with_year=True) == "7 Feb 2023 00:00"


@pytest.mark.parametrize(
    ("hours_left", "due"),
    [
        (73, None),
        (72, 72),
        (25, 72),
        (24, 24),
        (5, 24),
        (4, 4),
        (3, 3),
        (2, 3),
        (0.5, 1),
        (0, None),
    ],
)
def test_the_newest_reminder_that_has_come_is_due(hours_left: float, due: int | None) -> None:
    now = ENDS - dt.timedelta(hours=hours_left)

    assert newest_reminder(ENDS, zone=ZoneInfo(ZONE), now=now) == due


@pytest.mark.parametrize(
    ("local", "evening"),
    [
        ("2023-02-17T00:00", 4),
        ("2023-02-17T00:30", 5),
        ("2023-02-17T08:00", 12),
        ("2023-02-17T08:01", None),
        ("2023-02-16T17:00", None),
        ("2023-02-16T23:59", None),
    ],
)
def test_an_end_by_night_has_a_reminder_in_the_evening_before(
    local: str, evening: int | None
) -> None:
    end = dt.datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(ZONE)).astimezone(dt.UTC)

    assert reminders(end, ZoneInfo(ZONE)) == (72, 24, 3, 1, *([evening] if evening else []))
