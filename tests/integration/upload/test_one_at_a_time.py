"""大字模式: one material at a time, with a big way on and a big way back."""

import re

import pytest
from flask.testing import FlaskClient

from tests import pictures
from tests.candidate import CandidateSite
from tests.servers import PostgresForTests, S3ForTests


@pytest.fixture(scope="module")
def site(postgres: PostgresForTests, s3: S3ForTests) -> CandidateSite:
    return CandidateSite(postgres, s3)


def large(site: CandidateSite, number: str) -> FlaskClient:
    client = site.client(site.activated(number))
    client.get("/help?large=1")
    return client


def cards(page: str) -> list[str]:
    return re.findall('id="card-(...)"', page)


def test_usual_type_shows_the_whole_list(site: CandidateSite) -> None:
    page = site.client(site.activated("230000871")).get("/materials").text

    assert len(cards(page)) > 5
    assert 'id="one"' not in page
    assert "large.css" not in page


def test_large_type_shows_one_material_and_leads_through_all(site: CandidateSite) -> None:
    client = large(site, "230000872")
    seen: list[str] = []
    page = client.get("/materials").text
    total = int(re.findall(r"第 1 项，共 (\d+) 项", page)[0])

    while True:
        seen += cards(page)
        ahead = re.search(r'btn-main btn-wide" href="(/materials\?at=[^"]+)"', page)
        if ahead is None:
            break
        page = client.get(ahead[1].partition("#")[0]).text

    assert len(seen) == total == len(set(seen))
    assert f"第 {total} 项，共 {total} 项" in page
    assert "检查并提交" in page
    assert "上一项" in page


def test_the_first_one_is_what_needs_her(site: CandidateSite) -> None:
    who = site.activated("230000873")
    for seed in (1, 2):
        site.upload(who, "A01", pictures.jpeg(pictures.paper(seed=seed)))
    client = site.client(who)
    client.get("/help?large=1")

    assert cards(client.get("/materials").text) != ["A01"]


def test_a_form_leads_back_to_the_material_it_stands_on(site: CandidateSite) -> None:
    client = large(site, "230000874")
    page = client.get("/materials?at=B01").text
    token = re.findall('name="csrf-token" content="([^"]+)"', page)[0]

    answer = client.post(
        "/materials/B01/images",
        data={"csrf_token": token, "key": "0" * 32},
        follow_redirects=True,
    )

    assert cards(answer.text) == ["B01"]
    assert "没有选择图片" in answer.text


def test_links_of_other_pages_lead_to_the_material_they_name(site: CandidateSite) -> None:
    client = large(site, "230000875")

    check = client.get("/check").text

    assert "/materials?at=B01#card-B01" in check
    assert cards(client.get("/materials?at=B01").text) == ["B01"]


def test_the_whole_list_is_one_press_away(site: CandidateSite) -> None:
    client = large(site, "230000876")

    assert 'href="/materials?list=1"' in client.get("/materials").text
    assert len(cards(client.get("/materials?list=1").text)) > 5


def test_english_says_the_same(site: CandidateSite) -> None:
    page = large(site, "230000877").get("/materials?lang=en").text

    assert "Item 1 of" in page
    assert "Next item" in page
