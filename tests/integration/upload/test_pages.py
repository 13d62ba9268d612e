"""What the pages read: right, and in a constant number of statements (house style 19)."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from libs.common import messages as m
from libs.common.errors import Refusal
from services.upload.domain.application import RequestState
from services.upload.queries.account import activation_page, registration_panel, signed
from services.upload.queries.application import application_page
from services.upload.queries.images import stored_image
from services.upload.queries.papers import messages_page, receipt_page, result_page
from services.upload.queries.shapes.application import ApplicationPage
from services.upload.queries.shapes.materials import EntryState, MaterialEntry
from services.upload.queries.status import status_page
from tests.integration.upload.room import Room, add, checked, fix, raised, replace


def page(room: Room, application: m.ApplicationId, *, show_all: bool = False) -> ApplicationPage:
    with room.database.transaction() as session:
        return application_page(session, application, show_all=show_all)


def entry(room: Room, application: m.ApplicationId, code: str) -> MaterialEntry:
    return next(e for e in page(room, application).entries if e.code == code)


@contextmanager
def counted(room: Room) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(*given: object) -> None:
        statements.append(str(given[2]))

    event.listen(room.database.engine, "before_cursor_execute", note)
    yield statements
    event.remove(room.database.engine, "before_cursor_execute", note)


READS: dict[str, Callable[[Session, Room, m.ApplicationId, str], object]] = {
    "application": lambda s, _r, a, _n: application_page(s, a, show_all=True),
    "status": lambda s, _r, a, _n: status_page(s, a),
    "receipt": lambda s, _r, _a, n: receipt_page(s, n),
    "messages": lambda s, _r, a, _n: messages_page(s, a),
    "result": lambda s, _r, a, _n: result_page(s, a),
    "signed": lambda s, _r, a, _n: signed(s, a),
    "activation": lambda s, r, a, _n: activation_page(s, a, vault=r.vault),
    "panel": lambda s, r, a, _n: registration_panel(s, a, vault=r.vault),
}
MOST_STATEMENTS = {"application": 14, "status": 1}


@pytest.mark.parametrize("name", READS)
def test_a_page_takes_as_many_statements_for_much_as_for_little(room: Room, name: str) -> None:
    counts = []
    for facts in ({}, {"name_changed": True, "unit_kind": "clinic", "current_postgraduate": True}):
        application, images = room.submitted(facts=facts)
        requests = [replace(image) for image in images[: 2 + len(facts)]]
        room.hear(raised(application, *requests))
        (row,) = room.rows(
            "SELECT receipt_number FROM submission WHERE application_id = :id", id=application
        )
        with room.database.transaction() as session, counted(room) as statements:
            READS[name](session, room, application, row.receipt_number)
        counts.append(len(statements))

    assert counts[0] == counts[1]
    assert counts[0] <= MOST_STATEMENTS.get(name, 4)


def test_a_fresh_page_shows_her_list_with_its_reasons(room: Room) -> None:
    found = page(room, room.candidate())

    states = {e.code: e.state for e in found.entries}
    assert states["A01"] is EntryState.TODO
    assert found.progress_done == 0
    assert found.progress_total == sum(1 for e in found.entries if e.min)
    assert (found.can_submit, found.readiness.is_ready) == (True, False)
    assert all(e.because.zh and e.because.en for e in found.entries)
    assert not re.search(r"\{(opens|ends|grace)\}", "".join(t.zh + t.en for t in found.notice))
    assert {g.letter for g in found.groups} == {e.code[0] for e in found.entries}


def test_the_whole_list_says_what_is_not_asked_of_her(room: Room) -> None:
    application = room.candidate()

    whole = page(room, application, show_all=True)

    assert len(whole.entries) == len(room.exam.materials)
    assert len(whole.entries) > len(page(room, application).entries)
    assert EntryState.NOT_ASKED in {e.state for e in whole.entries}


def test_an_entry_goes_from_todo_to_accepted(room: Room) -> None:
    application = room.candidate()
    seen = [entry(room, application, "A01").state]
    first = room.upload(application, "A01")
    seen.append(entry(room, application, "A01").state)
    second = room.upload(application, "A01")
    seen.append(entry(room, application, "A01").state)
    room.hear(checked(first))
    room.hear(checked(second))
    seen.append(entry(room, application, "A01").state)
    others = room.fill(application)
    room.submit(application)
    seen.append(entry(room, application, "A01").state)
    request = replace(others[0])
    room.hear(raised(application, request, accepted=(first, second)))
    seen.append(entry(room, application, "A01").state)

    assert seen == ["todo", "partial", "checking", "uploaded", "locked", "accepted"]


def test_a_refused_image_asks_for_action(room: Room) -> None:
    application = room.candidate()
    room.hear(checked(room.upload(application, "A01"), refused=True))

    found = entry(room, application, "A01")

    assert (found.state, found.count, found.free_slots) == (EntryState.NEEDS_ACTION, 0, 2)
    assert found.images[0].findings[0].code == "damaged"


def test_upload_disappears_when_max_is_reached(room: Room) -> None:
    application = room.candidate()
    assert entry(room, application, "A01").can_upload
    room.upload(application, "A01")
    room.upload(application, "A01")

    found = entry(room, application, "A01")

    assert (found.can_upload, found.free_slots) == (False, 0)
    assert [image.position for image in found.images] == [1, 2]


def test_a_request_stands_at_its_material_with_words_and_cure(room: Room) -> None:
    application, images = room.submitted()
    request = replace(images[0])
    room.hear(raised(application, request, fix("work_unit"), add("A07")))

    found = page(room, application)

    line = next(e for e in found.entries if e.code == "A01")
    assert line.state is EntryState.NEEDS_ACTION
    (shown,) = line.requests
    assert (shown.image_id, shown.can_upload, shown.is_answered) == (images[0], True, False)
    assert shown.state is RequestState.OPEN
    assert [r.fact_label.zh for r in found.requests if r.fact_label]
    assert next(e for e in found.entries if e.code == "A07").max == 2
    assert found.can_submit
    assert not line.can_upload

    room.upload(application, "A01", request_id=request.request_id)

    (answered,) = entry(room, application, "A01").requests
    assert (answered.is_answered, answered.can_upload, len(answered.images)) == (True, False, 1)
    assert answered.images[0].can_delete


def test_what_is_no_longer_asked_stays_marked(room: Room) -> None:
    (application,) = room.register(room.record(9, facts={"name_changed": True}))
    room.upload(application, "A04")

    room.register(room.record(9))

    found = entry(room, application, "A04")
    assert found.is_no_longer_asked
    assert len(found.images) == 1


def test_the_deadline_counts_extensions_and_the_servers_time(room: Room) -> None:
    application = room.candidate()
    room.move_window(ends_in=-5, grace=60)

    shown = page(room, application).deadline

    assert shown.phase == "grace"
    assert (shown.closes_at - shown.ends_at).total_seconds() == shown.grace_seconds == 60
    assert not page(room, application).can_submit


def test_the_status_changes_its_tag_with_every_news_and_only_then(room: Room) -> None:
    application = room.candidate()
    tags = [tag(room, application), tag(room, application)]
    image = room.upload(application)
    tags.append(tag(room, application))
    room.hear(checked(image))
    tags.append(tag(room, application))
    room.move_window(ends_in=-61, grace=60)
    tags.append(tag(room, application))

    assert tags[0] == tags[1]
    assert len(set(tags)) == 4


def test_the_status_says_by_the_clock_what_the_page_says(room: Room) -> None:
    application, images = room.submitted()
    room.hear(raised(application, replace(images[0])))
    states = [states_of(room, application)]
    room.run("UPDATE request SET due_at = clock_timestamp() - interval '1 hour'")
    states.append(states_of(room, application))
    other = room.candidate()
    room.move_window(ends_in=-61, grace=60)
    states.append(states_of(room, other))

    assert states == [("returned",) * 2, ("submitted",) * 2, ("locked",) * 2]


def test_only_the_owner_finds_an_images_bytes(room: Room) -> None:
    mine, other = room.candidate(), room.candidate()
    image = room.upload(mine)

    with room.database.transaction() as session:
        assert stored_image(session, application_id=mine, image_id=image).id == image
        with pytest.raises(Refusal, match="no_image"):
            stored_image(session, application_id=other, image_id=image)


def tag(room: Room, application: m.ApplicationId) -> str:
    with room.database.transaction() as session:
        return status_page(session, application).etag


def states_of(room: Room, application: m.ApplicationId) -> tuple[str, str]:
    with room.database.transaction() as session:
        return status_page(session, application).state, application_page(session, application).state
