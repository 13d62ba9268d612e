"""The review lets go of a case past its retention time, and of nothing under legal hold."""

import uuid

from libs.common import messages as m
from services.review.domain.staff import Role
from services.review.models.table import Table
from services.review.operations import judge
from tests.integration.review import room as r
from tests.integration.review.room import Room
from tests.integration.review.walks import ask_for, take


def written(room: Room) -> str:
    """Every row of every table of ours, as text."""
    return " ".join(
        str(row[0])
        for name in Table.metadata.tables
        for row in room.rows(f"SELECT t::text FROM {name} t")  # noqa: S608 - our own names
    )


def worked_on(room: Room, login: str = "anna") -> m.ApplicationSubmitted:
    """A case with verdicts, a request, a call and a duplicate."""
    room.feed(r.exam())
    submitted = r.submission()
    room.feed(submitted)
    ask_for(room, submitted, submitted.images[0].image_id, room.person(login, Role.SITE_REVIEWER))
    other = m.Duplicate(
        application_id=m.ApplicationId(uuid.uuid4()),
        image_id=m.ImageId(uuid.uuid4()),
        exam="demo",
        distance=0.0,
    )
    room.feed(
        m.DuplicatesFound(
            application_id=submitted.application_id,
            image_id=submitted.images[0].image_id,
            others=(other,),
        )
    )
    return submitted


def suspected(room: Room) -> m.ApplicationSubmitted:
    """A case that is under legal hold."""
    submitted = r.submission()
    room.feed(r.exam(), submitted)
    deed = take(room, submitted, room.person("clara", Role.SITE_REVIEWER))
    image = submitted.images[0].image_id
    room.do(judge.flag, image_id=image, words="章是贴上去的", **deed)
    return submitted


def test_nothing_of_the_case_stays_and_the_other_rooms_hear_so(room: Room) -> None:
    submitted, kept = worked_on(room), worked_on(room, "bert")
    message = m.PurgeCase(application_id=submitted.application_id)

    room.feed(message, message)

    left = written(room)
    assert str(submitted.application_id) not in left
    assert submitted.registration_number not in left
    for image in submitted.images:
        assert str(image.image_id) not in left
    assert str(kept.application_id) in left
    assert room.said(m.CasePurged) == [{"application_id": str(submitted.application_id)}]
    (line, _) = room.rows("SELECT details FROM audit WHERE action = 'case.purged' ORDER BY id")
    assert line.details["rows"] > 5


def test_a_case_under_legal_hold_stays_and_says_so(room: Room) -> None:
    submitted = suspected(room)
    before = written(room)

    room.feed(m.PurgeCase(application_id=submitted.application_id))

    assert written(room) == before
    assert room.said(m.CasePurged) == []
    assert [said["held"] for said in room.said(m.LegalHoldSet)] == [True, True]


def test_a_pair_stays_while_the_other_one_is_evidence(room: Room) -> None:
    suspect, other = suspected(room), worked_on(room)
    pair = m.Duplicate(
        application_id=other.application_id,
        image_id=other.images[0].image_id,
        exam="demo",
        distance=0.0,
    )
    room.feed(
        m.DuplicatesFound(
            application_id=suspect.application_id,
            image_id=suspect.images[1].image_id,
            others=(pair,),
        )
    )
    room.feed(m.PurgeCase(application_id=other.application_id))

    assert room.rows(
        "SELECT 1 FROM duplicate WHERE other_application_id = :id OR application_id = :id",
        id=other.application_id,
    )
    assert not room.rows(
        "SELECT 1 FROM review_case WHERE application_id = :id", id=other.application_id
    )


def test_what_never_had_a_case_is_let_go_of_too(room: Room) -> None:
    nobody = m.ApplicationId(uuid.uuid4())

    room.feed(m.PurgeCase(application_id=nobody))

    assert room.said(m.CasePurged) == [{"application_id": str(nobody)}]
