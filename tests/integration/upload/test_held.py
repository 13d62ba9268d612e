"""What is held of her (R28): said in plain words, and hers to take along."""

import hashlib
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from libs.common.messages import ApplicationId
from services.upload.domain.metadata import strip
from services.upload.models.holdings import read_holdings
from tests import pictures
from tests.candidate import PASSWORD, CandidateSite, id_number_of
from tests.servers import PostgresForTests, S3ForTests


@pytest.fixture(scope="module")
def site(postgres: PostgresForTests, s3: S3ForTests) -> CandidateSite:
    return CandidateSite(postgres, s3)


def form(client: FlaskClient, **fields: str) -> dict[str, str]:
    found = re.search('name="csrf-token" content="([^"]+)"', client.get("/verify").text)
    assert found
    return {"csrf_token": found[1], **fields}


def handed_in(site: CandidateSite, number: str) -> tuple[ApplicationId, list[bytes]]:
    who = site.activated(number)
    with site.database.transaction() as db:
        wanted = [e.code for e in read_holdings(db, who).entries for _ in range(e.min)]
    sent = [pictures.jpeg(pictures.paper(seed=at)) for at, _ in enumerate(wanted)]
    for code, data in zip(wanted, sent, strict=True):
        site.upload(who, code, data)
    site.check_images()
    site.submit(who)
    return who, sent


def audited(site: CandidateSite, who: ApplicationId, action: str) -> int:
    counted = "SELECT count(*) FROM audit WHERE subject = :who AND action = :action"
    return int(site.value(counted, who=f"application:{who}", action=action))


def test_the_page_says_what_is_held_since_when_why_and_how_long(site: CandidateSite) -> None:
    who, sent = handed_in(site, "230000801")

    page = site.client(who).get("/account/data").text

    for words in ("谁在保存", "天津考区", "开始保存", "用途", "1095 天", "结果还没有公布"):
        assert words in page
    assert page.count("下载这张") == len(sent)
    for data in sent:
        assert hashlib.sha256(strip(data).data).hexdigest() in page
    assert "TJ23-" in page
    assert audited(site, who, "data.viewed") == 1


def test_numbers_are_masked_on_the_page_and_in_the_file(site: CandidateSite) -> None:
    who = site.activated("230000802")
    client = site.client(who)

    shown = (client.get("/account/data").text, client.get("/account/data.json").text)

    for text_ in shown:
        assert id_number_of("230000802") not in text_
        assert "13800000802" not in text_
        assert "样例·林晓清" not in text_


def test_the_file_holds_all_of_it_and_comes_as_a_download(site: CandidateSite) -> None:
    who, sent = handed_in(site, "230000803")

    answer = site.client(who).get("/account/data.json")

    said = answer.get_json()
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert said["is_masked"] is True
    assert said["kept"]["until"] is None
    assert {each["what"] for each in said["agreed"]} == {"privacy", "consent", "pledge"}
    assert said["agreed"][0]["version"] == "2023-02-01"
    assert len(said["images"]) == len(sent)
    assert all(re.fullmatch("[0-9a-f]{64}", image["sha256"]) for image in said["images"])
    assert said["submissions"][0]["round"] == 1
    assert said["browsers"][0]["is_alive"] is True
    assert said["result"]["outcome"] is None
    assert audited(site, who, "data.exported") == 1


def test_her_own_copy_has_full_numbers_after_her_password(site: CandidateSite) -> None:
    who = site.activated("230000804")
    client = site.client(who)

    answer = client.post("/account/data.json", data=form(client, password=PASSWORD))

    said = answer.get_json()
    values = {fact["name"]: fact["value"]["zh-CN"] for fact in said["registration"]["facts"]}
    assert said["is_masked"] is False
    assert values["id_number"] == id_number_of("230000804")
    assert values["phone"] == "13800000804"
    assert values["name"] == "样例·林晓清"


def test_a_wrong_password_gives_no_numbers_and_in_the_end_a_pause(site: CandidateSite) -> None:
    who = site.activated("230000805")
    client = site.client(who)

    pages = [
        client.post("/account/data.json", data=form(client, password="no"), follow_redirects=True)
        for _ in range(6)
    ]

    assert "密码不正确" in pages[0].text
    assert "错误：" in pages[0].text
    assert "暂停到" in pages[-1].text
    assert id_number_of("230000805") not in "".join(page.text for page in pages)
    assert audited(site, who, "password.wrong") == 5


def test_the_outcome_stands_in_neither_before_it_is_published(site: CandidateSite) -> None:
    who, _ = handed_in(site, "230000806")
    client = site.client(who)
    before = client.get("/account/data").text
    with site.database.transaction() as db:
        db.execute(
            text(
                "UPDATE application SET state = 'published', outcome = 'passed',"
                " published_at = '2023-05-01T00:00Z' WHERE id = :id"
            ),
            {"id": who},
        )

    after, file = client.get("/account/data").text, client.get("/account/data.json").get_json()

    assert "最终审核结果</b>" not in before
    assert "最终审核结果</b>" in after
    assert "2026年4月30日" in after
    assert file["kept"]["until"] == "2026-04-30T00:00:00Z"
    assert file["result"]["outcome"] == "passed"


def test_english_says_the_same(site: CandidateSite) -> None:
    who = site.activated("230000807")

    page = site.client(who).get("/account/data?lang=en").text

    assert "Held since" in page
    assert "Who has seen it" in page
