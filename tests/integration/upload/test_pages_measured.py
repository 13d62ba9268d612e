"""Every page of a candidate, on a phone and at a desk, with scripts and without, in both languages:
targets of 44 px, no barrier, no violation, no side scroll.

Inline links in running text are excepted, as WCAG 2.2 (2.5.8) does; what stands alone is not.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page

from libs.common.web.languages import compile_catalogues
from tests.candidate import PACK, CandidateSite
from tests.chromium import barriers, watched
from tests.integration.upload.states import Cookie, State, States, every_state, second_window
from tests.servers import PostgresForTests, S3ForTests
from tests.serving import served

PHONE_PX, DESK_PX, HEIGHT_PX = 390, 1440, 844
WAYS = [("zh-CN", True), ("en", True), ("zh-CN", False)]
"""Language, whether scripts run; each page is looked at in either width."""
REFUSED = {"not found", "nothing verified", "phone link, used"}
_FOR_EITHER = ".plain-only, .scripts-only"
"""Where a page differs by whether scripts run."""
_SMALL = """() => {
  const least = 43.5;
  const style = (e) => getComputedStyle(e);
  const folded = 'details:not([open]) > :not(summary)';
  const hidden = (e) => e.closest('.vh, .skip, [hidden], template') || e.closest(folded)
    || !e.getClientRects().length || style(e).visibility === 'hidden';
  const beside = (n) => n.textContent.trim() && (n.nodeType === 3 || style(n).display === 'inline');
  const runs = (e) => style(e).display === 'inline'
    && [...e.parentElement.childNodes].some((n) => n !== e && beside(n));
  const small = (box) => box.width > 1 && (box.height < least || box.width < least);
  const kinds = 'a[href], button, summary, select, textarea, input:not([type=hidden])';
  const found = [];
  for (const e of document.querySelectorAll(kinds)) {
    const box = ((e.matches('input') && e.closest('label')) || e).getBoundingClientRect();
    if (hidden(e) || runs(e) || !small(box)) continue;
    const said = (e.innerText || e.name || '').trim().slice(0, 30);
    found.push(`${e.tagName} ${Math.round(box.width)}x${Math.round(box.height)} ${said}`);
  }
  return found;
}"""
"""What can be tapped and is smaller than 44 px; a third of a pixel is lost in rounding."""


@pytest.fixture(scope="module")
def site(postgres: PostgresForTests, s3: S3ForTests) -> CandidateSite:
    compile_catalogues(PACK.parents[1] / "services" / "upload" / "translations")
    return CandidateSite(postgres, s3)


@pytest.fixture(scope="module")
def states(site: CandidateSite) -> States:
    return every_state(site)


@pytest.fixture(scope="module")
def address(site: CandidateSite) -> Iterator[str]:
    with served(site.app) as url:
        yield url


class Visitor:
    """A browser of one who comes to pages, with scripts or without."""

    def __init__(self, context: BrowserContext, *, scripts: bool) -> None:
        self.troubles: list[str] = []
        self.page: Page = watched(context, self.troubles)
        self._scripts = scripts
        self._session: CDPSession = context.new_cdp_session(self.page)

    def troubles_at(self, url: str, *, language: str, is_refusal: bool) -> list[str]:
        """What is wrong with the page as it stands, on a phone and then at a desk."""
        self.troubles.clear()
        self._widen(PHONE_PX)
        self._let_scripts_run(run=self._scripts)
        answer = self.page.goto(url)
        if not self._scripts:
            # The page stands as it came; axe itself is a script, and so is the side it looks at.
            self._let_scripts_run(run=True)
            self.page.evaluate("document.documentElement.classList.add('plain')")
        found = [*self._barriers(), *_measured(self.page, language)]
        self._widen(DESK_PX)
        found += [*_measured(self.page, language), *self.troubles]
        if answer is None or answer.ok == is_refusal:
            found.append(f"answers {answer and answer.status}")
        return found

    def _barriers(self) -> list[str]:
        """On a phone, which is narrower; without scripts only what differs by that."""
        is_new = self._scripts or self.page.locator(_FOR_EITHER).count() > 0
        return barriers(self.page) if is_new else []

    def _widen(self, width: int) -> None:
        self.page.set_viewport_size({"width": width, "height": HEIGHT_PX})

    def _let_scripts_run(self, *, run: bool) -> None:
        self._session.send("Emulation.setScriptExecutionDisabled", {"value": not run})


def _measured(page: Page, language: str) -> list[str]:
    found = [f"small: {each}" for each in page.evaluate(_SMALL)]
    wide = page.evaluate("document.documentElement.scrollWidth")
    if wide > _width(page):
        found.append(f"scrolls sideways: {wide} px at {_width(page)}")
    if page.get_attribute("html", "lang") != language:
        found.append("language")
    return found


def _width(page: Page) -> int:
    return page.viewport_size["width"] if page.viewport_size else 0


def _context(chromium: Browser, address: str, cookie: Cookie | None) -> BrowserContext:
    context = chromium.new_context(base_url=address)
    if cookie is not None:
        context.add_cookies([{"name": cookie[0], "value": cookie[1], "url": address}])
    return context


def _wrong(
    chromium: Browser, address: str, states: States, way: tuple[str, bool]
) -> dict[str, list[str]]:
    language, scripts = way
    visitors = {
        cookie: Visitor(_context(chromium, address, cookie), scripts=scripts)
        for cookie in {state.cookie for state in states.values()}
    }
    wrong = {
        name: visitors[state.cookie].troubles_at(
            _in(language, state), language=language, is_refusal=name in REFUSED
        )
        for name, state in states.items()
    }
    for visitor in visitors.values():
        visitor.page.context.close()
    return {name: found for name, found in wrong.items() if found}


def _in(language: str, state: State) -> str:
    large = "" if "large=" in state.path else "&large=0"
    return f"{state.path}{'&' if '?' in state.path else '?'}lang={language}{large}"


@pytest.mark.parametrize("way", WAYS)
def test_every_page_can_be_used_by_everybody(
    chromium: Browser, address: str, states: States, way: tuple[str, bool]
) -> None:
    assert _wrong(chromium, address, states, way) == {}


@pytest.mark.parametrize("way", WAYS[1:])
def test_every_page_of_the_second_window_can_be_used_by_everybody(
    chromium: Browser, postgres: PostgresForTests, s3: S3ForTests, way: tuple[str, bool]
) -> None:
    later = CandidateSite(postgres, s3)

    with served(later.app) as address:
        assert _wrong(chromium, address, second_window(later), way) == {}
