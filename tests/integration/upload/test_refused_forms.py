"""A refused form leads back by a redirect, says what was wrong, and never asks to be sent again."""

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, expect
from sqlalchemy import text

from libs.common import refused_forms
from libs.common.messages import ApplicationId
from tests.candidate import CandidateSite
from tests.chromium import chromium, watched
from tests.servers import PostgresForTests, S3ForTests
from tests.serving import served

__all__ = ["chromium"]
ID_NUMBER = "12000019980504991X"


@pytest.fixture(scope="module")
def site(postgres: PostgresForTests, s3: S3ForTests) -> CandidateSite:
    return CandidateSite(postgres, s3)


@pytest.fixture(scope="module")
def her(site: CandidateSite) -> ApplicationId:
    return site.activated("230000601")


@pytest.fixture(scope="module")
def address(site: CandidateSite) -> Iterator[str]:
    with served(site.app) as found:
        yield found


def form(client: FlaskClient, **fields: str) -> dict[str, str]:
    found = re.search('name="csrf-token" content="([^"]+)"', client.get("/verify").text)
    assert found
    return {"csrf_token": found[1], **fields}


def test_a_wrong_password_is_said_once_on_the_page_of_the_form(site: CandidateSite) -> None:
    client = site.client()
    sent = form(client, name="230000601", password="not this one at all")

    answer = client.post("/sign-in?then=/progress", data=sent)
    page = client.get(answer.headers["Location"])
    again = client.get("/sign-in?then=/progress")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in?then=/progress")
    assert page.status_code == 422
    assert "<title>错误：登录" in page.text
    assert 'id="errors" role="alert"' in page.text
    assert 'value="230000601"' in page.text
    assert "not this one" not in page.text
    assert again.status_code == 200
    assert "错误" not in again.text


def test_another_page_does_not_take_what_is_told_to_the_form(site: CandidateSite) -> None:
    client = site.client()
    client.post("/sign-in", data=form(client, name="", password=""))

    other = client.get("/help")

    assert (other.status_code, "错误" in other.text) == (200, False)
    assert "请输入密码" in client.get("/sign-in").text


def test_what_was_typed_lies_encrypted_and_for_an_hour(site: CandidateSite) -> None:
    client = site.client()
    client.post("/sign-in", data=form(client, name=ID_NUMBER, password="wrong wrong wrong"))

    rows = site.value("SELECT string_agg(encode(told, 'escape') || page, '') FROM refused_form")
    with site.database.transaction() as db:
        db.execute(text("UPDATE refused_form SET at = at - interval '61 minutes'"))
        refused_forms.sweep(db)

    assert ID_NUMBER not in rows
    assert "wrong wrong" not in rows
    assert client.get("/sign-in").status_code == 200


def test_a_refused_upload_is_told_on_the_list_at_its_material(
    site: CandidateSite, her: ApplicationId
) -> None:
    client = site.client(her)

    answer = client.post("/materials/A01/images", data=form(client, key=str(her)))
    page = client.get("/materials")

    assert answer.headers["Location"] == "/materials#errors"
    assert '<a href="#card-A01">没有选择图片。' in page.text
    assert site.value(
        "SELECT count(*) FROM audit WHERE action = 'request.refused'"
        " AND details->>'code' = 'no_picture'"
    )


def test_a_script_is_told_at_once(site: CandidateSite, her: ApplicationId) -> None:
    client, script = site.client(her), {"Accept": "application/json"}

    upload = client.post("/materials/A01/images", data=form(client), headers=script)
    entry = site.client()
    sign_in = entry.post("/sign-in", data=form(entry, name=""), headers=script)

    assert upload.status_code in {400, 422}
    assert sign_in.status_code == 422
    assert set(sign_in.get_json()) == {"code", "cause", "cure", "faults"}
    assert set(sign_in.get_json()["faults"]) == {"name", "password"}


def test_a_refusal_without_a_field_has_a_page_that_a_reload_shows_again(
    site: CandidateSite, her: ApplicationId
) -> None:
    client = site.client(her)
    came = {"Referer": "http://localhost/progress?lang=zh-CN"}

    answer = client.post("/nowhere", data=form(client), headers=came)
    pages = [client.get("/refused") for _ in range(2)]

    assert (answer.status_code, answer.headers["Location"]) == (303, "/refused")
    for page in pages:
        assert page.status_code == 404
        assert "没有这个页面" in page.text
        assert 'href="/progress?lang=zh-CN"' in page.text
    assert site.client().get("/refused").headers["Location"] == "/"


@pytest.mark.parametrize("came", ["http://elsewhere.example/progress", "http://localhost/launch/x"])
def test_the_way_back_leads_only_to_our_own_pages(site: CandidateSite, came: str) -> None:
    client = site.client()
    client.post("/nowhere", data=form(client), headers={"Referer": came})

    assert "返回刚才的页面" not in client.get("/refused").text


def test_a_browser_that_keeps_no_cookie_is_told_at_once(site: CandidateSite) -> None:
    answer = site.app.test_client(use_cookies=False).post("/launch", data={"token": "x"})

    assert answer.status_code == 400
    assert "进入凭证无效" in answer.text


def test_back_and_reload_after_a_refused_form_never_ask_to_send_it_again(
    chromium: Browser, address: str
) -> None:
    troubles: list[str] = []
    page = watched(chromium.new_context(base_url=address, locale="zh-CN"), troubles)
    page.goto("/help")
    page.goto("/sign-in")
    page.fill("#name", "230000601")
    page.fill("#password", "not this one at all")

    page.get_by_role("button", name="登录").click()
    expect(page.locator("#errors")).to_be_focused()
    expect(page).to_have_title(re.compile("^错误"))
    page.get_by_role("link", name="回执核验").click()
    back = page.go_back()
    expect(page.locator("h1")).to_have_text("登录")
    reloaded = page.reload()

    assert back is None or back.request.method == "GET"
    assert reloaded is not None
    assert reloaded.request.method == "GET"
    assert page.locator("#errors").count() == 0
    assert troubles == []
