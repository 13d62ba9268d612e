"""Her account: whom to ask on every page, her browsers, large type, and a notice that is new."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from libs.common.messages import ApplicationId
from services.upload.web.devices import device_of
from tests.candidate import PASSWORD, CandidateSite
from tests.servers import PostgresForTests, S3ForTests

WECHAT = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like"
    " Gecko) Mobile/15E148 MicroMessenger/8.0.42"
)
AREA, SITE, FOOTER = "022-0000-0100", "022-0000-0101", "津ICP备"


@pytest.fixture(scope="module")
def site(postgres: PostgresForTests, s3: S3ForTests) -> CandidateSite:
    return CandidateSite(postgres, s3)


def form(client: FlaskClient, **fields: str) -> dict[str, str]:
    found = re.search('name="csrf-token" content="([^"]+)"', client.get("/verify").text)
    assert found
    return {"csrf_token": found[1], **fields}


def signed_in(site: CandidateSite, number: str, agent: str = WECHAT) -> FlaskClient:
    client = site.client()
    sent = form(client, name=number, password=PASSWORD)
    answer = client.post("/sign-in", data=sent, headers={"User-Agent": agent})
    assert answer.headers["Location"] == "/materials"
    return client


@pytest.mark.parametrize("path", ["/sign-in", "/forgotten", "/help", "/nowhere", "/launch"])
def test_a_visitor_finds_the_areas_phone_and_the_footer_on_every_page(
    site: CandidateSite, path: str
) -> None:
    page = site.client().get(path, follow_redirects=True).text

    assert AREA in page
    assert FOOTER in page


def test_who_was_launched_finds_her_own_site_on_pages_and_refusals(site: CandidateSite) -> None:
    site.register("230000701")
    client = site.client()
    client.post("/launch", data={"token": site.token("230000701")})

    question = client.get("/launch").text
    refused = client.get("/nowhere").text

    for page in (question, refused):
        assert SITE in page
        assert FOOTER in page
    assert refused.count(SITE) >= 2, "in the refusal itself, and in the footer"


def test_her_browsers_are_listed_and_one_is_signed_out(site: CandidateSite) -> None:
    site.activated("230000702")
    phone, desk = signed_in(site, "230000702"), signed_in(site, "230000702", "Windows Chrome/120")

    page = desk.get("/account").text
    ends = re.findall(r'action="(/account/browsers/[^"]+)"', page)
    desk.post(ends[0], data=form(desk))
    again = desk.post(ends[0], data=form(desk), follow_redirects=True)

    assert "iPhone · 微信" in page
    assert "Windows · Chrome" in page
    assert len(ends) == 1, "the one in use is signed out by its own page"
    assert phone.get("/materials").headers["Location"].startswith("/sign-in")
    assert desk.get("/materials").status_code == 200
    assert "这个浏览器已经退出登录" in again.text


def test_nobody_signs_out_the_browser_of_another(site: CandidateSite) -> None:
    hers, other = site.activated("230000703"), site.activated("230000704")
    signed_in(site, "230000703")
    browser = site.value("SELECT id FROM browser_session WHERE subject = :id", id=hers)
    client = site.client(other)

    client.post(f"/account/browsers/{browser}/end", data=form(client))

    ended = "SELECT ended_at IS NULL FROM browser_session WHERE id = :id"
    assert site.value(ended, id=browser)


def test_signing_out_everywhere_ends_this_browser_too(site: CandidateSite) -> None:
    site.activated("230000705")
    clients = [signed_in(site, "230000705") for _ in range(3)]

    answer = clients[0].post("/account/sign-out-everywhere", data=form(clients[0]))

    assert answer.headers["Clear-Site-Data"] == '"storage"'
    for client in clients:
        assert client.get("/materials").headers["Location"].startswith("/sign-in")


def test_large_type_is_remembered_in_the_browser_and_for_her(site: CandidateSite) -> None:
    who = site.activated("230000706")
    client = site.client(who)

    chosen = client.get("/help?large=1").text
    kept = client.get("/materials").text
    elsewhere = site.client(who).get("/materials").text
    client.get("/materials?large=0")

    for page in (chosen, kept, elsewhere):
        assert '<html lang="zh-CN" class="large">' in page
    assert '<html lang="zh-CN">' in client.get("/materials").text
    assert '<html lang="zh-CN" class="large">' in site.client().get("/sign-in?large=1").text


def outdate(site: CandidateSite, who: ApplicationId) -> None:
    with site.database.transaction() as db:
        older = "UPDATE account SET privacy_version = 'older' WHERE application_id = :id"
        db.execute(text(older), {"id": who})


def test_a_notice_that_has_changed_is_read_once_more_and_leads_back(site: CandidateSite) -> None:
    who = site.activated("230000707")
    outdate(site, who)
    client = site.client(who)

    asked = client.get("/progress").headers["Location"]
    unticked = client.post(asked, data=form(client), follow_redirects=True)
    boxes = dict(re.findall(r'name="(privacy|consent)" value="([^"]+)"', unticked.text))
    done = client.post(asked, data=form(client, **boxes))

    assert asked == "/notice?then=/progress"
    assert "请读完告知" in unticked.text
    assert "请读完同意书" in unticked.text
    assert done.headers["Location"] == "/progress"
    assert client.get("/materials").status_code == 200
    before = "SELECT details->>'privacy_before' FROM audit WHERE action = 'notice.accepted'"
    assert site.value(before) == "older"


def test_a_new_notice_holds_up_no_help_and_nothing_that_is_under_way(site: CandidateSite) -> None:
    who = site.activated("230000708")
    outdate(site, who)
    client = site.client(who)

    for path in ("/help", "/messages", "/account", "/status", "/sign-out"):
        assert client.get(path).status_code == 200, path
    upload = client.post("/materials/A01/images", data=form(client, key=str(who)))
    assert upload.headers["Location"] == "/materials#errors"


def test_a_notice_of_yesterday_is_not_agreed_to(site: CandidateSite) -> None:
    who = site.activated("230000709")
    client = site.client(who)

    sent = form(client, privacy="older", consent="older")
    page = client.post("/notice", data=sent, follow_redirects=True)

    assert page.status_code == 409
    assert "请返回重新阅读并确认" in page.text


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (WECHAT, "iPhone WeChat"),
        ("Mozilla/5.0 (Linux; Android 13) Chrome/119.0 Mobile Safari/537.36", "Android Chrome"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/119.0 Safari/537.36 Edg/119.0", "Windows Edge"),
        ("curl/8", ""),
        ("", ""),
    ],
)
def test_of_a_browsers_name_two_words_are_kept(agent: str, device: str) -> None:
    assert device_of(agent) == device
