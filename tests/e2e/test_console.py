"""The operations page in a real browser: seen, refreshed, keyed through, read aloud."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from libs.common.routes import QUEUES
from libs.stack.valkey import Valkey
from ops.console.app import create_app
from tests.chromium import barriers, watched
from tests.integration.ops.house import PASSWORD, House
from tests.servers import PostgresForTests
from tests.serving import served


@pytest.fixture
def house(postgres: PostgresForTests, shared_valkey: Valkey) -> Iterator[House]:
    made = House(postgres, shared_valkey)
    made.live_through(minutes=70, busiest=140)
    made.queue("images", 14)
    made.work("upload", "review", "notify", "images", "sms", "codes", "results")
    made.text_people("delivered", 212)
    made.text_people("accepted", 31)
    made.text_people("failed", 4, reason="bad_recipient")
    made.park("review", "CaseAdvanced of the wrong shape: stage: literal_error")
    made.park("upload", "killed its worker 3 times: WorkerLostError")
    yield made
    made.close()


@pytest.fixture
def address(house: House) -> Iterator[str]:
    app = create_app(house.settings)
    with served(app) as url:
        yield url
    app.extensions["console"].close()


@pytest.fixture
def page(chromium: Browser, address: str) -> Iterator[Page]:
    context = chromium.new_context(
        base_url=address, locale="zh-CN", viewport={"width": 1440, "height": 900}
    )
    faults: list[str] = []
    yield watched(context, faults)
    context.close()
    assert faults == []


def sign_in(page: Page) -> None:
    page.goto("/")
    page.get_by_label("运维密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", name="运行监控")).to_be_visible()


def test_the_page_shows_the_house_and_reads_well(page: Page, tmp_path: Path) -> None:
    page.goto("/")
    assert barriers(page) == []
    sign_in(page)

    expect(page.locator("#kpi-queue .figure")).to_contain_text("14")
    expect(page.locator("#kpi-parked .figure")).to_contain_text("2")
    expect(page.locator("#traffic svg.for-wide")).to_be_visible()
    expect(page.locator("#queues tbody tr")).to_have_count(len(QUEUES))
    page.screenshot(path=tmp_path / "ops-1440.png", full_page=True)
    assert barriers(page) == []


@pytest.mark.parametrize("width", [320, 390, 820])
def test_a_small_screen_has_no_sideways_scroll(page: Page, width: int, tmp_path: Path) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    sign_in(page)

    page.screenshot(path=tmp_path / f"ops-{width}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert barriers(page) == []


def test_the_page_is_whole_in_english(page: Page, tmp_path: Path) -> None:
    sign_in(page)
    page.get_by_role("link", name="English").click()

    expect(page.get_by_role("heading", name="Operations")).to_be_visible()
    page.screenshot(path=tmp_path / "ops-en.png", full_page=True)
    assert page.locator("html").get_attribute("lang") == "en"
    words = page.locator("body").inner_text().replace("中文", "")
    assert not [c for c in words if "\u4e00" <= c <= "\u9fff"]
    assert barriers(page) == []


def test_the_numbers_change_by_themselves_and_the_focus_stays(page: Page, house: House) -> None:
    sign_in(page)
    page.locator("#traffic-table summary").click()
    retry = page.get_by_role("button", name="重试 CaseAdvanced").first
    retry.focus()
    held = retry.get_attribute("id")

    house.park("notify")
    house.queue("images", 5)

    expect(page.locator("#kpi-parked .figure")).to_contain_text("3", timeout=20_000)
    expect(page.locator("#kpi-queue .figure")).to_contain_text("19", timeout=20_000)
    assert page.evaluate("document.activeElement.id") == held
    assert page.locator("#traffic-table").get_attribute("open") is not None


def test_a_lost_server_is_said_and_found_again(page: Page) -> None:
    sign_in(page)

    page.route("**/panel*", lambda route: route.abort())
    expect(page.locator("#live")).to_have_text("刷新中断，正在重试", timeout=20_000)
    page.unroute("**/panel*")

    expect(page.locator("#live")).to_have_text("每 5 秒刷新", timeout=20_000)


def test_a_parked_message_is_retried_and_dismissed(page: Page, house: House) -> None:
    sign_in(page)

    page.get_by_role("button", name="重试 CaseAdvanced").first.click()
    expect(page.get_by_text("已重新发送这条消息。")).to_be_visible()
    page.get_by_text("忽略…").first.click()
    page.get_by_role("button", name="确认忽略，不再处理").first.click()

    expect(page.get_by_text("已忽略这条消息。")).to_be_visible()
    expect(page.locator("#kpi-parked .figure")).to_contain_text("0")
    for service in ("upload", "review"):
        assert house.run(service, "SELECT 1 FROM parked_messages") == []


def test_without_javascript_a_link_refreshes(chromium: Browser, address: str) -> None:
    context = chromium.new_context(base_url=address, locale="zh-CN", java_script_enabled=False)
    page = context.new_page()
    sign_in(page)

    page.get_by_role("link", name="每 5 秒刷新").click()

    assert page.locator('meta[http-equiv="refresh"]').get_attribute("content") == "5"
    context.close()
