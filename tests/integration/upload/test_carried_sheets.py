"""A first page brings its style sheets along: seen after one answer; the policy stays strict."""

import base64
import hashlib
import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, expect

from libs.common.messages import ApplicationId
from services.upload.web.frame import SHEETS
from tests import pictures
from tests.candidate import CandidateSite
from tests.chromium import watched
from tests.servers import PostgresForTests, S3ForTests
from tests.serving import served

OPENS = {"Sec-Fetch-Dest": "document"}
"""What a browser says when it opens a page."""
_CARRIED = re.compile(r'<style data-sheet="([^"]+)">(.*?)</style>', re.DOTALL)
_LINKED = re.compile(r'<link rel="stylesheet" href="([^"]+)">')


@pytest.fixture(scope="module")
def site(postgres: PostgresForTests, s3: S3ForTests) -> CandidateSite:
    return CandidateSite(postgres, s3)


@pytest.fixture(scope="module")
def her(site: CandidateSite) -> ApplicationId:
    return site.activated("230000891")


@pytest.fixture
def browser(site: CandidateSite, her: ApplicationId) -> FlaskClient:
    return site.client(her)


def names(html: str) -> list[str]:
    return [path.rpartition("/")[2] for path, _ in _CARRIED.findall(html)]


@pytest.mark.parametrize(
    ("path", "sheets"),
    [
        ("/materials", ["candidate.css"]),
        ("/materials?large=1", ["candidate.css", "large.css"]),
        ("/help?large=0", ["candidate.css", "pages.css"]),
        ("/account/data", ["candidate.css", "pages.css", "rights.css"]),
    ],
)
def test_the_policy_allows_just_the_sheets_that_the_page_carries(
    browser: FlaskClient, path: str, sheets: list[str]
) -> None:
    answer = browser.get(path, headers=OPENS)
    policy = answer.headers["Content-Security-Policy"]

    contents = [css.encode() for _, css in _CARRIED.findall(answer.text)]

    digests = [base64.b64encode(hashlib.sha256(css).digest()).decode() for css in contents]
    allowed = " ".join(["style-src 'self'", *(f"'sha256-{each}'" for each in digests)])
    assert names(answer.text) == sheets
    assert answer.text.count("<style") == len(sheets)
    assert 'rel="stylesheet"' not in answer.text
    assert f"; {allowed}; " in policy
    assert "unsafe" not in policy
    assert "Link" not in answer.headers


def test_who_keeps_the_sheets_or_asks_for_a_part_is_given_links(browser: FlaskClient) -> None:
    version = re.findall(r"/s/([0-9a-f]+)/", browser.get("/help").text)[0]
    part = browser.get("/materials", headers={"Sec-Fetch-Dest": "empty"})
    browser.set_cookie(SHEETS, version, domain="localhost")

    for answer in (part, *(browser.get(path, headers=OPENS) for path in ("/materials", "/help"))):
        sheets = _LINKED.findall(answer.text)
        assert sheets
        assert "<style" not in answer.text
        named = [f"<{sheet}>; rel=preload; as=style" for sheet in sheets]
        assert answer.headers.getlist("Link") == named
        assert "; style-src 'self'; " in answer.headers["Content-Security-Policy"]


def test_sheets_of_another_version_are_not_counted_on(browser: FlaskClient) -> None:
    browser.set_cookie(SHEETS, "0" * 12, domain="localhost")

    assert names(browser.get("/help", headers=OPENS).text) == ["candidate.css", "pages.css"]


def test_nothing_holds_up_the_first_paint(browser: FlaskClient) -> None:
    page = browser.get("/materials", headers=OPENS).text

    for script in re.findall("<script [^>]*>", page):
        assert "<script async " in script
        assert "blocking" not in script


@pytest.fixture(scope="module")
def address(site: CandidateSite) -> Iterator[str]:
    with served(site.app) as url:
        yield url


@pytest.fixture
def phone(
    chromium: Browser, site: CandidateSite, her: ApplicationId, address: str
) -> Iterator[Page]:
    """Her browser on its first visit; what it complains of fails the test."""
    troubles: list[str] = []
    context = chromium.new_context(viewport={"width": 390, "height": 844}, base_url=address)
    context.add_cookies([{"name": "candidate", "value": site.cookie(her), "url": address}])
    yield watched(context, troubles)
    context.close()
    assert troubles == []


def test_the_first_page_is_painted_though_nothing_comes_after_it(phone: Page) -> None:
    phone.route("**/s/**", lambda route: route.abort())

    phone.goto("/materials")

    expect(phone.locator(".bar")).to_have_css("background-color", "rgb(11, 86, 162)")
    expect(phone.locator("#card-A01")).to_have_css("border-radius", "16px")
    # Scripts that never come leave the plain forms, after a while.
    expect(phone.locator("#card-A01 .plain-only")).to_be_visible(timeout=12_000)


@pytest.mark.parametrize("count", [0, 1])
@pytest.mark.parametrize("large", [0, 1])
def test_the_first_look_is_that_of_a_page_with_scripts(
    phone: Page, site: CandidateSite, address: str, large: int, count: int
) -> None:
    someone = site.activated(f"23000090{large}{count}")
    for _ in range(count):
        site.upload(someone, "A01", pictures.jpeg(pictures.paper()))
    phone.context.add_cookies(
        [{"name": "candidate", "value": site.cookie(someone), "url": address}]
    )
    phone.goto(f"/materials?large={large}")
    phone.locator("html[data-ready]").wait_for(state="attached")
    places = "[...document.querySelectorAll('.mat, .add, .pick')].map((part) => part.offsetHeight)"
    with_scripts = phone.evaluate(places)
    phone.context.clear_cookies(name=SHEETS)
    phone.route("**/*.js", lambda route: route.abort())

    phone.goto("/materials")

    assert phone.locator("html.scripts").count() == 0
    assert phone.locator("html.large").count() == large
    assert phone.locator(".add").count() >= count
    assert phone.evaluate(places) == with_scripts


def test_the_second_page_finds_the_sheets_kept(phone: Page) -> None:
    phone.goto("/materials")
    phone.wait_for_load_state("networkidle")

    phone.goto("/help")

    assert phone.locator("style").count() == 0
    # What the browser's own cache answers is of no size on the wire.
    sheets = "performance.getEntriesByType('resource').filter((e) => e.name.includes('.css'))"
    assert phone.evaluate(f"{sheets}.map((e) => e.transferSize)") == [0, 0]
