"""Her list in Chromium: circumstances, filters, samples, what a correction changed; also plain."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from libs.common.messages import ApplicationId
from tests import pictures
from tests.candidate import CandidateSite
from tests.e2e.phone import Phone, phone
from tests.former import NAME, load_former, took_part

pytestmark = pytest.mark.slow

Way = tuple[str, int, bool]
WAYS: tuple[Way, ...] = (
    ("zh-CN", 390, True),
    ("en", 390, False),
    ("zh-CN", 1440, False),
    ("en", 1440, True),
)
"""Language, width and scripts: each value with each other at least once."""


@pytest.fixture(params=WAYS, ids=str)
def way(request: pytest.FixtureRequest) -> Way:
    values: Way = request.param
    return values


@pytest.fixture(scope="module")
def her(site: CandidateSite) -> ApplicationId:
    """Something in each filter: to do, needing action, uploaded, optional, waived, not asked."""
    who = site.activated("230000801", retaker_same_area="true")
    site.upload(who, "C06", pictures.jpeg(pictures.paper(120, 90)))
    site.upload(who, "A07", pictures.jpeg(pictures.paper()))
    site.check_images()
    return who


@contextmanager
def visiting(
    browser: Browser, site: CandidateSite, url: str, who: ApplicationId, way: Way
) -> Iterator[Phone]:
    language, width, scripts = way
    with phone(browser, site, url, who, language=language, width=width, scripts=scripts) as held:
        if scripts:
            held.materials()
        else:
            held.open("/materials")
        yield held


def sound(held: Phone) -> None:
    """No barrier that axe knows, and nothing scrolls sideways."""
    # axe is a script itself: where scripts are off only the width is judged.
    if held.page.locator("html[data-ready]").count():
        assert held.barriers() == []
    assert held.page.locator("html").evaluate("e => e.scrollWidth <= e.clientWidth")


def cards(page: Page) -> list[str]:
    found: Sequence[Locator] = page.locator("section.mat").all()
    return [str(card.get_attribute("id")).removeprefix("card-") for card in found]


def said(way: Way, zh: str, en: str) -> str:
    return en if way[0] == "en" else zh


def test_filters_and_the_whole_list_are_links_that_keep_one_another(
    chromium: Browser, site: CandidateSite, url: str, her: ApplicationId, way: Way
) -> None:
    with visiting(chromium, site, url, her, way) as held:
        page = held.page
        assert cards(page)[0] == "C06"
        assert "A05" not in cards(page)
        filters = page.locator("#filters a")
        expect(filters.first).to_have_attribute("aria-current", "true")

        filters.nth(1).click()
        expect(page).to_have_url(re.compile(r"show=todo"))
        assert set(cards(page)) == {"A01", "C01", "C03", "C06", "G01"}
        sound(held)
        filters.nth(2).click()
        expect(page).to_have_url(re.compile(r"show=done"))
        assert cards(page) == ["A07"]
        page.get_by_role("link", name=said(way, "查看整份清单", "Show the whole list")).click()
        expect(page.locator("#card-A05")).to_contain_text(
            said(way, "仅港澳台考生需要", "only for candidates from Hong Kong")
        )
        sound(held)
        filters.nth(1).click()
        expect(page).to_have_url(re.compile(r"(?=.*all=1)(?=.*show=todo)"))


def test_each_state_is_an_icon_a_word_and_a_colour(
    chromium: Browser, site: CandidateSite, url: str, her: ApplicationId, way: Way
) -> None:
    words = {
        "A01": said(way, "待上传", "To upload"),
        "A07": said(way, "已上传，未提交", "Uploaded, not submitted"),
        "B01": said(way, "免交", "Waived"),
        "C04": said(way, "以后补交", "Due later"),
        "C06": said(way, "需处理", "Needs action"),
        "Z01": said(way, "选交", "Optional"),
    }

    with visiting(chromium, site, url, her, way) as held:
        for code, word in words.items():
            tag = held.page.locator(f"#card-{code} .mat-head .tag")
            expect(tag).to_have_text(word)
            expect(tag.locator("svg")).to_have_count(1)
        looks = {
            str(held.page.locator(f"#card-{code} .mat-head .tag").get_attribute("class"))
            for code in ("A01", "A07", "C06")
        }
        assert len(looks) == 3


def test_the_sample_shows_the_requirement_a_good_picture_and_four_mistakes(
    chromium: Browser, site: CandidateSite, url: str, her: ApplicationId, way: Way
) -> None:
    with visiting(chromium, site, url, her, way) as held:
        page = held.page
        opener = page.locator("#card-A01 .mat-sample")
        opener.click()
        place = page.locator("dialog") if way[2] else page.locator("main")
        expect(place).to_contain_text(said(way, "人像面和国徽面", "Portrait side and emblem side"))
        for name in said(way, "反光 缺角 太暗 横倒", "Glare Cut dark Sideways").split():
            expect(place.locator(".mistakes")).to_contain_text(re.compile(name, re.IGNORECASE))
        for picture in place.locator("img").all():
            picture.scroll_into_view_if_needed()
            expect(picture).to_have_js_property("complete", value=True)
            assert picture.evaluate("e => e.naturalWidth") > 100
        expect(place.locator("img")).to_have_count(5)
        sound(held)
        place.get_by_role("link", name=said(way, "返回", "Back"), exact=True).click()
        if way[2]:
            expect(opener).to_be_focused()
        else:
            expect(page).to_have_url(re.compile("#card-A01$"))


def test_a_corrected_registration_says_before_and_after_until_it_is_read(
    chromium: Browser, site: CandidateSite, url: str, way: Way
) -> None:
    number = f"2300008{10 + WAYS.index(way)}"
    who = site.activated(number)
    site.register(number, holds_assistant_licence="true", fresh_graduate="false")

    with visiting(chromium, site, url, who, way) as held:
        note = held.page.locator(".changed")
        row = note.locator(".changed-facts > div", has_text=said(way, "持有执业助理", "assistant"))
        expect(row.locator("del")).to_contain_text(said(way, "否", "No"))
        expect(row.locator("ins")).to_contain_text(said(way, "是", "Yes"))
        came = note.get_by_role("link", name=said(way, "助理医师资格证书", "Assistant qual"))
        came.click()
        expect(held.page).to_have_url(re.compile("#card-D01$"))
        expect(note).to_contain_text(said(way, "试用期考核证明", "Probation"))
        sound(held)
        note.get_by_role("button").click()
        expect(note).to_have_count(0)
        expect(held.page.locator("#card-D01")).to_be_visible()


def test_the_list_follows_her_circumstances(
    chromium: Browser, site: CandidateSite, url: str
) -> None:
    fresh = {"A01", "A07", "B01", "B02", "C01", "C03", "C06"}
    military = {"A01", "A07", "B01", "B02", "F04", "F05"}
    people = {
        "230000821": ({}, fresh),
        "230000822": ({"fresh_graduate": "false", "military": "true"}, military),
    }

    for number, (facts, wanted) in people.items():
        with phone(chromium, site, url, site.activated(number, **facts)) as held:
            page = held.materials()
            required = [c for c in cards(page) if c in wanted]
            assert set(required) == wanted
            expect(page.locator(".top-count")).to_contain_text(f"/ {len(wanted)}")
            for code in required:
                expect(page.locator(f"#card-{code} .mat-why")).not_to_be_empty()


def test_a_returning_candidate_uses_an_image_of_the_last_exam_again(
    chromium: Browser, site: CandidateSite, url: str, way: Way
) -> None:
    ending = 830 + WAYS.index(way)
    load_former(site)
    took_part(site, f"220000{ending}")
    who = site.activated(f"230000{ending}")

    with visiting(chromium, site, url, who, way) as held:
        page = held.page
        offers = page.locator("#card-A01 .wait")
        expect(offers).to_have_count(2)
        expect(offers.first).to_contain_text(said(way, NAME, "2022 Medical Licensing Exam"))
        picture = offers.first.locator("img")
        picture.scroll_into_view_if_needed()
        expect(picture).to_have_js_property("complete", value=True)
        assert picture.evaluate("e => e.naturalWidth") > 100
        anew = page.locator("#card-A01").get_by_text(said(way, "请重新拍一张", "take a new one"))
        expect(anew).to_be_visible()
        sound(held)
        use = re.compile(said(way, "^用这张", "^Use this one"))
        for left in (1, 0):
            offers.last.get_by_role("button", name=use).click()
            expect(offers).to_have_count(left)
        expect(page.locator("#card-A01 .thumb")).to_have_count(2)
        expect(page.locator("#card-A01 input[type=file]")).to_have_count(0)
        sound(held)


def test_an_offer_is_looked_at_large_before_it_is_used(
    chromium: Browser, site: CandidateSite, url: str
) -> None:
    took_part(site, "220000841")
    who = site.activated("230000841")

    with phone(chromium, site, url, who) as held:
        page = held.materials()
        page.locator("#card-B01 .wait a").click()
        dialog = page.locator("dialog")
        expect(dialog).to_contain_text("SHA-256")
        assert held.barriers() == []
        dialog.get_by_role("button", name=re.compile("^用这张")).click()
        expect(dialog).to_have_count(0)
        expect(page.locator(".toast")).to_contain_text("还没有提交")
        expect(page.locator("#card-B01 .thumb")).to_have_count(1)
