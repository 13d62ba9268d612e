"""The second reading in a real browser: blind, by keyboard, and the lead with both sides."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from services.review.domain.case import Outcome, Recommendation
from services.review.domain.staff import Role
from services.review.operations import decide
from tests.chromium import barriers
from tests.e2e.desk import Site, sign_in, visitor
from tests.integration.review import room as r
from tests.integration.review.walks import accept_all, take
from tests.servers import PostgresForTests, S3ForTests
from tests.serving import served

EVERY = {"second_reading_percent": 100, "claim_minutes": 20}


@pytest.fixture
def site(postgres: PostgresForTests, s3: S3ForTests) -> Iterator[Site]:
    made = Site(postgres.fresh_database("review"), s3)
    made.room.feed(r.exam(settings=EVERY))
    made.person("zhao", "样例·赵", Role.AREA_LEAD)
    made.person("qian", "样例·钱", Role.AREA_LEAD)
    first = made.room.person("site", Role.SITE_REVIEWER)
    second = made.room.person("area", Role.AREA_REVIEWER)
    submitted = r.submission(made.picture("A01", "A01"), made.picture("B01", "B01"))
    made.room.feed(submitted)
    deed = accept_all(made.room, submitted, first)
    made.room.do(decide.forward, recommendation=Recommendation.PASS, words="", **deed)
    deed = take(made.room, submitted, second)
    made.room.do(decide.conclude, outcome=Outcome.PASSED, words="", **deed)
    yield made
    assert made.faults == []
    made.room.database.engine.dispose()


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_a_second_reading_by_keyboard_differs_and_the_lead_sees_both_sides(
    chromium: Browser, site: Site, language: str
) -> None:
    with served(site.app) as url:
        with visitor(chromium, url, site, width=1280) as page:
            sign_in(page, site, "zhao")
            page.goto(f"/queues/sample?lang={language}")
            assert barriers(page) == []
            page.locator(".queue-head button").click()
            _reads(page)
        with visitor(chromium, url, site) as page:
            sign_in(page, site, "qian")
            page.goto(f"/queues/disagreed?lang={language}")
            page.locator("table a").click()
            expect(page.locator("tr.is-differing")).to_have_count(1)
            assert barriers(page) == []
            page.locator("#settle-words").fill("确有反光")
            page.locator("button[value=reopened]").click()
            expect(page.locator(".flash")).to_be_visible()

    assert site.room.rows("SELECT state FROM review_case")[0].state == "area_review"


def _reads(page: Page) -> None:
    _opened(page, "0 / 2")
    assert barriers(page) == []
    page.keyboard.press("a")
    page.keyboard.press("Enter")
    _opened(page, "1 / 2")
    page.keyboard.press("r")
    page.keyboard.press("k")  # nothing is left over a choice that is not stored
    expect(page.locator("#banner")).to_be_visible()
    page.keyboard.press("w")  # the reason with that letter
    page.keyboard.press("k")
    _opened(page, "2 / 2")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".flash")).to_have_count(2)  # saved; and nothing is left to read


def _opened(page: Page, done: str) -> None:
    expect(page.locator(".done")).to_contain_text(done)
    expect(page.locator("html")).to_have_attribute("data-ready", "true")
