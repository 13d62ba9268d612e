"""R12 with the scheduler stopped: 2,000 attempts from 20 threads around the end and its grace.

Every attempt begins before or after the end and is written before or after end + grace; what was
answered must be what the database's clock says, and what the database holds. The same race with
the clock asked before the locks must let somebody in too late: so the test can fail.
"""

import dataclasses as dc
import datetime as dt
import random
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from libs.common import messages as m
from libs.common.clock import now
from libs.common.errors import Refusal
from services.upload.domain.deadline import Window
from services.upload.models import holdings, windows
from services.upload.operations import answers, images
from tests.integration.upload.room import Room

THREADS = 20
ATTEMPTS_OF_A_KIND = 500
LASTING_SECONDS = 8.0
ENDS_AFTER_SECONDS = 3.0
GRACE_SECONDS = 2
SLOW_BODY_SECONDS = (0.0, 0.2, 1.0, 2.8)
"""How long before its write an attempt began."""

Deed = Callable[[m.ApplicationId, dt.datetime], object]


@dc.dataclass(frozen=True)
class Attempt:
    """One try: when it began, when its call started and ended, and its answer."""

    application_id: m.ApplicationId
    began_at: dt.datetime
    called_at: dt.datetime
    answered_at: dt.datetime
    answer: str


def race(room: Room, applications: list[m.ApplicationId], deed: Deed) -> list[Attempt]:
    """The deed once for each application, from 20 threads, spread evenly around the end."""
    done: list[Attempt] = []
    room.move_window(ends_in=ENDS_AFTER_SECONDS, grace=GRACE_SECONDS)
    start = time.monotonic()

    def work(share: list[tuple[int, m.ApplicationId]], dice: random.Random) -> None:
        for place, application in share:
            due = start + LASTING_SECONDS * place / len(applications)
            time.sleep(max(0.0, due - time.monotonic()))
            called = now()
            began = called - dt.timedelta(seconds=dice.choice(SLOW_BODY_SECONDS))
            try:
                deed(application, began)
                answer = "accepted"
            except Refusal as refusal:
                answer = refusal.code
            done.append(Attempt(application, began, called, now(), answer))

    numbered = list(enumerate(applications))
    threads = [
        threading.Thread(target=work, args=(numbered[i::THREADS], random.Random(i)))
        for i in range(THREADS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == len(applications)
    return done


def window(room: Room) -> Window:
    (row,) = room.rows("SELECT * FROM exam_window WHERE kind = 'main'")
    return windows.window_from(row)


def assert_no_wrong_answer(room: Room, done: list[Attempt]) -> None:
    """Whatever instant of its call it was written at, the answer fits; all cases occurred."""
    rule = window(room)
    for attempt in done:
        early = rule.admits(began_at=attempt.began_at, written_at=attempt.called_at)
        late = rule.admits(began_at=attempt.began_at, written_at=attempt.answered_at)
        if attempt.answer == "accepted":
            assert early, attempt
        else:
            assert attempt.answer == "window_closed"
            assert not late, attempt
    assert {a.answer for a in done} == {"accepted", "window_closed"}
    quarters = {(a.began_at < rule.ends_at, a.answered_at < rule.closes_at) for a in done}
    assert quarters == {(True, True), (True, False), (False, True), (False, False)}


def accepted(done: list[Attempt]) -> set[m.ApplicationId]:
    return {attempt.application_id for attempt in done if attempt.answer == "accepted"}


@pytest.fixture
def applications(room: Room) -> list[m.ApplicationId]:
    return room.register(*[room.record() for _ in range(ATTEMPTS_OF_A_KIND)])


def test_uploads_around_the_end(room: Room, applications: list[m.ApplicationId]) -> None:
    done = race(room, applications, lambda a, began: room.upload(a, began_at=began))

    assert_no_wrong_answer(room, done)
    rows = room.rows("SELECT application_id, began_at, received_at FROM image")
    assert {row.application_id for row in rows} == accepted(done)
    rule = window(room)
    assert all(rule.admits(began_at=r.began_at, written_at=r.received_at) for r in rows)


def test_deletions_around_the_end(room: Room, applications: list[m.ApplicationId]) -> None:
    uploaded = {a: room.upload(a) for a in applications}

    def delete(application: m.ApplicationId, began: dt.datetime) -> None:
        with room.database.transaction() as session:
            images.delete(
                session,
                application_id=application,
                image_id=uploaded[application],
                began_at=began,
            )

    done = race(room, applications, delete)

    assert_no_wrong_answer(room, done)
    rows = room.rows("SELECT application_id, deleted_at FROM image WHERE deleted_at IS NOT NULL")
    assert {row.application_id for row in rows} == accepted(done)
    assert all(row.deleted_at < window(room).closes_at for row in rows)


def test_answers_around_the_end(room: Room) -> None:
    applications = room.register(
        *[room.record(facts={"unit_kind": "clinic"}) for _ in range(ATTEMPTS_OF_A_KIND)]
    )
    entries = room.held(applications[0]).entries
    material = next(entry.code for entry in entries if entry.absence_allowed)

    def answer(application: m.ApplicationId, began: dt.datetime) -> None:
        with room.database.transaction() as session:
            answers.set_absence(
                session,
                application_id=application,
                material=material,
                reason="补办中",
                began_at=began,
            )

    done = race(room, applications, answer)

    assert_no_wrong_answer(room, done)
    rows = room.rows("SELECT application_id, said_at FROM absence")
    assert {row.application_id for row in rows} == accepted(done)
    assert all(row.said_at < window(room).closes_at for row in rows)


def test_submissions_around_the_end(room: Room, applications: list[m.ApplicationId]) -> None:
    fill_all(room, applications)

    done = race(room, applications, lambda a, began: room.submit(a, began_at=began))

    assert_no_wrong_answer(room, done)
    rows = room.rows("SELECT application_id, submitted_at FROM submission")
    assert {row.application_id for row in rows} == accepted(done)
    assert all(row.submitted_at < window(room).closes_at for row in rows)
    states = room.rows("SELECT id FROM application WHERE state = 'submitted'")
    assert {row.id for row in states} == accepted(done)


@pytest.fixture
def held_back(room: Room) -> Iterator[Callable[[float], None]]:
    """Lets something else hold the window's row for so many seconds."""
    threads: list[threading.Thread] = []

    def hold(seconds: float) -> None:
        ready = threading.Event()

        def work() -> None:
            with room.database.transaction() as session:
                session.execute(text("SELECT 1 FROM exam_window FOR UPDATE"))
                ready.set()
                time.sleep(seconds)

        thread = threading.Thread(target=work)
        thread.start()
        threads.append(thread)
        ready.wait()

    yield hold
    for thread in threads:
        thread.join()


def test_who_waits_for_the_lock_beyond_the_grace_is_refused(
    room: Room, held_back: Callable[[float], None]
) -> None:
    application = room.candidate()
    room.move_window(ends_in=0.5, grace=0)
    began = now()
    held_back(1.0)

    with pytest.raises(Refusal, match="window_closed"):
        room.upload(application, began_at=began)


def test_the_naive_clock_lets_the_same_one_in_too_late(
    room: Room, held_back: Callable[[float], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The variant that asks `now()`, the transaction's begin: kept to prove that the test bites."""

    def transaction_begin(session: Session) -> dt.datetime:
        found = session.execute(text("SELECT now()")).scalar_one()
        assert isinstance(found, dt.datetime)
        return found

    monkeypatch.setattr(holdings, "database_now", transaction_begin)
    application = room.candidate()
    room.move_window(ends_in=0.5, grace=0)
    began = now()
    held_back(1.0)

    room.upload(application, began_at=began)

    assert not window(room).admits(began_at=began, written_at=now())


def fill_all(room: Room, applications: list[m.ApplicationId]) -> None:
    """Give every application what its list asks for, in one statement."""
    wanted = [(e.code, n) for e in room.held(applications[0]).entries for n in range(e.min)]
    room.run(
        "INSERT INTO image (id, application_id, material, position, version, idempotency_key,"
        " original_key, sha256, size_bytes, orientation, format, received_at, began_at,"
        " check_state, width, height, findings, signals)"
        " SELECT gen_random_uuid(), a.id, w.material, w.position + 1, 1,"
        " w.material || w.position, 'x', repeat('0', 64), 1, 1, 'jpeg', clock_timestamp(),"
        " clock_timestamp(), 'pending', 0, 0, '[]', '{}'"
        " FROM application a CROSS JOIN unnest(CAST(:materials AS text[]),"
        " CAST(:positions AS integer[])) AS w (material, position)",
        materials=[code for code, _ in wanted],
        positions=[n for _, n in wanted],
    )
