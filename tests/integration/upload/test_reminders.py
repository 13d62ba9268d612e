"""Reminders before a window ends, and when the second one opens (R5, R22)."""

import datetime as dt
import uuid

import pytest

from libs.common import messages as m
from services.upload.operations import reminders, windows
from services.upload.operations.windows import Extension
from tests.integration.upload.room import EXAM, Room, raised, replace

HOUR = 3600


def hours_told(room: Room) -> list[int]:
    return [message.hours_left for message in room.said(m.WindowClosing)]


def test_those_who_have_not_submitted_are_reminded_once_with_what_is_missing(room: Room) -> None:
    waiting, (done, _) = room.candidate(), room.submitted()
    room.upload(waiting, "A07")
    room.move_window(ends_in=71 * HOUR)

    for _ in range(3):
        room.tick()

    (told,) = room.said(m.WindowClosing)
    assert (told.application_id, told.hours_left, told.window) == (waiting, 72, "main")
    assert told.missing[0] == "A01"
    assert "A07" not in told.missing
    assert told.application_id != done


def test_a_late_tick_skips_to_the_newest_reminder(room: Room) -> None:
    room.candidate()
    room.move_window(ends_in=2 * HOUR)

    room.tick()

    assert hours_told(room) == [3]


def test_before_an_end_by_night_they_are_told_in_the_evening_while_sms_may_leave(
    room: Room,
) -> None:
    room.candidate()
    room.move_window(ends_in=3.5 * HOUR)
    (window,) = room.rows("SELECT ends_at FROM exam_window WHERE kind = 'main'")
    hour = window.ends_at.hour
    after_midnight = f"Etc/GMT+{hour}" if hour <= 12 else f"Etc/GMT-{24 - hour}"
    room.run(
        "UPDATE exam SET version = 'night',"
        " pack = jsonb_set(pack, '{zone}', to_jsonb(CAST(:zone AS text)))",
        zone=after_midnight,
    )

    room.tick()

    assert set(hours_told(room)) <= {4, 5}
    assert len(hours_told(room)) == 1


@pytest.mark.parametrize("ends_in", [73 * HOUR, -30])
def test_nobody_is_reminded_too_early_or_after_the_end(room: Room, ends_in: int) -> None:
    room.candidate()
    room.move_window(ends_in=ends_in)

    room.tick()

    assert hours_told(room) == []


def test_a_long_round_goes_on_with_the_next_tick(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reminders, "BATCH", 2)
    everybody = {room.candidate() for _ in range(5)}
    room.move_window(ends_in=HOUR / 2)

    for _ in range(4):
        room.tick()

    told = room.said(m.WindowClosing)
    assert {message.application_id for message in told} == everybody
    assert len(told) == 5


def test_who_has_a_later_end_is_reminded_before_that_one(room: Room) -> None:
    plain, extended = room.candidate(), room.candidate()
    room.move_window(ends_in=2 * HOUR)
    with room.database.transaction() as session:
        later = Extension(
            exam=EXAM,
            ends_at=room.held(extended).now + dt.timedelta(hours=20),
            reason="停电",
            number=room.held(extended).registration.number,
        )
        windows.extend_window(session, later, actor="test")

    room.tick()

    told = {message.application_id: message.hours_left for message in room.said(m.WindowClosing)}
    assert told == {plain: 3, extended: 24}


def test_the_second_windows_opening_and_end_are_told_to_who_owes_something(room: Room) -> None:
    owing, _ = room.submitted(facts={"fresh_graduate": "true"})
    room.submitted()
    room.candidate(facts={"fresh_graduate": "true"})
    room.move_window(ends_in=-7200)
    room.move_second(opens_in=-HOUR, ends_in=2 * HOUR)

    for _ in range(3):
        room.tick()

    (opened,) = room.said(m.WindowOpened)
    (closing,) = room.said(m.WindowClosing)
    assert (opened.application_id, opened.missing) == (owing, ("C04",))
    assert (closing.application_id, closing.window, closing.missing) == (owing, "second", ("C04",))


def test_who_was_given_back_hears_that_her_last_submission_stands(room: Room) -> None:
    given_back, _ = room.submitted()
    never = room.candidate()
    case = m.CaseId(uuid.uuid4())
    room.hear(m.CaseReopened(application_id=given_back, case_id=case, round=1, words="请修改"))
    room.move_window(ends_in=2 * HOUR)

    room.tick()

    told = {message.application_id: message.given_back for message in room.said(m.WindowClosing)}
    assert told == {given_back: True, never: False}


def test_who_is_asked_to_replace_something_hears_nothing_of_the_main_end(room: Room) -> None:
    asked, images = room.submitted()
    room.hear(raised(asked, replace(images[0])))
    room.move_window(ends_in=2 * HOUR)

    room.tick()

    assert room.said(m.WindowClosing) == []


def test_who_has_handed_in_the_second_time_is_left_alone(room: Room) -> None:
    owing, _ = room.submitted(facts={"fresh_graduate": "true"})
    room.move_window(ends_in=-7200)
    room.move_second(opens_in=-HOUR, ends_in=2 * HOUR)
    room.upload(owing, "C04")
    room.submit(owing, kind="second")

    room.tick()

    assert room.said(m.WindowClosing) == []
    assert room.said(m.WindowOpened) == []
