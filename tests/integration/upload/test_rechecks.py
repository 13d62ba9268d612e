"""A re-check goes in order, behind live work; verdicts stand beside the signals."""

import datetime as dt

import pytest

from libs.common import messages as m
from libs.common.clock import now
from services.upload import commands
from services.upload.operations.rechecks import ROOM_BEHIND_LIVE_WORK
from tests.integration.upload.room import Room, checked, raised, replace

YESTERDAY = dt.timedelta(days=1)


def step(room: Room, after: object = None, most: int = 2) -> object:
    return commands.recheck_next(
        room.database,
        since=now() - YESTERDAY,
        after=after,  # type: ignore[arg-type]
        most=most,
        actor="cli:x",
    )


def test_each_checked_image_is_asked_for_once_and_in_order(room: Room) -> None:
    hers = room.candidate()
    images = [room.upload(hers, code) for code in ("A01", "A07", "B01", "C01")]
    for image_id in images[:3]:
        room.hear(checked(image_id))
    room.run("DELETE FROM outbox")

    first = step(room)
    second = step(room, first.place)  # type: ignore[attr-defined]
    last = step(room, second.place)  # type: ignore[attr-defined]

    assert [c.image_id for c in room.said(m.CheckImage)] == images[:3]
    assert (first.asked, second.asked, last.asked, last.place) == (2, 1, 0, None)  # type: ignore[attr-defined]
    assert len(room.rows("SELECT 1 FROM audit WHERE action = 'images.rechecked'")) == 2


@pytest.mark.parametrize("queue", ["images", "reader"])
def test_live_work_goes_first(room: Room, queue: str) -> None:
    hers = room.candidate()
    image_id = room.upload(hers)
    room.hear(checked(image_id))
    room.run(
        "INSERT INTO outbox (type, v, queue, trace, body)"
        " SELECT 'CheckImage', 1, :queue, 't', '{}' FROM generate_series(1, :n)",
        queue=queue,
        n=ROOM_BEHIND_LIVE_WORK + 1,
    )

    found = step(room)

    assert (found.asked, found.waits) == (0, True)  # type: ignore[attr-defined]


def test_an_answer_of_the_same_checker_changes_nothing(room: Room) -> None:
    hers = room.candidate()
    image_id = room.upload(hers)
    room.hear(checked(image_id))
    before = room.rows("SELECT checked_at FROM image")

    room.hear(checked(image_id), times=2)

    assert room.rows("SELECT checked_at FROM image") == before


def test_signals_are_compared_with_what_reviewers_said(room: Room) -> None:
    for number in range(20):
        application_id, images = room.submitted()
        asked = raised(application_id, replace(images[0]), accepted=tuple(images[1:]))
        room.hear(asked)
        room.run(
            "UPDATE image SET signals = jsonb_build_object('sharpness',"
            " CASE WHEN id = :bad THEN .2 ELSE .7 END + :number / 1000.0) WHERE id = ANY(:all)",
            bad=images[0],
            all=images,
            number=number,
        )

    found = commands.calibrated_in(room.database, exam="demo")

    (sharpness,) = found.signals
    assert (sharpness.signal, sharpness.replaced, sharpness.area) == ("sharpness", 20, 1)
    assert sharpness.accepted >= 20
    assert commands.calibrated_in(room.database, exam="another").accepted == 0
