"""Requests unlock just what they name (R16, R19–R21)."""

import pytest

from libs.common import messages as m
from libs.common.clock import now
from libs.common.errors import Refusal
from services.upload.operations import answers
from tests.integration.upload.room import Room, add, checked, fix, raised, replace


def test_a_replace_request_unlocks_that_image_alone(room: Room) -> None:
    application, images = room.submitted()
    request = replace(images[0])
    room.hear(raised(application, request, accepted=tuple(images[1:])))

    with pytest.raises(Refusal, match="returned_only"):
        room.upload(application, "A01")
    with pytest.raises(Refusal, match="locked"):
        room.delete(application, images[0])
    with pytest.raises(Refusal, match="unknown_material"):
        room.upload(application, "A07", request_id=request.request_id)
    new = room.upload(application, "A01", request_id=request.request_id)

    held = room.held(application)
    assert new in [image.id for image in held.counting("A01")]
    assert images[0] not in [image.id for image in held.counting("A01")]
    assert all(held.image(i).accepted_at for i in images[1:])  # type: ignore[union-attr]


def test_a_replacement_can_be_taken_back_and_sent_anew_but_only_one_stands(room: Room) -> None:
    application, images = room.submitted()
    request = replace(images[0])
    room.hear(raised(application, request))
    first = room.upload(application, "A01", request_id=request.request_id)

    with pytest.raises(Refusal, match="already_replaced"):
        room.upload(application, "A01", request_id=request.request_id)
    room.delete(application, first)
    second = room.upload(application, "A01", request_id=request.request_id)

    assert second in [image.id for image in room.held(application).counting()]


def test_a_refused_replacement_leaves_the_place_free(room: Room) -> None:
    application, images = room.submitted()
    request = replace(images[0])
    room.hear(raised(application, request))
    room.hear(checked(room.upload(application, "A01", request_id=request.request_id), refused=True))

    assert images[0] in [image.id for image in room.held(application).counting()]
    with pytest.raises(Refusal, match="not_ready"):
        room.submit(application)
    room.upload(application, "A01", request_id=request.request_id)

    assert room.submit(application).is_new


def test_every_request_must_be_answered_before_the_next_round(room: Room) -> None:
    application, images = room.submitted()
    one, two = replace(images[0]), replace(images[2])
    room.hear(raised(application, one, two))
    material = room.held(application).image(images[2]).material  # type: ignore[union-attr]
    room.upload(application, "A01", request_id=one.request_id)

    with pytest.raises(Refusal, match="not_ready"):
        room.submit(application)
    explain(room, application, two.request_id, "原件就是这样")
    room.submit(application)

    told = room.said(m.ApplicationSubmitted)[-1]
    assert told.round == 2
    assert [(e.request_id, e.text) for e in told.explanations] == [(two.request_id, "原件就是这样")]
    (answer,) = [image for image in told.images if image.answers == one.request_id]
    assert answer.replaces == images[0]
    assert images[0] not in [image.image_id for image in told.images]
    assert images[2] in [i.image_id for i in told.images if i.material == material]


def test_after_the_answers_everything_is_locked_again_at_the_area(room: Room) -> None:
    application, images = room.submitted()
    request = replace(images[0])
    room.hear(raised(application, request))
    new = room.upload(application, "A01", request_id=request.request_id)
    room.submit(application)

    held = room.held(application)
    assert (held.application.state, held.application.stage) == ("submitted", "area_review")
    assert held.requests[0].state == "answered"
    with pytest.raises(Refusal, match="locked"):
        room.delete(application, new)
    with pytest.raises(Refusal, match="request_over"):
        room.upload(application, "A01", request_id=request.request_id)


def test_an_add_request_raises_the_max_by_what_it_names(room: Room) -> None:
    application, _ = room.submitted()
    request = add("A01", 2)
    room.hear(raised(application, request))

    room.upload(application, "A01", request_id=request.request_id)
    room.upload(application, "A01", request_id=request.request_id)
    with pytest.raises(Refusal, match="no_free_slot"):
        room.upload(application, "A01", request_id=request.request_id)

    assert len(room.held(application).counting("A01")) == 4


def test_an_add_request_may_name_what_is_not_on_her_list(room: Room) -> None:
    application, _ = room.submitted()
    request = add("B07")
    room.hear(raised(application, request))

    room.upload(application, "B07", request_id=request.request_id)

    assert room.submit(application).is_new


def test_a_fix_request_is_answered_by_the_corrected_registration(room: Room) -> None:
    record = room.record(7)
    (application,) = room.register(record)
    room.fill(application)
    room.submit(application)
    request = fix("work_unit")
    room.hear(raised(application, request))
    with pytest.raises(Refusal, match="not_ready"):
        room.submit(application)
    with pytest.raises(Refusal, match="takes_no_images"):
        room.upload(application, "A01", request_id=request.request_id)

    room.register(room.record(7, work_unit="样例医院二部"))

    assert [r.state for r in room.held(application).requests] == ["answered"]
    assert room.held(application).application.state == "submitted"
    assert not room.submit(application).is_new


def test_a_request_has_its_own_time_and_is_not_bound_by_the_window(room: Room) -> None:
    application, images = room.submitted()
    room.move_window(ends_in=-7200)
    request = replace(images[0])
    room.hear(raised(application, request))

    room.upload(application, "A01", request_id=request.request_id)

    assert room.submit(application).is_new


def test_what_is_past_due_is_locked_at_that_second_though_no_tick_came(room: Room) -> None:
    application, images = room.submitted()
    room.move_window(ends_in=600, grace=0)
    request = replace(images[0], due_in=-1)
    room.hear(raised(application, request))

    with pytest.raises(Refusal, match="request_over"):
        room.upload(application, "A01", request_id=request.request_id)
    with pytest.raises(Refusal, match="request_over"):
        explain(room, application, request.request_id, "太迟")
    with pytest.raises(Refusal, match="request_over"):
        room.submit(application)

    assert room.held(application).state == "submitted"


def test_an_overdue_request_is_told_once_and_relocked(room: Room) -> None:
    application, images = room.submitted()
    room.move_window(ends_in=600, grace=0)
    request = replace(images[0], due_in=-1)
    room.hear(raised(application, request))

    for _ in range(3):
        room.tick()

    (told,) = room.said(m.RequestsOverdue)
    assert told.requests == (request.request_id,)
    held = room.held(application)
    assert (held.application.state, held.requests[0].state) == ("submitted", "overdue")


def test_one_overdue_request_leaves_the_other_open(room: Room) -> None:
    application, images = room.submitted()
    room.move_window(ends_in=600, grace=0)
    late, open_ = replace(images[0], due_in=-1), replace(images[1])
    room.hear(raised(application, late, open_))
    room.tick()

    assert room.held(application).application.state == "returned"
    room.upload(application, "A01", request_id=open_.request_id)

    assert room.submit(application).is_new


def test_a_new_request_adopts_what_was_uploaded_for_an_overdue_one(room: Room) -> None:
    application, images = room.submitted()
    room.move_window(ends_in=600, grace=0)
    first = replace(images[0], due_in=1.5)
    room.hear(raised(application, first))
    answer = room.upload(application, "A01", request_id=first.request_id)
    room.run("UPDATE request SET due_at = clock_timestamp()")
    room.tick()
    second = replace(images[0])
    room.hear(raised(application, second))

    assert [i.id for i in room.held(application).answers_to(second.request_id)] == [answer]
    assert room.submit(application).is_new


def test_requests_heard_twice_are_raised_once(room: Room) -> None:
    application, images = room.submitted()
    request = replace(images[0])
    message = raised(application, request)

    room.hear(message, times=2, copies=2)

    assert len(room.held(application).requests) == 1


def test_requests_heard_again_after_the_answer_unlock_nothing(room: Room) -> None:
    application, images = room.submitted()
    request = replace(images[0])
    message = raised(application, request)
    room.hear(message)
    room.upload(application, "A01", request_id=request.request_id)
    room.submit(application)

    room.hear(message)

    assert room.held(application).application.state == "submitted"


def test_another_applications_image_cannot_be_asked_for(room: Room) -> None:
    application, _ = room.submitted()
    _, others = room.submitted()

    room.hear(raised(application, replace(others[0])))

    assert room.held(application).application.state == "submitted"


def test_nothing_is_unlocked_before_a_submission(room: Room) -> None:
    application = room.candidate()
    image = room.upload(application)

    room.hear(raised(application, replace(image)))

    assert room.held(application).requests == []


def explain(room: Room, application: m.ApplicationId, request: m.RequestId, text: str) -> None:
    with room.database.transaction() as session:
        answers.explain(
            session, application_id=application, request_id=request, text=text, began_at=now()
        )
