"""What the reader says reaches her in words and the reviewers as a hint (R19's hints)."""

from typing import Any

import pytest

from libs.common import messages as m
from libs.common.sealing import seal
from tests import make
from tests.integration.upload.room import NAME, Room, checked


def read(room: Room, image: m.ImageId, kind: str = "id_front", **changes: Any) -> m.ImageRead:
    seen = {name: changes.pop(name, []) for name in ("id_numbers", "names", "dates")}
    fields: dict[str, Any] = {
        "reader": "test",
        "orientation": 1,
        "findings": (),
        "signals": {"read_lines": 9.0},
    }
    fields["read"] = seal(seen, room.own_public)
    return m.ImageRead(image_id=image, kind=kind, **(fields | changes))


def card(room: Room) -> tuple[m.ApplicationId, m.ImageId]:
    application = room.candidate()
    image = room.upload(application, "A01")
    room.hear(checked(image))
    return application, image


def hers(room: Room) -> str:
    return make.id_number(len(room.rows("SELECT 1 FROM registration")))


def row(room: Room, image: m.ImageId) -> Any:
    statement = "SELECT kind, compared, findings, signals, reader FROM image WHERE id = :id"
    return room.rows(statement, id=image)[0]


def test_what_passed_its_check_is_read_and_nothing_expected_is_told(room: Room) -> None:
    _, image = card(room)

    (command,) = room.said(m.ReadImage)

    assert (command.image_id, command.view_key) == (image, f"{image}.view")
    assert set(vars(command)) == {"image_id", "view_key", "orientation"}


def test_a_refused_image_is_not_read(room: Room) -> None:
    room.hear(checked(room.upload(room.candidate(), "A01"), refused=True))

    assert room.said(m.ReadImage) == []


def test_a_card_that_agrees_is_confirmed_without_a_word(room: Room) -> None:
    _, image = card(room)

    room.hear(read(room, image, id_numbers=[hers(room)], names=[NAME]), times=2, copies=2)

    found = row(room, image)
    assert (found.kind, found.findings, found.reader) == ("id_front", [], "test")
    assert found.compared == {"id_number": "match", "name": "match"}
    assert found.signals == {"sharpness": 9.0, "read_lines": 9.0}


def test_another_persons_card_is_warned_of_and_never_refused(room: Room) -> None:
    application, image = card(room)
    other = make.id_number(5, born="19710101")

    room.hear(read(room, image, id_numbers=[other], names=["样例·他人"]))

    found = row(room, image)
    assert [(f["code"], f["severity"]) for f in found.findings] == [
        ("id_differs", "warn"),
        ("name_differs", "warn"),
    ]
    assert len(room.held(application).counting("A01")) == 1
    assert other not in str(room.rows("SELECT details FROM audit"))


def test_a_newer_reading_takes_the_place_of_the_older(room: Room) -> None:
    _, image = card(room)
    room.hear(read(room, image, "insurance"))
    assert [f["code"] for f in row(room, image).findings] == ["wrong_kind"]

    room.hear(read(room, image, id_numbers=[hers(room)], names=[NAME]))

    assert row(room, image).findings == []


def test_what_was_read_before_a_turn_holds_no_longer(room: Room) -> None:
    _, image = card(room)

    room.hear(read(room, image, "insurance", orientation=6))

    assert (row(room, image).kind, row(room, image).findings) == ("unknown", [])


def test_the_round_carries_what_was_read_before_and_review_hears_what_came_after(
    room: Room,
) -> None:
    application = room.candidate()
    images = room.fill(application)
    for image in images:
        room.hear(checked(image))
    cards = [i.id for i in room.held(application).images if i.material == "A01"]
    room.hear(read(room, cards[0], id_numbers=[hers(room)], names=[NAME]))
    room.submit(application)

    room.hear(read(room, cards[1], "id_back", dates=["2020-01-01"]))

    (told,) = room.said(m.ApplicationSubmitted)
    kinds = {i.image_id: (i.kind, i.compared) for i in told.images}
    assert kinds[cards[0]] == ("id_front", {"id_number": "match", "name": "match"})
    assert kinds[cards[1]] == ("unknown", {})
    (late,) = room.said(m.SubmittedImageRead)
    assert (late.image_id, late.kind) == (cards[1], "id_back")
    assert (late.compared, [f.code for f in late.findings]) == ({"expiry": "differs"}, ["expired"])


def test_what_was_sealed_for_another_room_is_parked(room: Room) -> None:
    _, image = card(room)
    wrong = read(room, image, read=seal({}, room.own_public))

    room.hear(wrong)

    assert row(room, image).kind == "unknown"
    assert room.rows("SELECT 1 FROM parked")


@pytest.mark.parametrize("material", ["C01", "Z01"])
def test_where_no_kind_is_asked_none_is_wrong(room: Room, material: str) -> None:
    application = room.candidate()
    image = room.upload(application, material)
    room.hear(checked(image))

    room.hear(read(room, image, "insurance"))

    assert row(room, image).findings == []


def test_only_the_end_of_validity_is_kept_of_a_paper_that_expires(room: Room) -> None:
    _, front = card(room)
    back = room.upload(room.candidate(), "A01")
    room.hear(checked(back))
    dates = ["2031-01-01", "2038-05-04"]

    room.hear(read(room, front, kind="registration_slip", dates=dates))
    room.hear(read(room, back, kind="id_back", dates=dates))

    kept = room.rows("SELECT id, valid_until FROM image WHERE valid_until IS NOT NULL")
    assert [(r.id, str(r.valid_until)) for r in kept] == [(back, "2038-05-04")]
