"""The phone's page in a real browser: a message shows by itself, with and without JavaScript."""

import pytest
from playwright.sync_api import Browser, expect

from tests.integration.world.conftest import CODE, PHONE, Simulator
from workers.sms.gateways import Sms

SMS = Sms(out_id="live", phone=PHONE, template=CODE, params=("314159",))


@pytest.mark.slow
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_message_shows_by_itself(
    chromium: Browser, simulator: Simulator, *, scripts: bool
) -> None:
    context = chromium.new_context(java_script_enabled=scripts, locale="zh-CN")
    page, troubles = context.new_page(), list[str]()
    page.on("console", lambda message: troubles.append(message.text))
    page.goto(f"{simulator.url}/phone/{PHONE}")
    expect(page.get_by_text("这部手机还没有收到短信")).to_be_visible()

    simulator.gateway().send(SMS)

    expect(page.locator(".bubble")).to_have_text(
        "【审材演示】验证码314159，5分钟内有效。", timeout=8000
    )
    context.close()
    assert troubles == []


@pytest.mark.slow
def test_the_list_stays_fresh_and_leaves_what_is_being_typed_alone(
    chromium: Browser, simulator: Simulator
) -> None:
    page = chromium.new_page(locale="zh-CN")
    page.goto(simulator.url)
    page.get_by_label("手机号码").fill("1380")

    simulator.gateway().send(SMS)

    expect(page.get_by_text("138 0000 0001")).to_be_visible(timeout=8000)
    expect(page.get_by_label("手机号码")).to_have_value("1380")
    page.close()
