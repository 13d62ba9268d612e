"""Corrected registrations (R3): lists re-computed, requests closed, the review told."""

from typing import Any

import pytest

from libs.common import messages as m
from libs.common import sealing
from services.upload.operations.registrations import Imported, import_registrations
from services.upload.queries.corrections import registration_notes
from tests.integration.upload.room import EXAM, Room, fix, raised, replace

LICENSED = {"holds_assistant_licence": "true"}


def correct(room: Room, number: int, **changes: Any) -> Imported:
    """The registration arrives again, changed."""
    with room.database.transaction() as session:
        record = room.record(number, **changes)
        return import_registrations(session, [record], exam=EXAM, vault=room.vault, actor="test")


def versioned(room: Room, number: int, version: int, **changes: Any) -> Imported:
    """The registration arrives with its version."""
    import dataclasses as dc

    record = dc.replace(room.record(number, **changes), version=version)
    with room.database.transaction() as session:
        return import_registrations(session, [record], exam=EXAM, vault=room.vault, actor="test")


def notes(room: Room, application_id: m.ApplicationId) -> Any:
    with room.database.transaction() as session:
        return registration_notes(session, application_id)


def test_the_note_says_what_changed_and_which_materials_came_and_went(room: Room) -> None:
    (who,) = room.register(room.record(1))
    image = room.upload(who, "C01")

    correct(room, 1, facts=LICENSED, phone="13900009999")

    (note,) = notes(room, who)
    told = {f.label.zh: (f.before and f.before.zh, f.after and f.after.zh) for f in note.facts}
    assert told == {"持有执业助理医师证": ("否", "是"), "手机号码": (None, None)}
    assert [code for code, _ in note.came] == ["C02", "D01", "D02"]
    assert "C01" in [code for code, _ in note.went]
    assert not note.was_submitted
    assert [i.id for i in room.held(who).images] == [image]
    assert room.said(m.RegistrationChanged) == []


def test_the_same_record_twice_makes_one_note(room: Room) -> None:
    (who,) = room.register(room.record(1))

    for _ in range(2):
        correct(room, 1, facts=LICENSED)

    assert len(notes(room, who)) == 1


def test_an_older_version_never_overwrites_a_newer_one(room: Room) -> None:
    (who,) = room.register(room.record(1))

    newer = versioned(room, 1, 7, facts=LICENSED)
    older = versioned(room, 1, 6, facts={"military": "true"})
    again = versioned(room, 1, 7, facts=LICENSED)

    assert (newer.updated, older.outdated, again.unchanged) == (1, 1, 1)
    assert room.held(who).registration.facts["holds_assistant_licence"] == "true"
    assert room.held(who).registration.facts["military"] == "false"
    assert len(notes(room, who)) == 1


def test_after_the_submission_the_review_is_told_once_with_what_is_newly_required(
    room: Room,
) -> None:
    who, _ = room.submitted()
    number = int(room.held(who).registration.number.removeprefix("TJ-"))

    for _ in range(2):
        correct(room, number, facts=LICENSED, name="样例·乙")

    (told,) = room.said(m.RegistrationChanged)
    assert told.revision == 2
    assert told.changed == ("holds_assistant_licence", "name")
    assert told.newly_required == ("C02", "D01", "D02")
    assert "C01" in told.no_longer_asked
    assert "C02" in told.materials
    assert sealing.unseal(told.personal, room.review_key)["name"] == "样例·乙"
    assert room.held(who).state == "submitted"
    assert notes(room, who)[0].was_submitted


def test_a_corrected_fact_closes_its_request_and_the_last_one_locks_again(room: Room) -> None:
    who, _ = room.submitted()
    number = int(room.held(who).registration.number.removeprefix("TJ-"))
    room.hear(raised(who, fix("holds_assistant_licence")))
    assert room.held(who).application.state == "returned"

    correct(room, number, facts=LICENSED)

    (request,) = room.held(who).requests
    assert request.state == "answered"
    assert request.fixed_at is not None
    assert room.held(who).application.state == "submitted"
    (told,) = room.said(m.RequestsFixed)
    assert (told.application_id, told.requests) == (who, (request.id,))


@pytest.mark.parametrize("fact", ["name", "military"])
def test_a_request_on_another_fact_stays_open(room: Room, fact: str) -> None:
    who, _ = room.submitted()
    number = int(room.held(who).registration.number.removeprefix("TJ-"))
    room.hear(raised(who, fix(fact)))

    correct(room, number, facts=LICENSED)

    assert [r.state for r in room.held(who).requests] == ["open"]
    assert room.held(who).application.state == "returned"


def test_with_another_request_open_she_still_answers_that_one(room: Room) -> None:
    who, images = room.submitted()
    number = int(room.held(who).registration.number.removeprefix("TJ-"))
    room.hear(raised(who, fix("holds_assistant_licence"), replace(images[0])))

    correct(room, number, facts=LICENSED)

    assert sorted(r.state for r in room.held(who).requests) == ["answered", "open"]
    assert room.held(who).application.state == "returned"


def test_a_note_that_was_put_away_does_not_come_again(room: Room) -> None:
    from services.upload.operations.changes import mark_seen

    (who,) = room.register(room.record(1))
    correct(room, 1, facts=LICENSED)

    with room.database.transaction() as session:
        mark_seen(session, who)

    assert notes(room, who) == ()
    correct(room, 1)
    assert len(notes(room, who)) == 1
