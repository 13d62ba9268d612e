"""The entry gone wrong, in Chromium: a wrong number again and again, a wrong code."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from services.upload.domain.activation import FREE_FAILURES
from tests.candidate import CandidateSite, id_number_of
from tests.e2e.phone import phone

pytestmark = pytest.mark.slow
SOMEBODY_ELSES = "120000190001010000"


def landed(page: Page, site: CandidateSite, url: str, number: str) -> None:
    """She comes from the registration system, and says that it is she."""
    page.request.post(f"{url}/launch", form={"token": site.token(number)})
    page.goto(f"{url}/launch")
    page.locator("main form button").first.click()


@pytest.mark.parametrize("way", ["zh-CN", "en plain"])
def test_wrong_numbers_lock_the_door_for_a_while_and_words_say_until_when(
    chromium: Browser, site: CandidateSite, url: str, way: str
) -> None:
    language, scripts = way.split(" ", maxsplit=1)[0], "plain" not in way
    number = "230000871" if scripts else "230000872"
    site.register(number)

    with phone(chromium, site, url, language=language, scripts=scripts) as held:
        page = held.page
        landed(page, site, url, number)
        for tried in range(FREE_FAILURES):
            page.locator("input[name=id_number]").fill(SOMEBODY_ELSES)
            page.locator("main form button").first.click()
            expect(page.locator("#errors")).to_be_visible()
            if tried == 0 and scripts:
                expect(page.locator("#errors")).to_be_focused()
                assert held.barriers() == []
        page.locator("input[name=id_number]").fill(id_number_of(number))
        page.locator("main form button").first.click()

        expect(page.locator("main")).to_contain_text(re.compile(r"\d\d:\d\d"))
        expect(page.locator("footer")).to_contain_text("022-0000-0101")
        if scripts:
            assert held.barriers() == []
        rested = (
            "WITH g AS (UPDATE guard SET locked_until = now() RETURNING 1) SELECT count(*) FROM g"
        )
        assert site.value(rested) >= 1
        page.goto(f"{url}/activation")
        page.locator("input[name=id_number]").fill(id_number_of(number))
        page.locator("main form button").first.click()
        expect(page.locator("input[name=id_number]")).to_have_count(0)


def test_a_wrong_code_says_how_many_tries_are_left_and_a_reload_keeps_the_step(
    chromium: Browser, site: CandidateSite, url: str
) -> None:
    site.register("230000873")

    with phone(chromium, site, url) as held:
        page = held.page
        landed(page, site, url, "230000873")
        page.get_by_label("证件号码").fill(id_number_of("230000873"))
        page.get_by_role("button", name="下一步").click()
        page.get_by_role("button", name="发送验证码").click()
        page.get_by_label("6 位验证码").fill("000000")
        page.get_by_role("button", name="下一步").click()
        expect(page.locator("#errors")).to_contain_text("还可以试 4 次")
        assert held.barriers() == []
        page.goto(f"{url}/activation")
        expect(page.get_by_label("6 位验证码")).to_be_visible()
