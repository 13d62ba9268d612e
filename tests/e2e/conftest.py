"""The browser of all end-to-end tests, and the candidate's site that they share."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.candidate import CandidateSite
from tests.e2e.phone import launched
from tests.integration.world.conftest import served
from tests.servers import PostgresForTests, S3ForTests


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launched(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def site(postgres: PostgresForTests, s3: S3ForTests) -> CandidateSite:
    return CandidateSite(postgres, s3)


@pytest.fixture(scope="module")
def url(site: CandidateSite) -> Iterator[str]:
    with served(site.app) as address:
        yield address
