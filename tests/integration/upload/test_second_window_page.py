"""The second window on her pages (R5): when it opens, what is owed, a submission of its own."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from libs.common import messages as m
from services.upload.models.holdings import read_holdings
from tests import pictures
from tests.candidate import CandidateSite
from tests.servers import PostgresForTests, S3ForTests


@pytest.fixture(scope="module")
def site(postgres: PostgresForTests, s3: S3ForTests) -> CandidateSite:
    return CandidateSite(postgres, s3)


DATES = r"补交时间：[^<]+ 至 [^<]+（北京时间）"


def card(page: str, code: str) -> str:
    """What stands on the card of a material."""
    found = re.search(rf'<section [^>]*id="card-{code}".*?</section>', page, re.DOTALL)
    assert found, code
    return found[0]


def move(site: CandidateSite, kind: str, *, opens: int, ends: int) -> None:
    """The window opens and ends so many hours from now."""
    with site.database.transaction() as db:
        db.execute(
            text(
                "UPDATE exam_window SET opens_at = now() + make_interval(hours => :opens),"
                " ends_at = now() + make_interval(hours => :ends) WHERE kind = :kind"
            ),
            {"kind": kind, "opens": opens, "ends": ends},
        )


def filled(site: CandidateSite, number: str) -> m.ApplicationId:
    who = site.activated(number, fresh_graduate="true")
    with site.database.transaction() as db:
        wanted = [e.code for e in read_holdings(db, who).entries for _ in range(e.min)]
    for at, code in enumerate(wanted):
        if code != "C04":
            site.upload(who, code, pictures.jpeg(pictures.paper(seed=at + 1)))
    return who


def press(client: FlaskClient, window: str) -> str:
    """She presses the check page's button; where it leads."""
    page = client.get(f"/check?window={window}").text
    names = re.findall('<input type="hidden" name="([a-z_]+)" value="([^"]*)"', page)
    token = re.search('name="csrf-token" content="([^"]+)"', page)
    assert token
    sent = dict(names) | {"csrf_token": token[1]}
    return client.post("/check", data=sent).headers["Location"]


def test_she_is_led_from_the_announcement_to_the_second_receipt(site: CandidateSite) -> None:
    move(site, "main", opens=-48, ends=1)
    move(site, "second", opens=24, ends=48)
    who = filled(site, "230000901")
    client = site.client(who)
    announced = client.get("/materials").text
    assert "有材料可以在补交阶段再交" in announced
    assert re.search(DATES, card(announced, "C04"))
    assert re.search(r"card-C04.{1,400}?" + DATES, client.get("/check").text, re.DOTALL)
    first = site.submit(who)
    assert re.search(r"补交阶段 [^<]+ 开始", client.get("/materials").text)
    assert "确认提交审核" not in client.get("/check?window=second").text

    move(site, "main", opens=-48, ends=-24)
    move(site, "second", opens=-1, ends=24)
    owed = client.get("/materials").text
    assert "补交阶段已开始，请上传补交材料" in owed
    assert "补交截止：" in owed
    assert re.search(r"补交截止：[^<]+（北京时间）", card(owed, "C04"))
    assert "补交" not in card(owed, "A07")
    assert 'action="/materials/C04/images"' in owed
    assert "errors" in press(client, "second")
    site.upload(who, "C04", pictures.jpeg(pictures.paper(seed=91)))
    assert "检查并提交补交材料" in client.get("/materials").text
    check = client.get("/check?window=second").text
    assert "card-C04" in check
    assert "card-A07" not in check

    receipt = press(client, "second")

    assert "/receipts/" in receipt
    assert first not in receipt
    after = client.get("/materials").text
    assert "补交材料已提交" in after
    assert receipt.rsplit("/", 1)[-1] in after


def test_a_receipt_says_what_is_still_to_come_and_when(site: CandidateSite) -> None:
    move(site, "main", opens=-48, ends=1)
    move(site, "second", opens=24, ends=48)
    who = filled(site, "230000903")
    number = site.submit(who)
    client = site.client(who)

    page = client.get(f"/receipts/{number}").text
    proof = client.get(f"/receipts/{number}.json").get_json()
    english = client.get(f"/receipts/{number}.txt?lang=en").text

    assert re.search(f"以后补交</h2>.*?{DATES}.*?满一年试用期证明", page, re.DOTALL)
    assert [title["zh-CN"] for title in proof["later"]] == ["满一年试用期证明"]
    assert "Due later" in english
    assert client.get(f"/receipts/{number}.pdf").data[:4] == b"%PDF"
    assert client.get(f"/receipts/{number}.png").data[1:4] == b"PNG"
    assert number in client.get(f"/verify?number={number}").text


def test_what_is_there_already_asks_for_nothing_later(site: CandidateSite) -> None:
    move(site, "main", opens=-48, ends=1)
    move(site, "second", opens=24, ends=48)
    who = filled(site, "230000904")
    site.upload(who, "C04", pictures.jpeg(pictures.paper(seed=92)))
    client = site.client(who)

    assert "补交时间" not in card(client.get("/materials").text, "C04")
    assert client.get(f"/receipts/{site.submit(who)}.json").get_json()["later"] == []


def test_its_end_is_said(site: CandidateSite) -> None:
    move(site, "main", opens=-48, ends=1)
    who = filled(site, "230000902")
    site.submit(who)
    move(site, "main", opens=-48, ends=-24)
    move(site, "second", opens=-20, ends=-1)

    page = site.client(who).get("/materials").text

    assert page.count("补交阶段已于") == 2
    assert re.search("补交阶段已于 [^<]+ 结束", card(page, "C04"))
