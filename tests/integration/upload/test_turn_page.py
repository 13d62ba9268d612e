"""The one-tap cure as a plain form: offered by the finding, taken by the page (R7)."""

import re

import pytest
from sqlalchemy import text

from tests import pictures
from tests.candidate import CandidateSite
from tests.servers import PostgresForTests, S3ForTests

SIDEWAYS = '[{"code": "sideways_right", "severity": "warn", "measured": 97, "threshold": 80}]'


@pytest.fixture(scope="module")
def site(postgres: PostgresForTests, s3: S3ForTests) -> CandidateSite:
    return CandidateSite(postgres, s3)


def test_the_finding_offers_a_form_that_turns_the_picture(site: CandidateSite) -> None:
    who = site.activated("230000461")
    site.upload(who, "A01", pictures.jpeg(pictures.paper(800, 600)))
    site.check_images()
    with site.database.transaction() as session:
        session.execute(text("UPDATE image SET findings = CAST(:f AS jsonb)"), {"f": SIDEWAYS})
        image_id = session.execute(text("SELECT id FROM image")).scalar_one()
    with site.client(who) as browser:
        page = browser.get("/materials").text
        token = re.search('name="csrf-token" content="([^"]+)"', page)
        assert token
        assert f'action="/images/{image_id}/turn"' in page
        assert 'name="turn" value="left"' in page

        sent = {"csrf_token": token[1], "turn": "left"}
        answer = browser.post(f"/images/{image_id}/turn", data=sent)
        script = {"Accept": "application/json"}
        twice = sent | {"turn": "twice"}
        wrong = browser.post(f"/images/{image_id}/turn", data=twice, headers=script)

        assert (answer.status_code, wrong.status_code) == (303, 400)
        assert answer.headers["Location"].endswith(f"#open-{image_id}")
        assert "图片已转好" in browser.get("/materials").text

    site.check_images()
    with site.database.transaction() as session:
        row = session.execute(text("SELECT check_state, orientation, width FROM image")).one()
    assert tuple(row) == ("checked", 8, 600)


def test_a_mirrored_picture_is_offered_the_flip_and_reads_after_it(site: CandidateSite) -> None:
    who = site.activated("230000462")
    site.upload(who, "A01", pictures.jpeg(pictures.paper(800, 600, seed=7)))
    site.check_images()
    with site.database.transaction() as session:
        newest = "SELECT id FROM image ORDER BY received_at DESC LIMIT 1"
        image_id = session.execute(text(newest)).scalar_one()
        session.execute(
            text("UPDATE image SET findings = CAST(:f AS jsonb) WHERE id = :id"),
            {"f": SIDEWAYS.replace("sideways_right", "mirrored"), "id": image_id},
        )
    with site.client(who) as browser:
        page = browser.get("/materials").text
        cure = page.partition('class="cure"')[2].partition("</form>")[0]
        token = re.search('name="csrf-token" content="([^"]+)"', page)
        assert token
        assert f'action="/images/{image_id}/turn"' in cure
        assert 'name="turn" value="mirror"' in cure
        assert "翻回正面" in cure

        sent = {"csrf_token": token[1], "turn": "mirror"}
        assert browser.post(f"/images/{image_id}/turn", data=sent).status_code == 303

    site.check_images()
    with site.database.transaction() as session:
        found = "SELECT orientation, findings FROM image WHERE id = :id"
        row = session.execute(text(found), {"id": image_id}).one()
    assert (row.orientation, [f["code"] for f in row.findings]) == (2, [])


@pytest.mark.parametrize(
    ("language", "where"),
    [("zh-CN", "“报名成功通知单 · 第 1 张”"), ("en", "“Registration slip · No. 1”")],
)
def test_a_picture_uploaded_twice_is_told_with_the_place_of_the_other(
    site: CandidateSite, language: str, where: str
) -> None:
    who = site.activated("230000463" if language == "en" else "230000464")
    picture = pictures.jpeg(pictures.paper(800, 600, seed=11))
    site.upload(who, "A07", picture)
    site.check_images()
    site.upload(who, "A01", picture)
    site.check_images()

    with site.client(who) as browser:
        page = browser.get(f"/materials?lang={language}", follow_redirects=True).text
        before = browser.get(f"/check?lang={language}", follow_redirects=True).text

    assert page.count(where) == 1
    assert where in before
