"""A bad network costs time and no picture, and never makes two of one (R11)."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route, expect

from libs.common.messages import ApplicationId
from tests import pictures
from tests.candidate import CandidateSite
from tests.e2e.phone import Phone, phone

pytestmark = pytest.mark.slow
UPLOAD = "**/materials/*/images"
ARRIVED = "#card-B01 .thumb:not(.thumb-local)"


def count(site: CandidateSite, who: ApplicationId) -> int:
    return int(site.value("SELECT count(*) FROM image WHERE application_id = :id", id=who))


def picture(folder: Path) -> str:
    path = folder / "a.jpg"
    path.write_bytes(pictures.jpeg(pictures.paper()))
    return str(path)


def test_503_twice_and_then_there_is_one_image(
    chromium: Browser, site: CandidateSite, url: str, tmp_path: Path
) -> None:
    who = site.activated("230000201")
    asked: list[str] = []

    def twice_busy(route: Route) -> None:
        asked.append(route.request.method)
        if len(asked) <= 2:
            route.fulfill(status=503, body="busy")
        else:
            route.continue_()

    with phone(chromium, site, url, who) as held:
        page = held.materials()
        page.route(UPLOAD, twice_busy)
        held.choose("B01", picture(tmp_path))
        expect(page.locator(ARRIVED)).to_have_count(1, timeout=15_000)

    assert len(asked) == 3
    assert count(site, who) == 1


def test_an_answer_that_is_lost_makes_no_second_image(
    chromium: Browser, site: CandidateSite, url: str, tmp_path: Path
) -> None:
    who = site.activated("230000202")
    asked: list[str] = []

    def lose_the_first_answer(route: Route) -> None:
        asked.append(route.request.method)
        if len(asked) == 1:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    with phone(chromium, site, url, who) as held:
        page = held.materials()
        page.route(UPLOAD, lose_the_first_answer)
        held.choose("B01", picture(tmp_path))
        expect(page.locator(ARRIVED)).to_have_count(1, timeout=15_000)

    assert len(asked) == 2
    assert count(site, who) == 1


def test_a_picture_waits_through_a_reload_and_goes_on_by_itself(
    chromium: Browser, site: CandidateSite, url: str, tmp_path: Path
) -> None:
    who = site.activated("230000203")

    with phone(chromium, site, url, who) as held:
        page = held.materials()
        page.route(UPLOAD, lambda route: route.abort())
        held.choose("B01", picture(tmp_path))
        expect(page.locator("#card-B01 .thumb-local")).to_have_count(1)
        page.unroute(UPLOAD)
        held.materials()
        expect(page.locator(ARRIVED)).to_have_count(1, timeout=15_000)
        expect(page.locator(".thumb-local")).to_have_count(0)

    assert count(site, who) == 1


def test_without_a_network_the_tile_says_so_and_the_return_of_it_resumes(
    chromium: Browser, site: CandidateSite, url: str, tmp_path: Path
) -> None:
    who = site.activated("230000204")

    with phone(chromium, site, url, who) as held:
        page = held.materials()
        page.context.set_offline(True)
        held.choose("B01", picture(tmp_path))
        expect(page.get_by_role("button", name="网络中断，点此重试")).to_be_visible(timeout=30_000)
        expect(page.locator("#announce-now")).to_contain_text("联网后会自动续传")
        assert held.barriers() == []
        page.context.set_offline(False)
        expect(page.locator(ARRIVED)).to_have_count(1, timeout=15_000)

    assert count(site, who) == 1


def test_a_picture_that_was_only_chosen_is_asked_for_again_after_a_reload(
    chromium: Browser, site: CandidateSite, url: str, tmp_path: Path
) -> None:
    who = site.activated("230000205")

    with phone(chromium, site, url, who) as held:
        held.materials()
        held.choose("B01", picture(tmp_path), upload=False)
        page = held.materials()
        expect(page.locator("dialog [data-state=ready]")).to_have_count(1)
        page.locator("dialog [data-go][aria-disabled=false]").click()
        expect(page.locator(ARRIVED)).to_have_count(1)

    assert count(site, who) == 1


def test_another_candidate_on_the_same_phone_never_sees_a_waiting_picture(
    chromium: Browser, site: CandidateSite, url: str, tmp_path: Path
) -> None:
    first, second = site.activated("230000206"), site.activated("230000207")

    with phone(chromium, site, url, first) as held:
        held.materials()
        held.choose("B01", picture(tmp_path), upload=False)
        sign_in_as(held, site, second)
        page = held.materials()
        expect(page.locator("#card-B01")).to_be_visible()
        expect(page.locator("dialog")).to_have_count(0)
        sign_in_as(held, site, first)
        held.materials()
        expect(page.locator("dialog")).to_have_count(0)

    assert count(site, second) == 0


def sign_in_as(held: Phone, site: CandidateSite, who: ApplicationId) -> None:
    cookie = {"name": "candidate", "value": site.cookie(who), "url": held.url}
    held.page.context.add_cookies([cookie])  # type: ignore[list-item]


def test_what_the_server_refuses_is_said_at_the_tile(
    chromium: Browser, site: CandidateSite, url: str, tmp_path: Path
) -> None:
    who = site.activated("230000208")

    with phone(chromium, site, url, who) as held:
        page = held.materials()
        close_window(site, who)
        held.choose("B01", picture(tmp_path))
        expect(page.locator("#card-B01 [data-why]")).to_contain_text("截止")
        expect(page.locator("#announce-now")).to_contain_text("截止")
        page.get_by_role("button", name="知道了").click()
        expect(page.get_by_text("截止未提交，内容已锁定")).to_be_visible()

    assert count(site, who) == 0


def test_a_page_that_is_too_old_is_reloaded_and_the_picture_goes_on(
    chromium: Browser, site: CandidateSite, url: str, tmp_path: Path
) -> None:
    who = site.activated("230000209")

    with phone(chromium, site, url, who) as held:
        page = held.materials()
        page.locator('meta[name="csrf-token"]').evaluate("e => { e.content = 'old'; }")
        held.choose("B01", picture(tmp_path))
        expect(page.locator(ARRIVED)).to_have_count(1, timeout=15_000)

    assert count(site, who) == 1


def close_window(site: CandidateSite, who: ApplicationId) -> None:
    with site.database.transaction() as db:
        from sqlalchemy import text

        db.execute(
            text("UPDATE application SET state = 'locked', locked_at = now() WHERE id = :id"),
            {"id": who},
        )
