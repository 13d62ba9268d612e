"""Eight reviewers at once on five hundred cases: none twice, none lost, also when browsers die."""

import random
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import text

from services.review.domain.case import Recommendation
from services.review.domain.staff import Reviewer, Role
from services.review.operations import claims, decide, judge
from tests.integration.review import room as r
from tests.integration.review.room import Room

CASES = 500
REVIEWERS = 8
DIES_EVERY = 10
SEED = 7


def test_eight_reviewers_finish_every_case_once_though_their_browsers_die(room: Room) -> None:
    room.feed(*(r.submission(r.image()) for _ in range(CASES)))
    people = [room.person(f"p{n}", Role.SITE_REVIEWER) for n in range(REVIEWERS)]
    gate = threading.Barrier(REVIEWERS)

    def work(who: Reviewer) -> list[uuid.UUID]:
        chance = random.Random(f"{SEED} {who.name}")
        done: list[uuid.UUID] = []
        gate.wait()
        while (case_id := room.do(claims.claim_next, who)) is not None:
            if chance.randrange(DIES_EVERY) == 0:
                _browser_dies(room, case_id)
                continue
            _finish(room, case_id, who)
            done.append(case_id)
        return done

    with ThreadPoolExecutor(REVIEWERS) as pool:
        finished = [case_id for done in pool.map(work, people) for case_id in done]

    assert len(finished) == len(set(finished)) == CASES
    states = room.rows("SELECT state, count(*) FROM review_case GROUP BY state")
    assert [(row.state, row.count) for row in states] == [("area_review", CASES)]
    verdicts = room.rows("SELECT count(*), count(DISTINCT image_id) FROM verdict")[0]
    assert tuple(verdicts) == (CASES, CASES)
    assert room.rows("SELECT count(*) FROM claim")[0][0] == 0


def _browser_dies(room: Room, case_id: uuid.UUID) -> None:
    """Nobody gives the case back; its lease runs out, here at once."""
    with room.database.transaction() as session:
        session.execute(
            text("UPDATE claim SET expires_at = clock_timestamp() WHERE case_id = :id"),
            {"id": case_id},
        )


def _finish(room: Room, case_id: uuid.UUID, who: Reviewer) -> None:
    row = room.rows(
        "SELECT c.version, i.id FROM review_case c JOIN image i ON i.case_id = c.id"
        " WHERE c.id = :id",
        id=case_id,
    )[0]
    deed = {"by": who, "seen_version": row.version}
    room.do(judge.accept, case_id, row.id, **deed)
    room.do(decide.forward, case_id, recommendation=Recommendation.PASS, words="", **deed)
