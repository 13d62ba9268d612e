"""Whatever dies under load: every answer equals the databases, nothing is lost, nothing twice."""

import collections
import itertools
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from requests import Response

from libs.common.clock import now
from libs.common.messages import ApplicationId
from tests import hostile, pictures
from tests.e2e import exams
from tests.e2e.browser import Browser, activated, applications, person
from tests.e2e.exams import NEEDED
from tests.e2e.exams import OPEN as EXAM
from tests.e2e.stack import Stack
from tests.serving import until

pytestmark = pytest.mark.slow

THREADS = 6
CANDIDATES = 100
FEWER = 20
FLUSHES, RESTARTS = 6, 3
BACK_SECONDS = 30
HEALED_SECONDS = 120
"""Generous, because a shared machine may give this house a tenth of a core."""

_seeds = itertools.count(1)


def picture() -> bytes:
    """A small page that passes every check."""
    return pictures.jpeg(pictures.paper(800, 600, seed=next(_seeds) % 20), 60)


class Load:
    """Candidates who upload what is needed and then submit, all at the same time."""

    def __init__(self, stack: Stack, count: int) -> None:
        self.stack = stack
        self._parked_before = _parked(stack)
        self.people = [person(EXAM) for _ in range(count)]
        self.browsers = activated(stack, self.people)
        self.images: list[str] = []
        self.receipts: list[str] = []
        self.refused: list[Response] = []
        self._files = [picture() for _ in range(10)]

    def run(self, fault: Callable[[threading.Event], None]) -> None:
        """All candidates at work, with `fault` beside them until they are done."""
        over = threading.Event()
        breaking = threading.Thread(target=fault, args=(over,))
        breaking.start()
        try:
            with ThreadPoolExecutor(THREADS) as pool:
                list(pool.map(self._walk, self.browsers))
        finally:
            over.set()
            breaking.join()

    def _walk(self, browser: Browser) -> None:
        browser.get("/materials")
        for at, material in enumerate(NEEDED):
            answer = browser.upload(material, self._files[at])
            if answer.ok:
                self.images.append(answer.json()["image"])
            else:
                self.refused.append(answer)
        done = browser.submit()
        if done.ok and "/receipts/" in done.url:
            self.receipts.append(done.url.rpartition("/")[2])
        else:
            self.refused.append(done)

    def must_have_arrived(self, *, seconds: float = HEALED_SECONDS) -> None:
        """Every upload is checked and every submission is a case: once, as the answers said."""
        count = len(self.people)
        assert [answer.text[:300] for answer in self.refused] == []
        assert (len(self.images), len(self.receipts)) == (count * len(NEEDED), count)
        self.stack.settle(seconds=seconds)
        until(lambda: self._pending() == 0, seconds=10, what="the last findings")
        ids = list(applications(self.stack, self.people).values())
        stored = self.stack.rows(
            "upload",
            "SELECT id, check_state, view_key FROM image WHERE application_id = ANY(:ids)",
            ids=ids,
        )
        assert sorted(str(row.id) for row in stored) == sorted(self.images)
        assert {row.check_state for row in stored} == {"checked"}
        assert all(row.view_key for row in stored)
        self._reviewed(ids)
        self._no_message_twice()

    def _pending(self) -> int:
        ids = list(applications(self.stack, self.people).values())
        return self.stack.count(
            "upload",
            "SELECT count(*) FROM image WHERE application_id = ANY(:ids)"
            " AND check_state = 'pending'",
            ids=ids,
        )

    def _reviewed(self, ids: list[ApplicationId]) -> None:
        """Review holds each submission once, with its images, all of them checked."""
        cases = self.stack.rows(
            "review",
            "SELECT c.application_id, c.round, count(i.id) AS images,"
            " count(*) FILTER (WHERE i.state = 'checked') AS checked"
            " FROM review_case c JOIN image i ON i.case_id = c.id"
            " WHERE c.application_id = ANY(:ids) GROUP BY c.id",
            ids=ids,
        )
        assert collections.Counter(row.application_id for row in cases) == dict.fromkeys(ids, 1)
        assert {(row.round, row.images, row.checked) for row in cases} == {
            (1, len(NEEDED), len(NEEDED))
        }
        receipts = self.stack.rows(
            "upload",
            "SELECT receipt_number FROM submission WHERE application_id = ANY(:ids)",
            ids=ids,
        )
        assert sorted(row.receipt_number for row in receipts) == sorted(self.receipts)

    def _no_message_twice(self) -> None:
        """Told once: the message at the end of the chain is where a second copy would be seen."""
        ids = list(applications(self.stack, self.people).values())
        told = self.stack.rows(
            "upload",
            "SELECT application_id, count(*) AS times FROM in_app_message"
            " WHERE application_id = ANY(:ids) AND fact = 'application_submitted' GROUP BY 1",
            ids=ids,
        )
        assert {row.application_id: row.times for row in told} == dict.fromkeys(ids, 1)
        assert _parked(self.stack) == self._parked_before


def _parked(stack: Stack) -> list[list[Any]]:
    """What other tests have parked in this house may stand there; nothing may come to it."""
    look = "SELECT id, reason FROM parked ORDER BY id"
    return [stack.rows(service, look) for service in stack.databases]


@pytest.fixture(autouse=True)
def whole(stack: Stack) -> Iterator[None]:
    """Whatever a test broke stands again when the next one begins."""
    names = set(stack.pids())
    yield
    stack.resume(*(name for name in names if name not in stack.pids()))
    until(lambda: set(stack.pids()) >= names, seconds=30, what=f"{names} running again")


def test_a_broker_emptied_again_and_again_loses_no_upload_and_no_submission(stack: Stack) -> None:
    load = Load(stack, CANDIDATES)

    def flush(over: threading.Event) -> None:
        for _ in range(FLUSHES):
            if not over.wait(2):
                stack.valkey.flush()

    load.run(flush)

    load.must_have_arrived()


def test_a_broker_killed_and_started_empty_loses_no_upload_and_no_submission(stack: Stack) -> None:
    load = Load(stack, CANDIDATES)

    def restart(over: threading.Event) -> None:
        for _ in range(RESTARTS):
            if not over.wait(4):
                stack.restart_valkey(down_seconds=1)

    load.run(restart)

    load.must_have_arrived()


def test_worker_consumer_and_relay_killed_in_mid_work_are_made_good(stack: Stack) -> None:
    load = Load(stack, FEWER)
    victims = ["images", "upload-consumer", "upload-relay", "review-consumer", "review-relay"]
    before = stack.pids()

    def kill(over: threading.Event) -> None:
        for victim in victims:
            over.wait(0.5)  # the checks lag behind the uploads: there is work left either way
            stack.kill(victim)

    load.run(kill)
    until(
        lambda: all(stack.pids().get(name, before[name]) != before[name] for name in victims),
        seconds=BACK_SECONDS,
        what=f"{victims} started again",
    )

    load.must_have_arrived()


def test_without_any_worker_she_uploads_and_submits_and_damage_asks_by_itself_later(
    stack: Stack,
) -> None:
    (browser,) = activated(stack, [person(EXAM)])
    (application_id,) = applications(stack, [browser.who]).values()
    workers = [name for name in stack.pids() if name not in stack.place_names]
    stack.halt(*workers)
    browser.get("/materials")

    sound = [browser.upload(material, picture()) for material in NEEDED[1:]]
    broken = browser.upload(NEEDED[0], damaged())
    submitted = browser.submit()

    assert [answer.status_code for answer in (*sound, broken, submitted)] == [200] * 6
    assert "上报完成，内容已锁定" in submitted.text
    stack.resume(*workers)
    until(lambda: len(requests_of(stack, application_id)) == 1, seconds=60, what="the request")
    (request,) = requests_of(stack, application_id)
    assert (request.kind, request.state, str(request.image_id)) == (
        "REPLACE",
        "open",
        broken.json()["image"],
    )
    stack.settle(seconds=HEALED_SECONDS)
    states = {
        str(row.id): row.check_state
        for row in stack.rows(
            "upload",
            "SELECT id, check_state FROM image WHERE application_id = :id",
            id=application_id,
        )
    }
    assert states.pop(broken.json()["image"]) == "refused"
    assert list(states.values()) == ["checked"] * 4
    replaced = browser.upload(NEEDED[0], picture(), request=str(request.id))
    assert (replaced.status_code, browser.submit().status_code) == (200, 200)
    until(
        lambda: requests_of(stack, application_id)[0].state == "answered",
        seconds=10,
        what="the answer",
    )


def test_with_the_clock_stopped_the_end_holds_and_is_written_down_when_it_returns(
    stack: Stack,
) -> None:
    exams.open_for_days(stack, "ending", grace_seconds=1)
    early, late = activated(stack, [person("ending"), person("ending")])
    ids = applications(stack, [early.who, late.who])
    application_id = ids[late.who.registration_number]
    stack.halt("deadlines")
    for material in NEEDED:
        assert early.upload(material, picture()).status_code == 200
    assert early.submit().status_code == 200
    image = late.upload("A01", picture()).json()["image"]
    ((closes_at,),) = stack.rows(
        "upload",
        "UPDATE exam_window SET ends_at = clock_timestamp() WHERE exam = 'ending'"
        " AND kind = 'main' RETURNING ends_at + interval '1.1 seconds'",
    )
    until(lambda: now() > closes_at, seconds=5, what="end and grace")

    after = (
        late.upload("A01", picture()),
        late.post(f"/images/{image}/delete", as_json=True),
        late.post("/check", as_json=True),
    )

    assert [(a.status_code, a.json()["code"]) for a in after] == [(409, "window_closed")] * 3
    assert state_of(stack, application_id) == "open"
    stack.resume("deadlines")
    until(lambda: state_of(stack, application_id) == "locked", seconds=30, what="the lock")
    until(lambda: told(stack, application_id) == ["application_locked"], seconds=30, what="notice")
    submitted = ids[early.who.registration_number]
    assert state_of(stack, submitted) == "submitted"
    assert "application_locked" not in told(stack, submitted)


def damaged() -> bytes:
    """A picture whose header is sound: only the decoder sees that bits were flipped."""
    return next(case for case in hostile.CASES if case.name == "many flipped bits").make()


def requests_of(stack: Stack, application_id: ApplicationId) -> list[Any]:
    return stack.rows(
        "upload", "SELECT * FROM request WHERE application_id = :id", id=application_id
    )


def state_of(stack: Stack, application_id: ApplicationId) -> str:
    (row,) = stack.rows("upload", "SELECT state FROM application WHERE id = :i", i=application_id)
    return str(row.state)


def told(stack: Stack, application_id: ApplicationId) -> list[str]:
    """Facts of the messages on her page."""
    rows = stack.rows(
        "upload",
        "SELECT fact FROM in_app_message WHERE application_id = :id",
        id=application_id,
    )
    return [row.fact for row in rows]
