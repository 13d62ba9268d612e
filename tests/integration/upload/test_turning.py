"""One tap turns an image: the row, the command, the stale answer, and what is refused (R7)."""

import dataclasses as dc

import pytest

from libs.common import messages as m
from libs.common.clock import now
from libs.common.errors import Refusal
from services.upload.domain.turning import Turn
from services.upload.operations import cures
from tests.integration.upload.room import Room, checked


def turn(room: Room, application_id: m.ApplicationId, image_id: m.ImageId, turn: Turn) -> None:
    with room.database.transaction() as session:
        cures.turn(
            session, application_id=application_id, image_id=image_id, turn=turn, began_at=now()
        )


def test_a_turned_image_is_under_check_again_with_its_bytes_unchanged(room: Room) -> None:
    hers = room.candidate()
    image_id = room.upload(hers)
    room.hear(checked(image_id, code="sideways_left"))
    before = room.rows("SELECT sha256, original_key FROM image")

    turn(room, hers, image_id, Turn.RIGHT)

    row = room.rows("SELECT * FROM image")[0]
    assert (row.check_state, row.orientation, row.findings) == ("pending", 6, [])
    assert (row.view_key, row.grid_key) == (None, None)
    assert room.rows("SELECT sha256, original_key FROM image") == before
    assert [c.orientation for c in room.said(m.CheckImage)] == [1, 6]
    assert room.rows("SELECT details FROM audit WHERE action = 'image.turned'")


def test_what_was_found_before_the_turn_is_not_written(room: Room) -> None:
    hers = room.candidate()
    image_id = room.upload(hers)
    turn(room, hers, image_id, Turn.HALF)

    room.hear(checked(image_id, code="upside_down"))
    assert room.rows("SELECT check_state FROM image")[0].check_state == "pending"

    room.hear(dc.replace(checked(image_id), orientation=3), times=2)
    assert room.rows("SELECT check_state FROM image")[0].check_state == "checked"


def test_a_locked_image_is_not_turned(room: Room) -> None:
    hers, (image_id, *_) = room.submitted()

    with pytest.raises(Refusal, match="locked"):
        turn(room, hers, image_id, Turn.RIGHT)


def test_nothing_is_turned_after_the_end(room: Room) -> None:
    hers = room.candidate()
    image_id = room.upload(hers)
    room.move_window(ends_in=-3600)

    with pytest.raises(Refusal, match="window_closed"):
        turn(room, hers, image_id, Turn.RIGHT)


def test_what_was_refused_or_deleted_or_is_anothers_is_not_turned(room: Room) -> None:
    hers = room.candidate()
    refused, deleted = room.upload(hers), room.upload(hers, "A07")
    room.hear(checked(refused, refused=True))
    room.delete(hers, deleted)
    for application_id, image_id, code in (
        (hers, refused, "nothing_to_turn"),
        (hers, deleted, "no_image"),
        (room.candidate(), refused, "no_image"),
    ):
        with pytest.raises(Refusal, match=code):
            turn(room, application_id, image_id, Turn.LEFT)
