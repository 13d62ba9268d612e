"""The second window (R5): its deferred materials alone, a round and a receipt of its own."""

import datetime as dt
import uuid

import pytest

from libs.common import messages as m
from libs.common.errors import Refusal
from services.upload.operations import images, windows
from services.upload.operations.slots import Upload
from services.upload.operations.windows import Extension
from services.upload.queries.application import application_page
from services.upload.queries.shapes.application import ApplicationPage, LaterState
from services.upload.queries.shapes.materials import EntryState
from tests.integration.upload.room import EXAM, Room, checked, raised, replace, stored_picture

FRESH = {"fresh_graduate": "true"}


@pytest.fixture
def her(room: Room) -> m.ApplicationId:
    """A fresh graduate who has submitted; the main window is over, the second one open."""
    application_id, _ = room.submitted(facts=FRESH)
    room.move_window(ends_in=-7200)
    room.move_second(opens_in=-3600, ends_in=3600)
    return application_id


def page(room: Room, application_id: m.ApplicationId) -> ApplicationPage:
    with room.database.transaction() as session:
        return application_page(session, application_id)


def later(room: Room, application_id: m.ApplicationId) -> LaterState | None:
    view = page(room, application_id).later
    return None if view is None else view.state


def test_the_main_round_names_what_a_later_window_will_ask(
    room: Room, her: m.ApplicationId
) -> None:
    (told,) = room.said(m.ApplicationSubmitted)

    assert (told.window, told.deferred) == ("main", ("C04",))


def test_it_opens_its_deferred_materials_and_nothing_else(room: Room, her: m.ApplicationId) -> None:
    entries = {entry.code: entry for entry in page(room, her).entries}

    assert entries["C04"].state is EntryState.TODO
    assert (entries["C04"].min, entries["C04"].max) == (1, 2)
    assert entries["C04"].can_upload
    assert not entries["A01"].can_upload
    room.upload(her, "C04")
    with pytest.raises(Refusal, match="locked"):
        room.upload(her, "Z01")


def test_its_submission_has_its_own_receipt_and_goes_to_the_area(
    room: Room, her: m.ApplicationId
) -> None:
    first = room.held(her).application.round
    image = room.upload(her, "C04")

    done = room.submit(her, kind="second")
    again = room.submit(her, kind="second")

    assert (done.is_new, again.is_new) == (True, False)
    assert again.receipt_number == done.receipt_number
    told = room.said(m.ApplicationSubmitted)[-1]
    assert (told.window, told.round, told.deferred) == ("second", first + 1, ())
    assert told.materials == ("C04",)
    assert [i.image_id for i in told.images] == [image]
    held = room.held(her)
    assert (held.application.state, held.application.stage) == ("submitted", "area_review")
    assert held.image(image).locked_at is not None  # type: ignore[union-attr]
    view = page(room, her).later
    assert view is not None
    assert (view.state, view.receipt_number) == (LaterState.DONE, done.receipt_number)
    with pytest.raises(Refusal, match="locked"):
        room.upload(her, "C04")


def test_without_its_materials_it_is_refused(room: Room, her: m.ApplicationId) -> None:
    with pytest.raises(Refusal, match="not_ready"):
        room.submit(her, kind="second")


def test_before_it_opens_it_takes_nothing_and_the_page_says_when(room: Room) -> None:
    who, _ = room.submitted(facts=FRESH)
    room.move_second(opens_in=3600, ends_in=7200)

    assert later(room, who) is LaterState.BEFORE
    with pytest.raises(Refusal, match="window_not_open"):
        room.upload(who, "C04")


def test_who_has_not_submitted_has_no_second_window(room: Room) -> None:
    who = room.candidate(facts=FRESH)
    assert later(room, who) is LaterState.BEFORE_SUBMISSION
    room.move_window(ends_in=-7200)
    room.move_second(opens_in=-3600, ends_in=3600)

    assert later(room, who) is LaterState.CLOSED
    with pytest.raises(Refusal, match="window_closed"):
        room.upload(who, "C04")


def test_who_owes_nothing_sees_nothing_of_it(room: Room) -> None:
    who, _ = room.submitted()

    assert later(room, who) is None


def test_it_locks_at_its_own_end_and_the_others_are_told_once(
    room: Room, her: m.ApplicationId
) -> None:
    image = room.upload(her, "C04")
    room.move_second(opens_in=-7200, ends_in=-61)

    with pytest.raises(Refusal, match="window_closed"):
        room.upload(her, "C04")
    with pytest.raises(Refusal, match="window_closed"):
        room.submit(her, kind="second")
    with pytest.raises(Refusal, match="window_closed"):
        room.delete(her, image)
    for _ in range(3):
        room.tick()

    (told,) = room.said(m.ApplicationLocked)
    assert (told.application_id, told.window) == (her, "second")
    assert room.held(her).application.state == "submitted"
    assert later(room, her) is LaterState.CLOSED


def test_nobody_is_told_of_an_end_that_asks_nothing_of_them(room: Room) -> None:
    who, _ = room.submitted()
    room.move_window(ends_in=-7200)
    room.move_second(opens_in=-7200, ends_in=-61)

    room.tick()

    assert room.said(m.ApplicationLocked) == []
    assert room.held(who).application.second_locked_at is not None


def test_an_extension_opens_it_again_and_tells_only_who_owes(
    room: Room, her: m.ApplicationId
) -> None:
    room.move_window(ends_in=3600)
    room.submitted()
    room.move_window(ends_in=-7200)
    room.move_second(opens_in=-7200, ends_in=-61)
    room.tick()
    ends_at = room.held(her).now + dt.timedelta(hours=5)

    with room.database.transaction() as session:
        extension = Extension(exam=EXAM, kind="second", ends_at=ends_at, reason="停电")
        concerned = windows.extend_window(session, extension, actor="test")

    assert concerned == 1
    (told,) = room.said(m.WindowExtended)
    assert (told.window, told.applications) == ("second", (her,))
    assert later(room, her) is LaterState.OPEN
    room.upload(her, "C04")


def test_open_requests_must_be_answered_before_it_and_go_along(
    room: Room, her: m.ApplicationId
) -> None:
    old = next(i.id for i in room.held(her).images if i.material == "A01")
    request = replace(old)
    room.hear(raised(her, request))
    room.upload(her, "C04")
    with pytest.raises(Refusal, match="not_ready"):
        room.submit(her, kind="second")
    new = room.upload(her, "A01", request_id=request.request_id)

    room.submit(her, kind="second")

    told = room.said(m.ApplicationSubmitted)[-1]
    assert told.materials == ("A01", "C04")
    assert new in [i.image_id for i in told.images]
    assert len([i for i in told.images if i.material == "A01"]) == 2
    assert [r.state for r in room.held(her).requests] == ["answered"]


def test_answers_alone_leave_what_waits_for_the_second_submission(
    room: Room, her: m.ApplicationId
) -> None:
    old = next(i.id for i in room.held(her).images if i.material == "A07")
    request = replace(old)
    room.hear(raised(her, request))
    waiting = room.upload(her, "C04")
    room.upload(her, "A07", request_id=request.request_id)

    room.submit(her)

    told = room.said(m.ApplicationSubmitted)[-1]
    assert (told.window, told.deferred) == ("main", ("C04",))
    assert waiting not in [i.image_id for i in told.images]
    assert room.held(her).image(waiting).locked_at is None  # type: ignore[union-attr]
    assert room.submit(her, kind="second").is_new


def test_a_result_is_taken_before_or_after_it(room: Room, her: m.ApplicationId) -> None:
    for image_id in [i.id for i in room.held(her).images]:
        room.hear(checked(image_id))
    result = m.PublishedResult(application_id=her, registration_number="TJ-00001", outcome="passed")
    room.hear(
        m.ResultsPublished(
            exam=EXAM,
            batch_id=m.BatchId(her),
            part=1,
            parts=1,
            published_at=room.held(her).now,
            results=(result,),
        )
    )

    assert room.held(her).application.state == "published"
    assert later(room, her) is LaterState.CLOSED
    with pytest.raises(Refusal, match="published"):
        room.upload(her, "C04")


def given_back(who: m.ApplicationId, *, round_: int) -> m.CaseReopened:
    case = m.CaseId(uuid.uuid4())
    return m.CaseReopened(application_id=who, case_id=case, round=round_, words="请重新提交")


def test_what_was_given_back_and_left_keeps_both_windows_rounds(room: Room) -> None:
    who, images = room.submitted(facts=FRESH)
    room.move_second(opens_in=-3600, ends_in=3600)
    deferred = room.upload(who, "C04")
    room.submit(who, kind="second")
    room.hear(given_back(who, round_=2))
    room.delete(who, images[0])
    room.delete(who, deferred)

    room.move_window(ends_in=-3600)
    room.tick()

    told = room.said(m.ApplicationSubmitted)[-1]
    assert (told.window, told.round, told.deferred) == ("main", 3, ())
    assert {i.image_id for i in told.images} == {*images, deferred}
    assert all(image.locked_at is not None for image in room.held(who).images)


def test_what_was_given_back_and_left_leaves_what_waits_for_the_second_window(
    room: Room,
) -> None:
    who, images = room.submitted(facts=FRESH)
    room.hear(given_back(who, round_=1))
    room.delete(who, images[0])
    room.move_window(ends_in=-3600)
    room.move_second(opens_in=-60, ends_in=3600)
    waiting = room.upload(who, "C04")

    room.tick()

    told = room.said(m.ApplicationSubmitted)[-1]
    assert (told.window, told.deferred) == ("main", ("C04",))
    assert {i.image_id for i in told.images} == set(images)
    done = room.submit(who, kind="second")
    assert done.is_new
    assert [i.image_id for i in room.said(m.ApplicationSubmitted)[-1].images] == [waiting]


@pytest.mark.parametrize("ticks_meanwhile", [0, 1])
def test_what_was_given_back_and_left_does_not_stop_the_second_submission(
    room: Room, ticks_meanwhile: int
) -> None:
    who, images = room.submitted(facts=FRESH)
    room.hear(given_back(who, round_=1))
    room.delete(who, images[0])
    room.move_window(ends_in=-3600)
    room.move_second(opens_in=-60, ends_in=3600)
    waiting = room.upload(who, "C04")
    shown = room.held(who).application.round + 1
    for _ in range(ticks_meanwhile):
        room.tick()

    done = room.submit(who, kind="second", round_=shown)
    again = room.submit(who, kind="second", round_=shown)
    room.tick()

    assert (done.is_new, again.is_new) == (True, False)
    assert again.receipt_number == done.receipt_number
    first, stands, second = room.said(m.ApplicationSubmitted)
    assert (stands.window, stands.round, stands.restored) == ("main", 2, True)
    assert {i.image_id for i in stands.images} == {i.image_id for i in first.images}
    assert (second.window, second.round, second.restored) == ("second", 3, False)
    assert [i.image_id for i in second.images] == [waiting]


def test_a_deferred_material_handed_in_early_and_given_back_stays_handed_in(room: Room) -> None:
    who = room.candidate(facts=FRESH)
    room.fill(who)
    early = room.upload(who, "C04")
    room.submit(who)
    room.hear(given_back(who, round_=1))

    room.move_window(ends_in=-3600)
    room.tick()

    first, second = room.said(m.ApplicationSubmitted)
    assert early in [i.image_id for i in first.images]
    assert {i.image_id for i in first.images} == {i.image_id for i in second.images}
    assert room.held(who).image(early).locked_at is not None  # type: ignore[union-attr]


def test_a_picture_of_it_is_exchanged_in_its_place(room: Room, her: m.ApplicationId) -> None:
    blurred = room.upload(her, "C04")
    wanted = Upload(
        application_id=her,
        material="C04",
        idempotency_key=uuid.uuid4().hex,
        began_at=room.held(her).now,
        instead=blurred,
    )

    with room.database.transaction() as session:
        sharp = images.receive(session, wanted, stored_picture(wanted.idempotency_key))

    assert [i.id for i in room.held(her).counting("C04")] == [sharp]
