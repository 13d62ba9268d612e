"""A security key stands for the code of the authenticator app: with Chromium's virtual key."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from services.review.domain.staff import Role
from tests.chromium import barriers
from tests.e2e.desk import Site, sign_in, visitor
from tests.integration.review.room import PASSWORD
from tests.servers import PostgresForTests, S3ForTests
from tests.serving import served, until

VIRTUAL_KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def site(postgres: PostgresForTests, s3: S3ForTests) -> Iterator[Site]:
    made = Site(postgres.fresh_database("review"), s3)
    made.person("wang", "样例·王", Role.SITE_REVIEWER, sites=["heping"])
    made.person("li", "样例·李", Role.SITE_REVIEWER, sites=["heping"])
    yield made
    assert made.faults == []
    made.room.database.engine.dispose()


def test_a_key_is_added_stands_for_the_code_and_is_removed(chromium: Browser, site: Site) -> None:
    with served(site.app) as url, visitor(chromium, _named(url), site) as page:
        _plug_in(page)
        sign_in(page, site, "wang", after="/account")
        _add(page, "U盘密钥")
        assert barriers(page) == []
        page.get_by_role("button", name="退出", exact=True).first.click()

        _sign_in_by_key(page, "wang", PASSWORD)

        expect(page.get_by_role("heading", name="考点待审")).to_be_visible()
        (row,) = site.room.rows("SELECT used_at, sign_count FROM passkey")
        assert row.used_at is not None
        signed = site.room.rows(
            "SELECT details FROM audit WHERE action = 'staff.signed_in' ORDER BY id"
        )
        assert [s.details["key"] for s in signed] == [False, True]
        page.goto("/account")
        page.get_by_role("button", name="移除 U盘密钥").click()
        expect(page.get_by_text("已移除安全密钥。")).to_be_visible()
        assert site.room.rows("SELECT 1 FROM passkey") == []


def test_a_key_opens_no_other_account_and_no_account_without_its_password(
    chromium: Browser, site: Site
) -> None:
    with served(site.app) as url, visitor(chromium, _named(url), site) as page:
        _plug_in(page)
        sign_in(page, site, "wang", after="/account")
        _add(page, "手机")
        page.get_by_role("button", name="退出", exact=True).first.click()

        for login, password in (("li", PASSWORD), ("wang", "not this password")):
            _sign_in_by_key(page, login, password)
            counted = "SELECT failures FROM staff WHERE login = :login"
            until(
                lambda: site.room.rows(counted, login=login)[0].failures == 1,  # noqa: B023
                what=f"the failure of {login}",
            )
            expect(page.get_by_text("登录名、密码或动态码不对").first).to_be_visible()


def test_an_answer_is_believed_once_and_a_wrong_password_adds_no_key(
    chromium: Browser, site: Site
) -> None:
    with served(site.app) as url, visitor(chromium, _named(url), site) as page:
        _plug_in(page)
        sign_in(page, site, "wang", after="/account")
        page.get_by_label("密钥名称").fill("x")
        page.locator("[data-add-key] input[name=password]").fill("wrong password")
        page.get_by_role("button", name="添加安全密钥").click()
        expect(page.get_by_text("当前密码不对。")).to_be_visible()
        _add(page, "手机")
        page.get_by_role("button", name="退出", exact=True).first.click()
        with page.expect_request(
            lambda r: r.method == "POST" and "key_answer" in str(r.post_data)
        ) as sent:
            _sign_in_by_key(page, "wang", PASSWORD)
        expect(page.get_by_role("heading", name="考点待审")).to_be_visible()
        page.get_by_role("button", name="退出", exact=True).first.click()

        answer = (sent.value.post_data_json or {})["key_answer"]
        page.locator("[name=key_answer]").evaluate("(e, value) => { e.value = value; }", answer)
        page.get_by_label("登录名").fill("wang")
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_label("动态码").fill("000000")
        page.get_by_role("button", name="登录", exact=True).click()

        expect(page.get_by_text("登录名、密码或动态码不对").first).to_be_visible()


def _named(url: str) -> str:
    """A key answers for a name, never for a number."""
    return url.replace("127.0.0.1", "localhost")


def _plug_in(page: Page) -> None:
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": VIRTUAL_KEY})


def _add(page: Page, name: str) -> None:
    page.get_by_label("密钥名称").fill(name)
    page.locator("[data-add-key] input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="添加安全密钥").click()
    expect(page.get_by_text("已添加安全密钥")).to_be_visible()


def _sign_in_by_key(page: Page, login: str, password: str) -> None:
    page.get_by_label("登录名").fill(login)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="改用安全密钥").click()
