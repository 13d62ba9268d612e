"""The machine's Chromium for tests: how it starts, and what it says against a page."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
]
"""What a container needs; and no word to anybody but the test's own pages."""
SAYS_BY_ITSELF = "Failed to load resource"
"""Chromium's own line for each answer past 399, which the test has asked for."""
ONLY_VIOLATIONS = {"resultTypes": ["violations"]}
"""Axe works out the places of what is in order too, if it is not told."""
_SPEAK_OF_VIOLATIONS = (
    "addEventListener('securitypolicyviolation', (event) =>"
    " console.error('policy: ' + event.violatedDirective + ' ' + event.blockedURI));"
)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for a module; a test opens contexts of its own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


def watched(context: BrowserContext, troubles: list[str]) -> Page:
    """A new page whose errors and policy violations are added to `troubles`."""

    def note(said: ConsoleMessage) -> None:
        if said.type == "error" and not said.text.startswith(SAYS_BY_ITSELF):
            troubles.append(said.text)

    context.add_init_script(_SPEAK_OF_VIOLATIONS)
    page = context.new_page()
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", note)
    return page


def barriers(page: Page) -> list[str]:
    """What axe finds on the page as it stands, a line for each place."""
    return [
        f"{rule['id']}: {node['html'][:120]}"
        for rule in Axe().run(page, options=ONLY_VIOLATIONS).response["violations"]
        for node in rule["nodes"]
    ]
