"""仍然使用 and 换一张: a warning never blocks twice, and an exchange is one moment (R7, R10)."""

import pytest

from libs.common import messages as m
from libs.common.clock import now
from libs.common.errors import Refusal
from services.upload.operations import cures, images
from services.upload.operations.slots import Upload
from tests.integration.upload.room import Room, checked, raised, replace, stored_picture


def use_anyway(room: Room, application: m.ApplicationId, image: m.ImageId) -> None:
    with room.database.transaction() as session:
        cures.use_anyway(session, application_id=application, image_id=image, began_at=now())


def exchange(
    room: Room, application: m.ApplicationId, old: m.ImageId, *, material: str = "A01"
) -> m.ImageId:
    asked = Upload(
        application_id=application,
        material=material,
        idempotency_key=f"instead of {old}",
        began_at=now(),
        instead=old,
    )
    with room.database.transaction() as session:
        return images.receive(session, asked, stored_picture(asked.idempotency_key))


def test_a_warning_that_she_has_read_is_not_open_any_more(room: Room) -> None:
    application = room.candidate()
    image = room.upload(application)
    room.hear(checked(image, code="blurry"))
    assert room.held(application).readiness().warnings == ((image, "blurry"),)

    use_anyway(room, application, image)
    use_anyway(room, application, image)

    assert room.held(application).readiness().warnings == ()
    assert room.rows("SELECT 1 FROM audit WHERE action = 'image.used_anyway'") == [(1,)]


def test_the_reviewer_is_told_which_warnings_she_has_read(room: Room) -> None:
    application = room.candidate()
    first, *others = room.fill(application)
    room.hear(checked(first, code="dark"))
    for other in others:
        room.hear(checked(other, code="blurry"))
    use_anyway(room, application, first)

    room.submit(application)

    (told,) = room.said(m.ApplicationSubmitted)
    read = {image.image_id: image.used_anyway for image in told.images}
    assert read[first] == ("dark",)
    assert all(read[other] == () for other in others)


def test_what_is_locked_is_not_answered(room: Room) -> None:
    application = room.candidate()
    first, *_others = room.fill(application)
    room.hear(checked(first, code="dark"))
    room.submit(application)

    with pytest.raises(Refusal, match="locked"):
        use_anyway(room, application, first)


def test_an_exchange_keeps_the_place_and_needs_no_free_slot(room: Room) -> None:
    application = room.candidate()
    first, second = room.upload(application, "A01"), room.upload(application, "A01")

    new = exchange(room, application, first)

    assert [image.id for image in room.held(application).images] == [new, second]


def test_an_exchange_sent_twice_is_one_image(room: Room) -> None:
    application = room.candidate()
    first = room.upload(application, "A01")

    assert exchange(room, application, first) == exchange(room, application, first)
    assert len(room.held(application).images) == 1


def test_what_was_refused_is_exchanged_while_there_is_a_slot(room: Room) -> None:
    application = room.candidate()
    first = room.upload(application, "A01")
    room.hear(checked(first, refused=True))
    room.upload(application, "A01")

    new = exchange(room, application, first)

    assert len(room.held(application).counting("A01")) == 2
    room.hear(checked(new, refused=True))
    room.upload(application, "A01")
    with pytest.raises(Refusal, match="no_free_slot"):
        exchange(room, application, new)


def test_an_answer_to_a_request_is_exchanged_within_the_request(room: Room) -> None:
    application, filled = room.submitted()
    asked = replace(filled[0])
    room.hear(raised(application, asked, accepted=tuple(filled[1:])))
    material = next(i for i in room.held(application).images if i.id == filled[0]).material
    answer = room.upload(application, material, request_id=asked.request_id)

    new = exchange(room, application, answer, material=material)

    held = room.held(application)
    assert [image.id for image in held.answers_to(asked.request_id)] == [new]
    assert held.image(new).replaces == filled[0]  # type: ignore[union-attr]
    with pytest.raises(Refusal, match="locked"):
        exchange(room, application, filled[0], material=material)
    with pytest.raises(Refusal, match="no_image"):
        exchange(room, application, new, material="D03")
