"""The list page: what comes first, filters, samples with mistakes, and why not."""

import re

import pytest

from libs.common.messages import ApplicationId
from services.upload.operations.answers import MAX_WORDS
from tests import pictures
from tests.candidate import CandidateSite
from tests.servers import PostgresForTests, S3ForTests


@pytest.fixture(scope="module")
def site(postgres: PostgresForTests, s3: S3ForTests) -> CandidateSite:
    return CandidateSite(postgres, s3)


@pytest.fixture(scope="module")
def her(site: CandidateSite) -> ApplicationId:
    who = site.activated("230000601")
    site.upload(who, "C06", pictures.jpeg(pictures.paper(120, 90)))
    site.upload(who, "A07", pictures.jpeg(pictures.paper()))
    site.check_images()
    return who


def cards(html: str) -> list[str]:
    return re.findall(r'id="card-([A-Z]\d\d)"', html)


def headings(html: str) -> list[str]:
    return re.findall(r'<h2 class="group">(.+?)</h2>', html)


def test_what_needs_action_stands_first_whatever_its_place_in_the_list(
    site: CandidateSite, her: ApplicationId
) -> None:
    page = site.client(her).get("/materials").text

    assert headings(page)[0] == "请先处理"
    assert cards(page)[:2] == ["C06", "A01"]


@pytest.mark.parametrize(
    ("show", "there", "not_there"),
    [("todo", "A01", "A07"), ("done", "A07", "A01"), ("optional", "C04", "A01")],
)
def test_a_filter_is_a_link_that_shows_only_its_materials(
    site: CandidateSite, her: ApplicationId, show: str, there: str, not_there: str
) -> None:
    page = site.client(her).get(f"/materials?show={show}").text

    assert there in cards(page)
    assert not_there not in cards(page)
    assert f'href="/materials?show={show}" aria-current="true"' in page


def test_the_whole_list_says_why_something_is_not_asked_of_her(
    site: CandidateSite, her: ApplicationId
) -> None:
    client = site.client(her)

    assert "A05" not in cards(client.get("/materials").text)
    assert "仅港澳台考生需要" in client.get("/materials?all=1").text


def test_what_is_waived_says_so_with_its_reason(site: CandidateSite) -> None:
    who = site.activated("230000602", retaker_same_area="true")

    page = site.client(who).get("/materials").text

    assert "免交" in page
    assert "您往年在本考区报名成功，这项免交" in page


def test_a_sample_shows_the_mistakes_that_are_asked_again(
    site: CandidateSite, her: ApplicationId
) -> None:
    client = site.client(her)
    page = client.get("/materials/A01/sample").text
    pictures_of_it = re.findall(r'src="(/materials/A01/mistakes/\w+\.jpg)"', page)

    assert len(pictures_of_it) == 4
    for path in pictures_of_it:
        answer = client.get(path)
        assert answer.content_type == "image/jpeg"
        assert len(answer.data) <= 8_000
    assert all(word in page for word in ("反光", "缺角", "太暗", "横倒"))


@pytest.mark.parametrize("look", ["nonsense", "..%2FA01"])
def test_a_mistake_that_is_none_is_not_found(
    site: CandidateSite, her: ApplicationId, look: str
) -> None:
    assert site.client(her).get(f"/materials/A01/mistakes/{look}.jpg").status_code == 404


def test_claims_that_do_not_hold_are_told_in_one_line(
    site: CandidateSite, her: ApplicationId
) -> None:
    page = site.client(her).get("/materials").text

    assert "以下情形均为“否”" in page
    assert "<dt>现役军人</dt>" not in page
    assert "<span>现役军人</span>" in page


def test_an_answer_of_not_available_is_said_and_taken_back(
    site: CandidateSite, her: ApplicationId
) -> None:
    who = site.activated("230000603")
    client = site.client(who)
    token = re.search('name="csrf_token" value="([^"]+)"', client.get("/materials").text)
    assert token
    form = {"csrf_token": token[1], "reason": "单位尚未缴纳"}

    said = client.post("/materials/C06/absence", data=form, follow_redirects=True).text
    back = client.post("/materials/C06/absence/withdraw", data=form, follow_redirects=True).text

    assert "单位尚未缴纳" in said
    assert "已答暂缺/不适用" in said
    assert f"最多 {MAX_WORDS} 字" in back
    assert f'name="reason" maxlength="{MAX_WORDS}"' in back
    assert "单位尚未缴纳" not in back
    assert "没有这份材料？答暂缺/不适用" in back
