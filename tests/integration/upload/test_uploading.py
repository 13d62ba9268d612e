"""Upload, delete, order, absences (R5, R9–R11)."""

import threading

import pytest

from libs.common import messages as m
from libs.common.clock import now
from libs.common.errors import Refusal
from services.upload.operations import answers, images, slots
from tests.integration.upload.room import Room, checked


def test_an_upload_is_a_row_and_a_command_in_one_transaction(room: Room) -> None:
    application = room.candidate()

    image = room.upload(application)

    (command,) = room.said(m.CheckImage)
    assert command.image_id == image
    assert [i.id for i in room.held(application).images] == [image]


def test_the_same_upload_sent_again_is_the_same_image(room: Room) -> None:
    application = room.candidate()

    first = room.upload(application, key="once")
    second = room.upload(application, key="once")

    assert first == second
    assert len(room.said(m.CheckImage)) == 1


def test_a_retry_after_the_end_still_finds_its_image(room: Room) -> None:
    application = room.candidate()
    first = room.upload(application, key="once")
    room.move_window(ends_in=-3600)

    assert room.upload(application, key="once") == first


def test_no_more_than_max_images_are_taken(room: Room) -> None:
    application = room.candidate()
    room.upload(application, "A01")
    room.upload(application, "A01")

    with pytest.raises(Refusal, match="no_free_slot"):
        room.upload(application, "A01")


def test_what_a_check_refused_gives_its_slot_back(room: Room) -> None:
    application = room.candidate()
    room.upload(application, "A01")
    room.hear(checked(room.upload(application, "A01"), refused=True))

    room.upload(application, "A01")

    assert len(room.held(application).counting("A01")) == 2


def test_two_uploads_racing_for_the_last_slot_make_one_image(room: Room) -> None:
    application = room.candidate()
    room.upload(application, "A01")
    answers_: list[str] = []
    barrier = threading.Barrier(8)

    def attempt() -> None:
        barrier.wait()
        try:
            room.upload(application, "A01")
            answers_.append("received")
        except Refusal as refusal:
            answers_.append(refusal.code)

    threads = [threading.Thread(target=attempt) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers_) == ["no_free_slot"] * 7 + ["received"]
    assert len(room.held(application).counting("A01")) == 2


@pytest.mark.parametrize("material", ["B05", "ZZ9", "C02"])
def test_what_is_not_on_her_list_takes_no_images(room: Room, material: str) -> None:
    application = room.candidate()

    with pytest.raises(Refusal, match=r"unknown_material|takes_no_images"):
        room.upload(application, material)


def test_a_deleted_image_opens_its_slot_and_comes_back_by_undo(room: Room) -> None:
    application = room.candidate()
    first = room.upload(application, "A01")
    second = room.upload(application, "A01")

    room.delete(application, first)
    room.delete(application, first)
    assert [i.id for i in room.held(application).counting("A01")] == [second]
    undo(room, application, first)

    assert [i.id for i in room.held(application).counting("A01")] == [first, second]


def test_undo_is_refused_when_the_slot_was_taken_meanwhile(room: Room) -> None:
    application = room.candidate()
    first = room.upload(application, "A01")
    room.upload(application, "A01")
    room.delete(application, first)
    room.upload(application, "A01")

    with pytest.raises(Refusal, match="no_free_slot"):
        undo(room, application, first)


def test_another_candidates_image_is_not_there(room: Room) -> None:
    mine, other = room.candidate(), room.candidate()
    image = room.upload(other)

    with pytest.raises(Refusal, match="no_image"):
        room.delete(mine, image)


def test_images_stand_in_the_order_she_gives(room: Room) -> None:
    application = room.candidate()
    first, second = room.upload(application, "A01"), room.upload(application, "A01")

    order(room, application, [second, first])

    assert [i.id for i in room.held(application).images] == [second, first]


def test_an_order_that_does_not_name_each_image_once_is_refused(room: Room) -> None:
    application = room.candidate()
    first, second = room.upload(application, "A01"), room.upload(application, "A01")

    for wrong in ([first], [first, first, second], [first, first]):
        with pytest.raises(Refusal, match="order_outdated"):
            order(room, application, wrong)


def test_an_absence_stands_until_an_image_comes(room: Room) -> None:
    application = room.candidate(facts={"unit_kind": "clinic"})
    material = next(e.code for e in room.held(application).entries if e.absence_allowed)

    absent(room, application, material, "单位正在补办")
    assert [a.reason for a in room.held(application).absences] == ["单位正在补办"]
    room.upload(application, material)

    assert room.held(application).absences == []


def test_an_absence_is_refused_where_the_exam_does_not_allow_it(room: Room) -> None:
    application = room.candidate()

    with pytest.raises(Refusal, match="absence_not_allowed"):
        absent(room, application, "A01", "没有")


def test_an_absence_is_refused_beside_images_and_taken_back_by_no_reason(room: Room) -> None:
    application = room.candidate(facts={"unit_kind": "clinic"})
    material = next(e.code for e in room.held(application).entries if e.absence_allowed)
    absent(room, application, material, "补办中")
    absent(room, application, material, "  ")
    assert room.held(application).absences == []
    room.upload(application, material)

    with pytest.raises(Refusal, match="absence_with_images"):
        absent(room, application, material, "补办中")


def test_nothing_is_taken_before_the_window_opens(room: Room) -> None:
    application = room.candidate()
    room.run("UPDATE exam_window SET opens_at = clock_timestamp() + interval '1 hour'")

    with pytest.raises(Refusal, match="window_not_open"):
        room.upload(application)


def test_admit_says_beforehand_what_receive_would_say(room: Room) -> None:
    application = room.candidate()
    room.upload(application, "A01", key="first")
    room.upload(application, "A01")

    def ask(key: str) -> m.ImageId | None:
        asked = slots.Upload(
            application_id=application, material="A01", idempotency_key=key, began_at=now()
        )
        with room.database.transaction() as session:
            return images.admit(session, asked)

    assert ask("first") is not None
    with pytest.raises(Refusal, match="no_free_slot"):
        ask("third")


def test_an_application_holds_no_more_rows_than_is_sane(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slots, "MAX_IMAGES_EVER", 3)
    application = room.candidate()
    for _ in range(3):
        room.delete(application, room.upload(application))

    with pytest.raises(Refusal, match="too_many_images"):
        room.upload(application)


def undo(room: Room, application: m.ApplicationId, image: m.ImageId) -> None:
    with room.database.transaction() as session:
        images.undo_delete(session, application_id=application, image_id=image, began_at=now())


def order(room: Room, application: m.ApplicationId, ids: list[m.ImageId]) -> None:
    with room.database.transaction() as session:
        images.reorder(
            session, application_id=application, material="A01", order=ids, began_at=now()
        )


def absent(room: Room, application: m.ApplicationId, material: str, reason: str) -> None:
    with room.database.transaction() as session:
        answers.set_absence(
            session, application_id=application, material=material, reason=reason, began_at=now()
        )
