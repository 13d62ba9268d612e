"""The end of a window (R13), and later ends (R14)."""

import dataclasses as dc
import datetime as dt
import threading
import uuid
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from libs.common import messages as m
from libs.common.clock import now
from libs.common.errors import Refusal
from services.upload.operations import exams, windows
from services.upload.operations.windows import Extension
from tests.integration.upload.room import EXAM, Room
from tests.serving import until


def test_what_was_not_submitted_is_locked_and_told_once(room: Room) -> None:
    empty, started = room.candidate(), room.candidate()
    room.upload(started)
    done, _ = room.submitted()
    room.move_window(ends_in=-61, grace=60)

    for _ in range(3):
        room.tick()

    told = room.said(m.ApplicationLocked)
    assert {message.application_id for message in told} == {empty, started}
    assert room.held(done).application.state == "submitted"
    assert room.held(started).application.state == "locked"


def test_nothing_is_locked_during_the_grace(room: Room) -> None:
    application = room.candidate()
    room.move_window(ends_in=-5, grace=60)

    room.tick()

    assert room.held(application).application.state == "open"


def test_the_page_says_locked_though_every_worker_is_down(room: Room) -> None:
    application = room.candidate()
    room.move_window(ends_in=-61, grace=60)

    assert room.held(application).state == "locked"


def test_an_exam_may_submit_what_is_complete_at_the_end(room: Room) -> None:
    room.run(
        "UPDATE exam SET pack = pack || jsonb_build_object('on_close', 'submit_if_complete'),"
        " version = version || '-closing'"
    )
    complete, gaps = room.candidate(), room.candidate()
    room.fill(complete)
    room.upload(gaps)
    room.move_window(ends_in=-61, grace=60)

    room.tick()

    assert room.held(complete).application.state == "submitted"
    assert room.held(gaps).application.state == "locked"


def test_more_than_one_batch_is_closed_by_several_ticks(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.upload.operations.closing.BATCH", 3)
    room.register(*[room.record() for _ in range(8)])
    room.move_window(ends_in=-61, grace=60)

    for _ in range(3):
        room.tick()

    assert len(room.said(m.ApplicationLocked)) == 8


def test_an_extension_of_one_candidate_opens_hers_alone_again(room: Room) -> None:
    hers, other = room.candidate(), room.candidate()
    room.move_window(ends_in=-61, grace=60)
    room.tick()
    number = room.held(hers).registration.number

    concerned = extend(room, number=number)
    room.tick()

    assert concerned == 1
    room.upload(hers)
    with pytest.raises(Refusal, match="window_closed"):
        room.upload(other)
    (told,) = room.said(m.WindowExtended)
    assert told.applications == (hers,)
    assert len(room.said(m.ApplicationLocked)) == 2


def test_an_extension_of_a_site_opens_its_applications(room: Room) -> None:
    sites = [site.code for site in room.exam.sites]
    here, there = room.candidate(site=sites[0]), room.candidate(site=sites[1])
    room.move_window(ends_in=-61, grace=60)

    extend(room, site=sites[1])
    room.tick()

    room.upload(there)
    with pytest.raises(Refusal, match="window_closed"):
        room.upload(here)


def test_the_latest_of_several_extensions_holds(room: Room) -> None:
    application = room.candidate()
    room.move_window(ends_in=-61, grace=60)
    extend(room, hours=5)
    extend(room, number=room.held(application).registration.number, hours=2)

    held = room.held(application)

    assert held.window.ends_at - held.now > dt.timedelta(hours=4)


def test_nobody_is_told_of_an_end_that_comes_before_her_own(room: Room) -> None:
    longer, usual = room.candidate(), room.candidate()
    extend(room, number=room.held(longer).registration.number, hours=900)

    assert extend(room, hours=600) == 1
    assert extend(room, site=room.exam.sites[0].code, hours=550) == 0

    told = [message.applications for message in room.said(m.WindowExtended)]
    assert told == [(longer,), (usual,), ()]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"reason": " "}, "extension_without_reason"),
        ({"site": "ZZ"}, "unknown_site"),
        ({"number": "nobody"}, "no_registration"),
        ({"hours": -500}, "extension_not_later"),
    ],
)
def test_a_wrong_extension_is_refused(room: Room, change: dict[str, object], code: str) -> None:
    with pytest.raises(Refusal, match=code):
        extend(room, **change)  # type: ignore[arg-type]


def test_an_exam_cannot_be_loaded_with_an_earlier_end(room: Room) -> None:
    room.run("UPDATE exam_window SET ends_at = ends_at + interval '30 days' WHERE kind = 'main'")
    (row,) = room.rows("SELECT pack FROM exam")
    changed = row.pack | {"version": "another"}

    with pytest.raises(Refusal, match="window_shortened"), room.database.transaction() as session:
        exams.load_exam(session, changed, actor="test:room")


def test_loading_the_same_exam_again_says_nothing(room: Room) -> None:
    (row,) = room.rows("SELECT pack FROM exam")

    with room.database.transaction() as session:
        exams.load_exam(session, row.pack, actor="test:room")

    assert len(room.said(m.ExamLoaded)) == 1


def extend(
    room: Room,
    *,
    hours: float = 500,
    reason: str = "停电",
    site: str | None = None,
    number: str | None = None,
) -> int:
    later = Extension(
        exam=EXAM,
        ends_at=now() + dt.timedelta(hours=hours),
        reason=reason,
        site=site,
        number=number,
    )
    with room.database.transaction() as session:
        return windows.extend_window(session, later, actor="test:administrator")


def asked_by_the_desk(room: Room, **changes: Any) -> m.ExtendWindow:
    fields: dict[str, Any] = {
        "exam": EXAM,
        "window": "main",
        "site": None,
        "registration_number": None,
        "ends_at": now() + dt.timedelta(hours=500),
        "reason": "停电",
        "by": "reviewer-1",
    }
    return m.ExtendWindow(**(fields | changes))


def test_the_desk_extends_a_window_by_message_and_a_copy_changes_nothing(room: Room) -> None:
    application = room.candidate()
    room.move_window(ends_in=-61, grace=60)
    room.tick()

    room.hear(asked_by_the_desk(room), copies=3)

    assert room.held(application).application.state == "open"
    assert len(room.rows("SELECT 1 FROM window_extension")) == 1
    (audited,) = room.rows("SELECT actor FROM audit WHERE action = 'window.extended'")
    assert audited.actor == "staff:reviewer-1"


@pytest.mark.parametrize(
    "change", [{"reason": " "}, {"site": "nowhere"}, {"registration_number": "none"}]
)
def test_an_extension_that_a_rule_refuses_is_settled_and_grants_nothing(
    room: Room, change: dict[str, Any]
) -> None:
    room.hear(asked_by_the_desk(room, **change))

    assert room.rows("SELECT 1 FROM window_extension") == []
    assert room.rows("SELECT 1 FROM parked") == []


def test_whoever_asks_is_told_whom_it_would_concern_and_then_that_it_was_given(
    room: Room,
) -> None:
    room.candidate()
    question = asked_by_the_desk(room, extension_id=m.ExtensionId(uuid.uuid4()))

    room.hear(dc.replace(question, rehearsal=True))
    assert room.rows("SELECT 1 FROM window_extension") == []
    room.hear(question, copies=2)

    preview, given = room.said(m.ExtensionAnswered)
    assert (preview.rehearsal, preview.refusal, preview.concerned) == (True, None, {"open": 1})
    assert (given.rehearsal, given.refusal, given.concerned) == (False, None, {"open": 1})
    assert len(room.rows("SELECT 1 FROM window_extension")) == 1


@pytest.mark.parametrize("rehearsal", [True, False])
@pytest.mark.parametrize(
    ("change", "code", "params"),
    [
        ({"site": "nowhere"}, "unknown_site", {"site": "nowhere"}),
        ({"registration_number": "none"}, "no_registration", {"number": "none"}),
    ],
)
def test_whoever_asks_is_told_why_it_is_refused(
    room: Room, change: dict[str, Any], code: str, params: dict[str, str], *, rehearsal: bool
) -> None:
    asked = {"extension_id": m.ExtensionId(uuid.uuid4()), "rehearsal": rehearsal}

    room.hear(asked_by_the_desk(room, **change, **asked))

    (said,) = room.said(m.ExtensionAnswered)
    assert (said.refusal, said.params, said.concerned) == (code, params, {})
    assert room.rows("SELECT 1 FROM window_extension") == []


def test_a_part_of_the_tick_that_fails_holds_up_no_other(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(session: Session) -> int:
        session.execute(text("SELECT 1 / 0"))
        return 0

    application = room.candidate()
    room.move_window(ends_in=-61, grace=60)
    monkeypatch.setattr("services.upload.ears.closing.relock_overdue", broken)
    monkeypatch.setattr("services.upload.ears.reminders.remind", lambda _: 1 // 0)
    swept: list[object] = []
    monkeypatch.setattr(
        "services.upload.ears.housekeeping.sweep", lambda _, *, now: swept.append(now)
    )

    room.tick()

    assert room.held(application).application.state == "locked"
    assert len(swept) == 1


def test_a_sweep_that_waits_for_an_application_keeps_nobody_from_a_window(room: Room) -> None:
    busy, late = room.candidate(), room.candidate()
    room.run(
        "INSERT INTO erasure (id, application_id, asked_at, due_at, state) VALUES"
        " (gen_random_uuid(), :who, clock_timestamp(), clock_timestamp(), 'asked')",
        who=busy,
    )
    room.move_window(ends_in=-61, grace=60)
    tick = m.DeadlineTick(now=now().replace(second=0))
    ticking = threading.Thread(target=room.hear, args=(tick,))

    with room.database.transaction() as writer:
        writer.execute(text("SELECT 1 FROM application WHERE id = :id FOR UPDATE"), {"id": busy})
        ticking.start()
        until(lambda: bool(room.rows("SELECT 1 FROM pg_locks WHERE NOT granted")))
        room.run("SELECT 1 FROM exam_window WHERE kind = 'main' FOR SHARE NOWAIT")
    ticking.join(timeout=20)

    assert room.rows("SELECT 1 FROM erasure WHERE state = 'done'")
    assert room.held(late).application.state == "locked"
