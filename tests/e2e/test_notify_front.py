"""Notify's own page: what the service is, and numbers without people."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from services.notify.app import create_app
from services.notify.settings import WebProcessSettings
from tests.chromium import barriers
from tests.integration.notify.room import (
    EXAM,
    FIELD_KEYS,
    Room,
    an_application,
    contact,
    published,
)
from tests.servers import PostgresForTests
from tests.serving import served


@pytest.fixture
def address(postgres: PostgresForTests) -> Iterator[str]:
    url = postgres.fresh_database("notify")
    room = Room(url)
    applications = [an_application() for _ in range(12)]
    room.hear(EXAM)
    for application in applications[:7]:
        room.hear(contact(room, application))
    room.hear(published(*applications))
    room.tick(seconds=1)
    room.database.engine.dispose()
    app = create_app(
        WebProcessSettings(
            notify_database_url=url,
            notify_field_keys=FIELD_KEYS,
            cookie_key="key-of-the-test",
            trusted_hosts=("127.0.0.1",),
            sms_receipts_token="secret-path-of-the-test",
        )
    )
    with served(app) as address:
        yield address
    app.extensions["database"].engine.dispose()


@pytest.mark.parametrize(
    ("locale", "heading", "width"),
    [("zh-CN", "通知服务", 390), ("en", "Notices", 1440), ("en", "Notices", 320)],
)
def test_the_page_says_what_it_is_and_counts(  # noqa: PLR0917 - fixtures
    chromium: Browser, address: str, tmp_path: Path, locale: str, heading: str, width: int
) -> None:
    context = chromium.new_context(
        base_url=address, locale=locale, viewport={"width": width, "height": 844}
    )
    page = context.new_page()
    page.goto("/")

    expect(page.get_by_role("heading", name=heading)).to_be_visible()
    sending = page.locator("tbody tr").nth(1)
    expect(sending.locator("td")).to_have_text(["–", "7", "–", "7"])
    page.screenshot(path=tmp_path / "notify.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert barriers(page) == []
    context.close()
