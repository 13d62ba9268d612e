"""The same picture twice: hers is her warning, another's the reviewers' matter (R19)."""

import base64
import dataclasses as dc
import random

import pytest

from libs.common import messages as m
from libs.common.clock import now
from libs.common.errors import Refusal
from services.upload.operations import exams, templates
from services.upload.operations.images import undo_delete
from services.upload.packs import pack
from services.upload.queries.images import views_of
from tests.integration.upload.room import PACK, Room, checked

FORMER = "tianjin-2023"


def looks(image_id: m.ImageId, seed: int, *, bits_off: int = 0, shade: int = 0) -> m.ImageChecked:
    """A check's answer on a made-up picture; a little off, as a rougher copy of it is."""
    chance = random.Random(seed)
    value = chance.getrandbits(256)
    for bit in range(bits_off):
        value ^= 1 << (bit * 7)
    luma = bytes(min(255, level + shade) for level in chance.randbytes(4096))
    answer: m.ImageChecked = checked(image_id)
    return dc.replace(answer, picture_hash=f"{value:064x}", luma=base64.b64encode(luma).decode())


def codes(room: Room, image_id: m.ImageId) -> list[str]:
    row = room.rows("SELECT findings FROM image WHERE id = :id", id=image_id)[0]
    return [finding["code"] for finding in row.findings]


def others(room: Room, image_id: m.ImageId) -> list[str | None]:
    row = room.rows("SELECT findings FROM image WHERE id = :id", id=image_id)[0]
    return [finding["image_id"] for finding in row.findings]


def test_her_own_repeat_is_a_warning_at_the_later_one_alone(room: Room) -> None:
    hers = room.candidate()
    first, second, third = (room.upload(hers, code) for code in ("A01", "A07", "B01"))

    room.hear(looks(first, 1))
    room.hear(looks(second, 1, bits_off=9, shade=5))
    room.hear(looks(third, 2))

    assert (codes(room, first), codes(room, third)) == ([], [])
    assert codes(room, second) == ["own_repeat"]
    assert others(room, second) == [str(first)]
    assert room.said(m.DuplicatesFound) == []


def test_a_repeat_of_what_she_removed_is_no_repeat_and_comes_back_with_it(room: Room) -> None:
    hers = room.candidate()
    first, second = room.upload(hers, "A01"), room.upload(hers, "A07")
    room.hear(looks(first, 1))
    room.hear(looks(second, 1))

    room.delete(hers, first)
    assert (codes(room, first), codes(room, second)) == ([], [])

    with room.database.transaction() as session:
        undo_delete(session, application_id=hers, image_id=first, began_at=now())
    assert (codes(room, first), others(room, second)) == ([], [str(first)])


def test_the_later_picture_bears_the_warning_though_its_check_ended_first(room: Room) -> None:
    hers = room.candidate()
    first, second = room.upload(hers, "A01"), room.upload(hers, "A07")

    room.hear(looks(second, 1))
    room.hear(looks(first, 1))

    assert (codes(room, first), others(room, second)) == ([], [str(first)])


def test_of_two_that_repeat_each_other_one_bears_the_warning(room: Room) -> None:
    hers = room.candidate()
    first, second, third = (room.upload(hers, code) for code in ("A01", "A07", "B01"))
    for image_id in (first, second, third):
        room.hear(looks(image_id, 1))
    room.hear(dc.replace(looks(first, 1), checker="newer"))
    assert [codes(room, image_id) for image_id in (first, second, third)] == [
        [],
        ["own_repeat"],
        ["own_repeat"],
    ]

    room.delete(hers, first)

    assert sorted(len(codes(room, image_id)) for image_id in (second, third)) == [0, 1]


def test_her_list_names_the_picture_that_another_repeats(room: Room) -> None:
    hers = room.candidate()
    first, second = room.upload(hers, "A07"), room.upload(hers, "A01")
    room.hear(looks(first, 1))
    room.hear(looks(second, 1))

    views = views_of(room.held(hers))

    place = views[second].repeats
    assert place is not None
    assert (views[first].repeats, place.position, place.is_former) == (None, 1, False)
    assert place.title == next(e.title for e in room.exam.materials if e.code == "A07")


def test_anothers_picture_is_told_to_the_review_at_submission_and_not_to_her(room: Room) -> None:
    theirs, (source, *_) = room.submitted()
    hers = room.candidate()
    images = room.fill(hers)
    room.run("DELETE FROM image_likeness")
    room.run("UPDATE image SET check_state = 'pending' WHERE id = :id", id=source)
    room.hear(looks(source, 3))
    for number, image_id in enumerate(images):
        room.hear(looks(image_id, 3 if number == 1 else 50 + number, bits_off=5))

    assert codes(room, images[1]) == []
    assert room.said(m.DuplicatesFound) == []

    room.submit(hers)

    (found,) = room.said(m.DuplicatesFound)
    assert (found.application_id, found.image_id) == (hers, images[1])
    (other,) = found.others
    assert (other.application_id, other.image_id, other.exam) == (theirs, source, "demo")
    assert other.distance == 0


def test_a_check_that_ends_after_the_submission_finds_twins_too(room: Room) -> None:
    one, other = room.candidate(), room.candidate()
    hers, theirs = room.fill(one), room.fill(other)
    room.submit(one)
    room.submit(other)

    room.hear(looks(hers[0], 4))
    room.hear(looks(theirs[0], 4, bits_off=20, shade=5), copies=2)

    (found,) = room.said(m.DuplicatesFound)
    assert found.image_id == theirs[0]
    assert 0 < found.others[0].distance <= 0.045


@pytest.mark.parametrize(
    ("seed", "bits_off", "shade"), [(6, 0, 0), (5, 36, 0), (5, 4, 90)], ids=["other", "hash", "map"]
)
def test_another_picture_is_no_twin(room: Room, seed: int, bits_off: int, shade: int) -> None:
    hers = room.candidate()
    first, second = room.upload(hers, "A01"), room.upload(hers, "A07")

    room.hear(looks(first, 5))
    room.hear(looks(second, seed, bits_off=bits_off, shade=shade))

    assert codes(room, second) == []


def test_a_known_form_matches_nothing(room: Room) -> None:
    hers = room.candidate()
    first, second = room.upload(hers, "A01"), room.upload(hers, "A07")
    room.hear(looks(first, 8))
    with room.database.transaction() as session:
        templates.add_template(session, image_id=first, what="试用期考核表（空白）", actor="cli:x")

    room.hear(looks(second, 8, bits_off=3))

    assert codes(room, second) == []
    assert room.rows("SELECT what FROM known_template") == [("试用期考核表（空白）",)]
    with room.database.transaction() as session, pytest.raises(Refusal, match="no_checked_image"):
        templates.add_template(session, image_id=room.upload(hers, "B01"), what="x", actor="cli:x")


def test_a_form_that_was_none_is_taken_back_and_its_twins_are_told(room: Room) -> None:
    room.submitted()
    theirs, hers = room.candidate(), room.candidate()
    (one, *rest), (two, *more) = room.fill(theirs), room.fill(hers)
    room.hear(looks(one, 8))
    with room.database.transaction() as session:
        templates.add_template(session, image_id=one, what="空白 表", actor="cli:x")
        with pytest.raises(Refusal, match="template_known"):
            templates.add_template(session, image_id=one, what=" 空白  表 ", actor="cli:x")
        with pytest.raises(Refusal, match="template_unnamed"):
            templates.add_template(session, image_id=one, what=" ", actor="cli:x")
    room.hear(looks(two, 8, bits_off=3))
    for number, image_id in enumerate([*rest, *more]):
        room.hear(looks(image_id, 90 + number))
    room.submit(theirs)
    room.submit(hers)
    assert room.said(m.DuplicatesFound) == []

    with room.database.transaction() as session:
        assert [known.what for known in templates.templates(session)] == ["空白 表"]
        assert templates.remove_template(session, what="空白 表", actor="cli:x") == 2

    told = {(found.image_id, found.others[0].image_id) for found in room.said(m.DuplicatesFound)}
    assert told == {(one, two), (two, one)}
    assert room.rows("SELECT actor FROM audit WHERE action = 'template.removed'") == [("cli:x",)]
    with room.database.transaction() as session, pytest.raises(Refusal, match="no_template"):
        templates.remove_template(session, what="空白 表", actor="cli:x")


def test_anothers_picture_of_last_years_exam_is_told_with_the_exams_name(room: Room) -> None:
    theirs, (source, *_) = room.submitted()
    room.run("UPDATE image SET check_state = 'pending', locked_at = NULL WHERE id = :id", id=source)
    room.hear(looks(source, 9))
    with room.database.transaction() as session:
        exams.load_exam(session, pack.read(PACK), actor="test:room")
    room.run("UPDATE application SET exam = :exam WHERE id = :id", exam=FORMER, id=theirs)
    room.run(
        "UPDATE registration SET exam = :exam WHERE application_id = :id", exam=FORMER, id=theirs
    )
    hers = room.candidate()
    images = room.fill(hers)
    for number, image_id in enumerate(images):
        room.hear(looks(image_id, 9 if number == 0 else 70 + number, bits_off=7))

    room.submit(hers)

    (found,) = room.said(m.DuplicatesFound)
    (other,) = found.others
    assert (found.application_id, found.image_id) == (hers, images[0])
    assert (other.application_id, other.image_id, other.exam) == (theirs, source, FORMER)
    assert codes(room, images[0]) == []


def test_the_same_person_in_another_years_exam_is_nobody_else(room: Room) -> None:
    """Last year's images count, and her own diploma of last year is no finding."""
    theirs, (source, *_) = room.submitted()
    hers = room.candidate()
    images = room.fill(hers)
    room.run("UPDATE image SET check_state = 'pending', locked_at = NULL WHERE id = :id", id=source)
    room.hear(looks(source, 9))
    room.run("ALTER TABLE registration DROP CONSTRAINT registration_exam_id_number_index_key")
    room.run(
        "UPDATE registration SET id_number_index ="
        " (SELECT id_number_index FROM registration WHERE application_id = :theirs)"
        " WHERE application_id = :hers",
        theirs=theirs,
        hers=hers,
    )
    for number, image_id in enumerate(images):
        room.hear(looks(image_id, 9 if number == 0 else 70 + number))

    room.submit(hers)

    assert room.said(m.DuplicatesFound) == []
    assert codes(room, images[0]) == []


def test_a_newer_checker_replaces_what_was_found_and_takes_nothing_away(room: Room) -> None:
    hers = room.candidate()
    open_image = room.upload(hers)
    room.hear(looks(open_image, 1))
    room.hear(dc.replace(looks(open_image, 2), checker="newer"))
    room.hear(dc.replace(checked(open_image, code="dark"), checker="newer"))
    assert room.rows("SELECT checker, findings FROM image") == [("newer", [])]

    _, (locked, *_) = room.submitted()
    room.hear(dc.replace(checked(locked, refused=True), checker="newer"))
    row = room.rows("SELECT check_state, checker FROM image WHERE id = :id", id=locked)[0]
    assert tuple(row) == ("checked", "test")
