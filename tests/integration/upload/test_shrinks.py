"""The shrink door's operations (R8): received, made smaller, confirmed or not, cleared."""

import threading
import uuid
from typing import Any

import pytest

from libs.common import messages as m
from libs.common.clock import now
from libs.common.errors import Refusal
from libs.common.outbox import CrashedCommand
from services.upload.domain.shrink import MAX_OPEN
from services.upload.operations import shrinks
from services.upload.operations import shrunk as shrunk_operations
from services.upload.operations.crashes import count_crash
from services.upload.operations.shrinks import StoredPhoto
from services.upload.operations.slots import Upload
from services.upload.queries.application import application_page
from services.upload.queries.status import status_page
from tests.integration.upload.room import Room, raised, replace, stored_picture

SHA = "c" * 64


def asked(
    application: m.ApplicationId, material: str, key: str, request: m.RequestId | None = None
) -> Upload:
    return Upload(
        application_id=application,
        material=material,
        idempotency_key=key,
        began_at=now(),
        request_id=request,
    )


def send(
    room: Room,
    application: m.ApplicationId,
    material: str = "A01",
    *,
    key: str = "",
    request: m.RequestId | None = None,
) -> m.ImageId:
    photo = StoredPhoto(
        key=f"{uuid.uuid4().hex}.heic",
        sha256=SHA,
        size_bytes=4_000_000,
        orientation=1,
        format="heic",
    )
    wanted = asked(application, material, key or uuid.uuid4().hex, request)
    with room.database.transaction() as session:
        shrinks.admit(session, wanted)
        return shrinks.receive(session, wanted, photo)


def shrunk(shrink_id: m.ImageId, *, code: str = "") -> m.ImageShrunk:
    finding = m.Finding(code=code, severity="refuse", measured=0, threshold=0)
    return m.ImageShrunk(
        image_id=shrink_id,
        shrinker="test",
        key=None if code else f"{shrink_id.hex}.jpeg",
        sha256="" if code else SHA,
        size_bytes=0 if code else 190_000,
        width=0 if code else 2000,
        height=0 if code else 1500,
        findings=(finding,) if code else (),
    )


def confirm(room: Room, application: m.ApplicationId, shrink_id: m.ImageId) -> m.ImageId:
    with room.database.transaction() as session:
        return shrinks.confirm(
            session,
            application_id=application,
            shrink_id=shrink_id,
            picture=stored_picture(str(shrink_id)),
            began_at=now(),
        )


def dismiss(room: Room, application: m.ApplicationId, shrink_id: m.ImageId) -> None:
    with room.database.transaction() as session:
        shrinks.dismiss(session, application_id=application, shrink_id=shrink_id)


def state(room: Room, shrink_id: m.ImageId) -> str:
    (row,) = room.rows("SELECT state FROM shrink WHERE id = :id", id=shrink_id)
    return str(row.state)


def actions(room: Room) -> list[str]:
    rows = room.rows("SELECT action FROM audit WHERE action LIKE 'shrink.%' ORDER BY id")
    return [row.action for row in rows]


def test_a_photo_is_a_row_and_a_command_and_no_image(room: Room) -> None:
    application = room.candidate()

    shrink_id = send(room, application)

    (command,) = room.said(m.ShrinkImage)
    assert (command.image_id, command.size_bytes) == (shrink_id, 4_000_000)
    assert room.held(application).images == []
    assert state(room, shrink_id) == "pending"


def test_the_same_photo_sent_again_waits_once(room: Room) -> None:
    application = room.candidate()

    ids = {send(room, application, key="once") for _ in range(2)}

    assert len(ids) == len(room.said(m.ShrinkImage)) == 1


def test_it_counts_only_once_she_has_confirmed(room: Room) -> None:
    application = room.candidate()
    shrink_id = send(room, application)
    room.hear(shrunk(shrink_id), times=2, copies=2)
    assert room.held(application).counting("A01") == []

    images = [confirm(room, application, shrink_id) for _ in range(2)]

    assert images == [shrink_id, shrink_id]
    assert [i.id for i in room.held(application).counting("A01")] == [shrink_id]
    (check,) = room.said(m.CheckImage)
    assert check.image_id == shrink_id
    (clear,) = room.said(m.ClearShrink)
    assert len(clear.keys) == 2
    assert clear.keys[1] == f"{shrink_id.hex}.jpeg"
    assert actions(room) == ["shrink.received", "shrink.confirmed"]


def test_before_it_is_smaller_there_is_nothing_to_confirm(room: Room) -> None:
    application = room.candidate()
    shrink_id = send(room, application)

    with pytest.raises(Refusal, match="shrink_runs"), room.database.transaction() as session:
        shrinks.confirmable(
            session, application_id=application, shrink_id=shrink_id, began_at=now()
        )
    with pytest.raises(Refusal, match="shrink_gone"):
        confirm(room, application, shrink_id)


def test_what_she_dismisses_is_cleared_and_frees_its_place(room: Room) -> None:
    application = room.candidate()
    first, second = send(room, application), send(room, application)
    with pytest.raises(Refusal, match="shrink_waits"):
        send(room, application)

    for _ in range(2):
        dismiss(room, application, first)

    send(room, application)
    (clear,) = room.said(m.ClearShrink)
    assert (clear.image_id, len(clear.keys)) == (first, 1)
    with pytest.raises(Refusal, match="shrink_gone"):
        confirm(room, application, first)
    assert state(room, second) == "pending"


def test_an_answer_that_comes_after_the_end_is_cleared_too(room: Room) -> None:
    application = room.candidate()
    shrink_id = send(room, application)
    dismiss(room, application, shrink_id)

    room.hear(shrunk(shrink_id))

    assert state(room, shrink_id) == "dismissed"
    assert {k for c in room.said(m.ClearShrink) for k in c.keys} >= {f"{shrink_id.hex}.jpeg"}


def test_a_photo_that_could_not_be_shrunk_says_why_and_is_cleared_at_once(room: Room) -> None:
    application = room.candidate()
    shrink_id = send(room, application)

    room.hear(shrunk(shrink_id, code="damaged"), copies=2)

    with room.database.transaction() as session:
        (shown,) = application_page(session, application).shrinks
    assert (shown.state, [f.code for f in shown.findings]) == ("refused", ["damaged"])
    assert len(room.said(m.ClearShrink)) == 1
    dismiss(room, application, shrink_id)
    assert len(room.said(m.ClearShrink)) == 1
    assert actions(room) == ["shrink.received", "shrink.refused", "shrink.dismissed"]


def test_two_confirmations_racing_for_the_last_place_make_one_image(room: Room) -> None:
    application = room.candidate()
    ids = [send(room, application) for _ in range(2)]
    for shrink_id in ids:
        room.hear(shrunk(shrink_id))
    room.upload(application, "A01")
    ends: list[str] = []
    barrier = threading.Barrier(2)

    def attempt(shrink_id: m.ImageId) -> None:
        barrier.wait()
        try:
            confirm(room, application, shrink_id)
            ends.append("confirmed")
        except Refusal as refusal:
            ends.append(refusal.code)

    threads = [threading.Thread(target=attempt, args=(shrink_id,)) for shrink_id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(ends) == ["confirmed", "no_free_slot"]
    assert len(room.held(application).counting("A01")) == 2


def test_a_confirmation_after_the_end_is_refused(room: Room) -> None:
    application = room.candidate()
    shrink_id = send(room, application)
    room.hear(shrunk(shrink_id))
    room.move_window(ends_in=-3600)

    with pytest.raises(Refusal, match="window_closed"):
        confirm(room, application, shrink_id)


def test_a_photo_after_the_end_is_refused(room: Room) -> None:
    application = room.candidate()
    room.move_window(ends_in=-3600)

    with pytest.raises(Refusal, match="window_closed"):
        send(room, application)


def test_a_photo_can_answer_a_request(room: Room) -> None:
    application, images = room.submitted()
    request = replace(images[0])
    room.hear(raised(application, request, accepted=tuple(images[1:])))
    material = next(i.material for i in room.held(application).images if i.id == images[0])

    shrink_id = send(room, application, material, request=request.request_id)
    with pytest.raises(Refusal, match="shrink_waits"):
        send(room, application, material, request=request.request_id)
    room.hear(shrunk(shrink_id))
    confirm(room, application, shrink_id)

    answers = room.held(application).answers_to(request.request_id)
    assert [(i.id, i.replaces) for i in answers] == [(shrink_id, images[0])]


def test_not_more_than_twelve_wait_at_a_time(room: Room) -> None:
    application = room.candidate()
    materials = [e for e in room.held(application).entries if e.takes_images]
    places = [e.code for e in materials for _ in range(e.max)]
    for code in places[:MAX_OPEN]:
        send(room, application, code)

    with pytest.raises(Refusal, match="too_many_shrinks"):
        send(room, application, places[MAX_OPEN])


def test_another_candidates_photo_is_not_there(room: Room) -> None:
    mine, other = room.candidate(), room.candidate()
    shrink_id = send(room, other)
    room.hear(shrunk(shrink_id))

    for act in (confirm, dismiss):
        with pytest.raises(Refusal, match="no_shrink"):
            act(room, mine, shrink_id)


def at_a_minute(room: Room) -> None:
    room.hear(m.DeadlineTick(now=now().replace(second=0)))


def test_what_nobody_decides_within_a_day_expires_and_is_cleared(room: Room) -> None:
    application = room.candidate()
    old, fresh = send(room, application), send(room, application)
    room.hear(shrunk(old))
    room.run("UPDATE shrink SET received_at = received_at - interval '25 h' WHERE id = :id", id=old)

    at_a_minute(room)
    at_a_minute(room)

    assert (state(room, old), state(room, fresh)) == ("expired", "pending")
    (clear,) = room.said(m.ClearShrink)
    assert (clear.image_id, len(clear.keys)) == (old, 2)


def test_what_waits_when_she_submits_expires_and_is_not_in_the_round(room: Room) -> None:
    application = room.candidate()
    room.fill(application)
    shrink_id = send(room, application, "Z01")
    room.hear(shrunk(shrink_id))

    room.submit(application)
    at_a_minute(room)

    (told,) = room.said(m.ApplicationSubmitted)
    assert shrink_id not in {i.image_id for i in told.images}
    assert state(room, shrink_id) == "expired"


def test_that_the_bytes_are_gone_is_written_down(room: Room) -> None:
    shrink_id = send(room, room.candidate())

    room.hear(m.ShrinkCleared(image_id=shrink_id, keys=("a",)), times=2)

    (row,) = room.rows("SELECT cleared_at FROM shrink WHERE id = :id", id=shrink_id)
    assert row.cleared_at is not None


def test_a_photo_that_kills_its_worker_twice_is_called_damaged(room: Room) -> None:
    application = room.candidate()
    shrink_id = send(room, application)

    def crashed(crashes: int) -> bool:
        body: dict[str, Any] = {"image_id": str(shrink_id)}
        command = CrashedCommand(m.MessageId(uuid.uuid4()), "ShrinkImage", body, crashes)
        with room.database.transaction() as session:
            return count_crash(session, command)

    assert [crashed(1), crashed(2)] == [False, True]
    assert state(room, shrink_id) == "refused"


def test_the_page_and_its_status_tell_of_what_waits(room: Room) -> None:
    application = room.candidate()
    with room.database.transaction() as session:
        before = status_page(session, application)
    shrink_id = send(room, application)
    with room.database.transaction() as session:
        running = status_page(session, application)
    room.hear(shrunk(shrink_id))
    with room.database.transaction() as session:
        ready = status_page(session, application)
        (shown,) = application_page(session, application).shrinks

    assert [before.checking, running.checking, ready.checking] == [0, 1, 0]
    assert len({before.etag, running.etag, ready.etag}) == 3
    assert (shown.state, shown.original_bytes, shown.size_bytes) == ("ready", 4_000_000, 190_000)
    assert shown.confirm_before == room.held(application).window.ends_at


@pytest.fixture
def graduate(room: Room) -> m.ApplicationId:
    """She has submitted; the window of her deferred material is open (R5)."""
    application, _ = room.submitted(facts={"fresh_graduate": "true"})
    room.move_window(ends_in=-7200)
    room.move_second(opens_in=-3600, ends_in=3600)
    return application


def expired(room: Room) -> int:
    with room.database.transaction() as session:
        return shrunk_operations.expire(session)


def test_a_photo_for_the_second_window_waits_for_its_end(
    room: Room, graduate: m.ApplicationId
) -> None:
    shrink_id = send(room, graduate, "C04")
    room.hear(shrunk(shrink_id))
    with room.database.transaction() as session:
        (view,) = application_page(session, graduate).shrinks

    assert expired(room) == 0
    assert view.confirm_before == room.held(graduate).second.ends_at  # type: ignore[union-attr]
    assert confirm(room, graduate, shrink_id) == shrink_id


@pytest.mark.parametrize("end", ["it has passed", "she has submitted"])
def test_a_photo_for_the_second_window_is_given_up_with_it(
    room: Room, graduate: m.ApplicationId, end: str
) -> None:
    if end == "it has passed":
        shrink_id = send(room, graduate, "C04")
        room.move_second(opens_in=-7200, ends_in=-61)
        room.tick()
    else:
        room.upload(graduate, "C04")
        shrink_id = send(room, graduate, "C04")
        room.submit(graduate, kind="second")

    assert expired(room) == 1
    assert state(room, shrink_id) == "expired"


def test_a_photo_that_was_left_behind_by_the_submission_is_given_up(room: Room) -> None:
    application = room.candidate()
    shrink_id = send(room, application, "Z01")
    room.fill(application)
    room.submit(application)

    assert expired(room) == 1
    assert state(room, shrink_id) == "expired"


def test_a_photo_for_a_request_that_is_over_is_given_up(room: Room) -> None:
    application, (image, *_) = room.submitted()
    asked_for = replace(image)
    room.hear(raised(application, asked_for))
    shrink_id = send(room, application, "A01", request=asked_for.request_id)
    room.run("UPDATE request SET due_at = clock_timestamp() - interval '1 hour'")
    room.tick()

    assert expired(room) == 1
    assert state(room, shrink_id) == "expired"
