"""Before publication a future pass and a future fail are alike, byte for byte but for ids and
times, on every page, in every file and in every message that a site or a candidate gets (R23).
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from flask.testing import FlaskClient

from services.review.domain.case import Outcome, Recommendation
from services.review.domain.staff import Reviewer, Role
from services.review.operations import decide
from services.review.queries import filters
from tests.integration.review import room as r
from tests.integration.review.pages import Shelf, built, visitor
from tests.integration.review.room import Room
from tests.integration.review.walks import accept_all, take
from tests.servers import PostgresForTests

OWN_IDS = re.compile(
    r"[0-9a-f]{8}-[0-9a-f-]{27}"  # ids
    r"|\d{4}-\d\d-\d\d[T ][\d:.+]+|\d\d-\d\d \d\d:\d\d|\d\d:\d\d(:\d\d)?"  # times
    r"|[\w.-]{60,}"  # tokens
)
UNLIKE = {"asset", "livez", "readyz", "refused"}
"""They say nothing of any case."""


class Future:
    """A room with one case that is concluded, and not published."""

    def __init__(self, url: str, outcome: Outcome) -> None:
        self.room = Room(url)
        self.room.feed(r.exam(settings={"claim_minutes": 20, "second_reading_percent": 0}))
        self.app = built(self.room, Shelf())
        self.submitted = r.submission(r.image(), registration_number="TJ-1")
        another = r.submission(r.image(), registration_number="TJ-2")
        self.room.feed(self.submitted, another)
        self.site = self.room.person("site", Role.SITE_REVIEWER)
        self.lead = self.room.person("lead", Role.SITE_LEAD)
        self.area = self.room.person("area", Role.AREA_LEAD)
        words = "" if outcome is Outcome.PASSED else "学历不符"
        for submitted in (another, self.submitted):
            deed = accept_all(self.room, submitted, self.site)
            self.room.do(decide.forward, recommendation=Recommendation.PASS, words="", **deed)
        deed = take(self.room, self.submitted, self.area)
        self.room.do(decide.conclude, outcome=outcome, words=words, **deed)
        self.room.rows("UPDATE case_event SET seconds = 7 WHERE seconds IS NOT NULL RETURNING 1")

    def seen_by(self, who: Reviewer) -> dict[str, str]:
        """Every page that a GET opens, and every file, by what was asked for."""
        client = visitor(self.app, self.room, who)
        seen = {endpoint: _said(client, address) for endpoint, address in self._addresses()}
        for queue in filters.offered(who):
            seen[f"queues.show {queue}"] = _said(client, f"/queues/{queue}")
            seen[f"search in {queue}"] = _said(client, f"/queues/{queue}?q=TJ-")
            form = {"queue": queue.value, "format": "csv"}
            seen[f"file {queue}"] = _said(client, "/statistics/cases", form)
        for name in ("decisions", "figures"):
            seen[f"file {name}"] = _said(client, f"/statistics/{name}", {"format": "csv"})
        return seen

    def told(self) -> list[str]:
        """Every message to the candidate's side, whole."""
        rows = self.room.rows("SELECT type, queue, body::text AS body FROM outbox ORDER BY id")
        return [OWN_IDS.sub("", f"{row.type} {row.queue} {row.body}") for row in rows]

    def _addresses(self) -> Iterator[tuple[str, str]]:
        case = self.room.case(self.submitted)
        values: Mapping[str, Any] = {
            "case_id": case.id,
            "image_id": self.submitted.images[0].image_id,
            "exam": "demo",
            "site": "heping",
            "code": "RE01",
            "name": "site",
            "size": "view",
            "token": "x",
        }
        for rule in self.app.url_map.iter_rules():
            if "GET" not in (rule.methods or ()) or rule.endpoint in UNLIKE:
                continue
            filled = {name: values.get(name, case.id) for name in rule.arguments}
            address = self.app.url_map.bind("localhost").build(rule.endpoint, filled)
            yield rule.endpoint, address


def _said(client: FlaskClient, address: str, form: dict[str, str] | None = None) -> str:
    answer = client.post(address, data=form) if form else client.get(address)
    text = f"{answer.status_code} {answer.headers.get('Location')} {answer.text}"
    if address == "/metrics":
        text = "\n".join(line for line in text.splitlines() if line.startswith("review_"))
    return OWN_IDS.sub("", text)


@pytest.fixture
def futures(postgres: PostgresForTests) -> Iterator[tuple[Future, Future]]:
    urls = [postgres.fresh_database("review") for _ in range(2)]
    passed, failed = Future(urls[0], Outcome.PASSED), Future(urls[1], Outcome.NOT_PASSED)
    yield passed, failed
    for future, url in zip((passed, failed), urls, strict=True):
        future.room.database.engine.dispose()
        postgres.drop_database(url)


def unlike(one: Mapping[str, str], other: Mapping[str, str]) -> set[str]:
    assert set(one) == set(other)
    return {what for what in one if one[what] != other[what]}


def test_no_page_and_no_file_of_a_site_tells_a_pass_from_a_fail(
    futures: tuple[Future, Future],
) -> None:
    passed, failed = futures

    for one, other in ((passed.site, failed.site), (passed.lead, failed.lead)):
        seen = passed.seen_by(one)
        assert unlike(seen, failed.seen_by(other)) == set()
    for page in ("desk.show", "conclusion.show", "preview.show", "calls.index", "statistics.show"):
        assert seen[page].startswith("200"), page


def test_the_comparison_would_see_it(futures: tuple[Future, Future]) -> None:
    """Whoever may know, knows: so the pages are not alike for want of looking."""
    passed, failed = futures

    told = unlike(passed.seen_by(passed.area), failed.seen_by(failed.area))

    assert {"conclusion.show", "queues.show concluded", "file concluded", "file decisions"} <= told
    assert {"publication.show", "publication.rehearse", "statistics.show"} <= told


def test_no_message_tells_a_pass_from_a_fail(futures: tuple[Future, Future]) -> None:
    passed, failed = futures

    assert any(said.startswith("CaseAdvanced upload") for said in passed.told())
    assert passed.told() == failed.told()
