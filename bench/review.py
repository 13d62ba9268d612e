"""The review desk with 200,000 cases: queues, claiming, the case page, against bare queries.

    python -m bench.review [CASES] [REVIEWERS]

A bare query reads the same rows by primary key in one statement, with nothing of ours around it.
Pages are asked of the app in this process, so that what is measured is the page, not the wire.
"""

import base64
import os
import shutil
import statistics
import sys
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from flask import Flask
from sqlalchemy import text

from libs.common import browser_sessions
from libs.common.db import Database
from libs.common.web.app import WebSettings
from services.review.app import build
from services.review.domain.staff import Reviewer, Role
from services.review.operations import claims, staff
from services.review.queries import filters, queues
from services.review.queries.filters import Filters, Queue
from services.review.web.door import Parts
from tests.e2e.stack import short_folder
from tests.integration.review import room as r
from tests.integration.review.room import Room
from tests.servers import PostgresForTests

IMAGES = 3
TIMES = 40
SITES = 20

_CASES = """
INSERT INTO review_case (id, application_id, exam, site, registration_number, masked_name, state,
  since, round, receipt_number, submitted_at, facts_at, facts, personal, materials, absences,
  explanations, resumes_at, outcome, concluded_by, has_overdue, main_round)
SELECT gen_random_uuid(), gen_random_uuid(), 'demo', 's' || (n / 5) % :sites,
  'TJ-2023-' || lpad(n::text, 7, '0'), '样*' || n % 500, state, now() - n * interval '7 s',
  1 + (n % 5 = 0)::int, 'R' || n, now(), now(), '{}', '\\x00', '{A01,B01}', '[]', '[]',
  CASE state WHEN 'waiting' THEN 'area' END,
  CASE WHEN state IN ('concluded', 'published') THEN 'passed' END,
  CASE WHEN state IN ('concluded', 'published') THEN gen_random_uuid() END, n % 97 = 0, 1
FROM (SELECT n, (ARRAY['site_review', 'site_review', 'area_review', 'waiting', 'concluded'])
  [1 + n % 5] AS state FROM generate_series(1, :cases) n) made
"""
_IMAGES = """
INSERT INTO image (id, case_id, material, position, round, handed_in_at, sha256, size_bytes, width,
  height, state, view_key, grid_key, findings, is_current)
SELECT gen_random_uuid(), c.id, 'A01', n, 1, now(), 'x', 1, 1, 1, 'checked', 'v', 'g', '[]', true
FROM review_case c, generate_series(1, :images) n
"""


def main() -> None:
    """Fill a database, measure, drop it."""
    cases = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    reviewers = int(sys.argv[2]) if len(sys.argv) > 2 else 50
    folder = short_folder()
    server = PostgresForTests(folder / "postgres")
    server.start()
    try:
        room = Room(server.fresh_database("review"))
        room.feed(r.exam())
        _fill(room, cases)
        _measure(room, reviewers)
        room.database.engine.dispose()
    finally:
        server.kill()
        shutil.rmtree(folder, ignore_errors=True)


def _fill(room: Room, cases: int) -> None:
    with room.database.transaction() as session:
        session.execute(text("SET LOCAL statement_timeout = 0"))
        session.execute(text(_CASES), {"cases": cases, "sites": SITES})
        session.execute(text(_IMAGES), {"images": IMAGES})
    with room.database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        connection.execute(text("SET statement_timeout = 0"))
        connection.execute(text("VACUUM ANALYZE"))


def _measure(room: Room, reviewers: int) -> None:
    lead = room.person("lead", Role.AREA_LEAD)
    site = room.person("site", Role.SITE_REVIEWER, sites=["s1"])
    print("| what | p50 ms | p95 ms | bare p50 ms |\n|---|---|---|---|")
    for who in (lead, site):
        for queue in filters.offered(who):
            if queue in {Queue.UNSUBMITTED, Queue.MINE}:
                continue
            _compare(room, f"{who.name[3:]}: list {queue}", who, queue)
    _row("lead: counts of all queues", lambda: room.do(queues.counts, lead))
    _row("lead: search by number", lambda: _search(room, lead, "TJ-2023-0123"))
    _row("lead: search by masked name", lambda: _search(room, lead, "样*7"))
    _page(room, lead)
    _claim(room, reviewers)


def _compare(room: Room, name: str, who: Reviewer, queue: Queue) -> None:
    def list_it() -> queues.Page:
        return room.do(queues.page, who, queue, Filters())  # type: ignore[no-any-return]

    ids = [row.case_id for row in list_it().rows]
    bare = text("SELECT * FROM review_case WHERE id = ANY(cast(:ids AS uuid[]))")

    def read_them() -> None:
        with room.database.transaction() as session:
            session.execute(bare, {"ids": ids}).all()

    _row(name, list_it, read_them)


def _search(room: Room, who: Reviewer, words: str) -> None:
    room.do(queues.page, who, Queue.AREA, Filters(search=words))


def _app(room: Room) -> Flask:
    parts = Parts(
        database=room.database,
        vault=room.vault,
        renditions=None,  # type: ignore[arg-type]
        cookie="staff",
        secure_cookies=False,
    )
    key = base64.b64encode(os.urandom(24)).decode()
    return build(WebSettings(cookie_key=key, trusted_hosts=("localhost",)), parts)


def _page(room: Room, who: Reviewer) -> None:
    """The desk of one case that came through the door, so that its person can be shown."""
    submitted = r.submission(*(r.image("A01", n) for n in range(1, IMAGES + 1)))
    room.feed(submitted)
    case = room.case(submitted)
    client = _app(room).test_client()
    token = room.do(browser_sessions.start, kind=staff.KIND, subject=who.id, limits=staff.LIMITS)
    client.set_cookie("staff", token)
    own = (f"{table} WHERE case_id" for table in ("image", "request", "verdict", "case_event"))
    tables = ("review_case WHERE id", *own)

    def bare() -> None:
        with room.database.transaction() as session:
            for table in tables:
                statement = text(f"SELECT * FROM {table} = :id")  # noqa: S608 - from above
                session.execute(statement, {"id": case.id}).all()

    _row("lead: case page", lambda: client.get(f"/cases/{case.id}"), bare)
    _row("lead: queue page", lambda: client.get("/queues"))


def _claim(room: Room, reviewers: int) -> None:
    """Everybody takes cases at once; each taken case must be another one."""
    people = [
        room.person(f"p{n}", Role.SITE_REVIEWER, sites=[f"s{n % SITES}"]) for n in range(reviewers)
    ]
    gate = threading.Barrier(reviewers)
    # A web process has as many connections as threads: nobody waits for one.
    database = Database(room.url, process="bench", pool_size=reviewers)
    # And it has compiled its statements: fifty first claims at once would measure just that.
    first = room.person("first", Role.SITE_REVIEWER, sites=["s0"])
    with database.transaction() as session:
        claims.claim_next(session, first)
    with ThreadPoolExecutor(reviewers) as pool:
        of_each = pool.map(lambda who: _claims_of(database, who, gate), people)
        claimed = [claim for claims_of_one in of_each for claim in claims_of_one]
        bare = sorted(pool.map(lambda claim: _read_ms(database, claim[0]), claimed))
    database.engine.dispose()
    took = sorted(milliseconds for _, milliseconds in claimed)
    twice = len(claimed) - len({case_id for case_id, _ in claimed})
    print(
        f"| claim next, {reviewers} at once, {len(took)} claims, {twice} twice |"
        f" {statistics.median(took):.1f} | {took[int(len(took) * 0.95)]:.1f} |"
        f" {statistics.median(bare):.1f} (p95 {bare[int(len(bare) * 0.95)]:.1f}) |"
    )
    print(f"\nload {os.getloadavg()[0]:.1f}")


def _claims_of(
    database: Database, who: Reviewer, gate: threading.Barrier
) -> list[tuple[uuid.UUID | None, float]]:
    """Five claims of one reviewer, from the moment at which all are there: case, milliseconds."""
    with database.transaction() as session:  # connected, as a process that has served before
        session.execute(text("SELECT 1"))
        gate.wait()
    taken = []
    for _ in range(5):
        start = time.perf_counter()
        with database.transaction() as session:
            case_id = claims.claim_next(session, who)
        taken.append((case_id, (time.perf_counter() - start) * 1000))
        with database.transaction() as session:  # the next case is another one
            session.execute(
                text("UPDATE review_case SET state = 'area_review' WHERE id = :id"), {"id": case_id}
            )
    return taken


def _read_ms(database: Database, case_id: uuid.UUID | None) -> float:
    """The same row by its key, by as many at once."""
    start = time.perf_counter()
    with database.transaction() as session:
        session.execute(text("SELECT * FROM review_case WHERE id = :id"), {"id": case_id}).all()
    return (time.perf_counter() - start) * 1000


def _row(name: str, deed: Callable[[], object], bare: Callable[[], object] | None = None) -> None:
    took = _times(deed)
    beside = f"{statistics.median(_times(bare)):.1f}" if bare else ""
    p95 = took[int(TIMES * 0.95) - 1]
    print(f"| {name} | {statistics.median(took):.1f} | {p95:.1f} | {beside} |", flush=True)


def _times(deed: Callable[[], object]) -> list[float]:
    deed()
    took = []
    for _ in range(TIMES):
        start = time.perf_counter()
        deed()
        took.append((time.perf_counter() - start) * 1000)
    return sorted(took)


if __name__ == "__main__":
    main()
