"""The review desk in a real browser: both levels, by keyboard, to a published result."""

import re
import uuid
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import text

from libs.common import messages as m
from services.review.domain.case import Recommendation
from services.review.domain.staff import Role
from services.review.operations import decide
from tests.chromium import barriers
from tests.e2e.desk import Site, sign_in, visitor
from tests.e2e.reading import hand_in, read_all
from tests.integration.review import room as r
from tests.integration.review.test_changes import changed
from tests.integration.review.test_wishes_and_calls import call, wish
from tests.integration.review.walks import accept_all
from tests.servers import PostgresForTests, S3ForTests
from tests.serving import served, until


@pytest.fixture
def site(postgres: PostgresForTests, s3: S3ForTests) -> Iterator[Site]:
    made = Site(postgres.fresh_database("review"), s3)
    made.person("wang", "样例·王", Role.SITE_REVIEWER, sites=["heping"])
    made.person("li", "样例·李", Role.SITE_REVIEWER, sites=["heping"])
    made.person("zhao", "样例·赵", Role.AREA_LEAD)
    made.person("qian", "样例·钱", Role.AREA_LEAD)
    yield made
    assert made.faults == []
    made.room.database.engine.dispose()


@pytest.fixture
def url(site: Site) -> Iterator[str]:
    with served(site.app) as address:
        yield address


def submitted(site: Site, *, at: str = "heping") -> m.ApplicationSubmitted:
    warning = m.Finding(code="blurry", severity="warn", measured=1, threshold=2)
    images = [
        site.picture("A01", "A01", 1),
        site.picture("A01", "A01", 2, blur=6, findings=(warning,)),
        site.picture("B01", "B01", 1),
    ]
    message = r.submission(*images, site=at)
    site.room.feed(message)
    return message


def claim_next(page: Page) -> None:
    page.get_by_role("button", name="领取下一份").click()
    expect(page.locator("html")).to_have_attribute("data-ready", "true")
    expect(page.locator("body.is-staged .stage .paper").last).to_be_visible()


def settled(page: Page, done: str) -> None:
    """The server has stored it and drawn the page anew."""
    expect(page.locator(".done")).to_contain_text(done)


def test_a_paper_goes_through_both_levels_to_publication_by_keyboard(
    chromium: Browser, site: Site, url: str
) -> None:
    first = submitted(site)
    with visitor(chromium, url, site) as page:
        sign_in(page, site, "wang")
        _the_site_asks_for_one_image(page)
    (raised,) = site.room.said(m.RequestsRaised)
    request, old = raised["requests"][0], first.images[1]
    assert request["image_id"] == str(old.image_id)
    answers = uuid.UUID(request["request_id"])
    new = site.picture("A01", "A01", 2, replaces=old.image_id, answers=answers)
    site.room.feed(r.next_round(first, [first.images[0], new, first.images[2]]))

    with visitor(chromium, url, site) as page:
        sign_in(page, site, "zhao")
        _the_area_compares_and_concludes(page)
        page.goto("/publication/demo")
        page.get_by_role("button", name="提出公布 整场考试").click()
        expect(page.get_by_text("须由另一位考区负责人确认").last).to_be_visible()
        assert site.room.said(m.ResultsPublished) == []
    with visitor(chromium, url, site) as page:
        sign_in(page, site, "qian", after="/publication/demo")
        page.get_by_role("button", name="确认公布 1 项结果").click()
        expect(page.get_by_text("结果已公布。")).to_be_visible()

    (published,) = site.room.said(m.ResultsPublished)
    assert published["results"][0]["outcome"] == "passed"


def _the_site_asks_for_one_image(page: Page) -> None:
    claim_next(page)
    page.keyboard.press("a")
    settled(page, "1 / 3")
    page.keyboard.press("Enter")
    expect(page.locator(".view-bar h2")).to_contain_text("2 / 2")
    expect(page.locator(".hints")).to_contain_text("可能不够清晰")
    page.keyboard.press("r")
    page.keyboard.press("/")
    page.keyboard.type("fg")
    expect(page.locator(".reason:visible")).to_have_count(1)
    page.keyboard.press("Enter")
    settled(page, "2 / 3")
    expect(page.locator(".drafts")).to_contain_text("反光遮挡内容")
    page.keyboard.press("Enter")
    expect(page.locator(".view-bar h2")).to_contain_text("毕业证书")
    page.keyboard.press("a")
    settled(page, "3 / 3")
    expect(page.get_by_role("button", name="发出要求并领取下一份")).to_be_visible()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("要求已一起发出，考生会收到通知。")).to_be_visible()


def _the_area_compares_and_concludes(page: Page) -> None:
    claim_next(page)
    expect(page.locator(".pane")).to_have_count(2)
    expect(page.locator(".pane-line").first).to_contain_text("已退回：反光遮挡内容")
    for key in "++]":
        page.keyboard.press(key)
    turned = [paper.evaluate("e => e.style.transform") for paper in page.locator(".paper").all()]
    assert "rotate(90deg)" in turned[0]
    assert turned[0] == turned[1]  # both papers have the same pixels
    page.keyboard.press("a")
    settled(page, "3 / 3")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("结论已保存，公布前考生看不到。")).to_be_visible()


def test_two_reviewers_get_different_cases_and_see_who_has_the_other(
    chromium: Browser, site: Site, url: str
) -> None:
    submitted(site)
    submitted(site)
    with visitor(chromium, url, site) as wang, visitor(chromium, url, site) as li:
        sign_in(wang, site, "wang")
        claim_next(wang)
        sign_in(li, site, "li")
        claim_next(li)
        assert wang.url.split("?")[0] != li.url.split("?")[0]

        li.goto(wang.url)

        expect(li.get_by_text("样例·王 正在审核")).to_be_visible()
        expect(li.locator("#judge")).to_have_count(0)


def test_a_stale_verdict_is_refused_with_the_others_name(
    chromium: Browser, site: Site, url: str
) -> None:
    submitted(site)
    with visitor(chromium, url, site) as wang, visitor(chromium, url, site) as li:
        sign_in(wang, site, "wang")
        claim_next(wang)
        site.room.rows("UPDATE claim SET expires_at = clock_timestamp() RETURNING 1")
        sign_in(li, site, "li")
        claim_next(li)
        wang.keyboard.press("a")

        expect(wang.locator("#banner")).to_contain_text("样例·李 正在审核")
        expect(wang.locator("input[name=choice]:checked")).to_have_count(0)
        expect(wang.locator("form.is-sent")).to_have_count(0)

        li.get_by_role("button", name="放回").click()
        expect(li.get_by_text("已放回队列")).to_be_visible()
        wang.keyboard.press("r")
        wang.keyboard.press("q")
        expect(wang.locator("#banner")).to_contain_text("样例·李 处理过这份审核单")
    assert site.room.rows("SELECT count(*) FROM verdict")[0][0] == 0


def test_no_case_is_finished_over_a_choice_that_is_shown_but_not_stored(
    chromium: Browser, site: Site, url: str
) -> None:
    first = submitted(site)
    with visitor(chromium, url, site) as page:
        sign_in(page, site, "wang")
        claim_next(page)
        page.keyboard.press("a")
        settled(page, "1 / 3")
        for done in ("2 / 3", "3 / 3"):
            page.keyboard.press("Enter")
            expect(page.locator("input[name=choice]:checked")).to_have_count(0)
            page.keyboard.press("a")
            settled(page, done)
        page.keyboard.press("r")
        page.keyboard.press("Control+Enter")
        expect(page.locator("#banner")).to_contain_text("请选择一个理由")
        page.keyboard.press("k")
        expect(page.locator("input[value=ask]")).to_be_checked()

        page.keyboard.press("q")
        expect(page.locator(".drafts")).to_be_visible()
        expect(page.locator("#banner")).to_be_hidden()
        page.keyboard.press("n")
        page.keyboard.type("请重拍")
        page.keyboard.press("Control+Enter")
        expect(page.get_by_text("要求已一起发出，考生会收到通知。")).to_be_visible()

    (sent,) = site.room.rows("SELECT words FROM request WHERE standing = 'open'")
    assert sent.words == "请重拍"
    assert site.room.case(first).state == "waiting"


def test_undo_notes_and_marks(chromium: Browser, site: Site, url: str) -> None:
    submitted(site)
    with visitor(chromium, url, site) as page:
        sign_in(page, site, "wang")
        claim_next(page)
        page.keyboard.press("a")
        settled(page, "1 / 3")
        page.keyboard.press("z")
        settled(page, "0 / 3")

        page.keyboard.press("r")
        page.keyboard.press("w")
        settled(page, "1 / 3")
        page.keyboard.press("n")
        page.keyboard.type("ab请重拍")  # a key that writes never acts
        page.keyboard.press("Escape")
        expect(page.locator(".drafts")).to_contain_text("ab请重拍")
        page.keyboard.press("x")
        box = page.locator(".stage").last.bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + box["height"] * 0.4)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.6)
        page.mouse.up()
        dragged = page.locator(".mark:not(.is-new)")
        expect(dragged).to_have_count(1)
        x = dragged.get_attribute("x")
        for key in ("x", "ArrowLeft", "Escape", "x", "ArrowLeft", "ArrowLeft"):
            page.keyboard.press(key)
        page.keyboard.press("Shift+ArrowDown")
        page.keyboard.press("Enter")
        expect(dragged).not_to_have_attribute("x", x or "")

    (draft,) = site.room.rows("SELECT words, mark FROM request WHERE standing = 'draft'")
    assert draft.words == "ab请重拍"
    assert draft.mark == [0.38, 0.4, 0.2, 0.22]


def test_what_is_flagged_is_written_where_it_can_be_seen(
    chromium: Browser, site: Site, url: str
) -> None:
    submitted(site)
    with visitor(chromium, url, site, width=1280) as page:
        sign_in(page, site, "wang")
        claim_next(page)
        page.keyboard.press("e")
        words = page.locator("#suspect-words")
        words.fill("　")
        page.locator("#suspect button").click()
        expect(page.locator("#banner")).to_be_visible()
        words.clear()
        words.focus()
        expect(words).to_be_focused()
        middle = "e => { const r = e.getBoundingClientRect();"
        over = words.evaluate(
            f"{middle} return document.elementFromPoint(r.x + 9, r.y + r.height / 2) === e; }}"
        )
        assert over, "the last part of the panel covers what is typed"
        page.keyboard.type("公章像是拼贴的")
        page.locator("#suspect button").click()
        expect(page.locator(".suspected")).to_contain_text("公章像是拼贴的")
        expect(page.locator("#banner")).to_be_hidden()
    assert site.room.rows("SELECT legal_hold FROM review_case")[0].legal_hold is True


def test_single_keys_can_be_switched_off(chromium: Browser, site: Site, url: str) -> None:
    submitted(site)
    with visitor(chromium, url, site) as page:
        sign_in(page, site, "wang", after="/account")
        page.get_by_label("在工作台使用单键快捷键").uncheck()
        page.get_by_role("button", name="保存").click()
        page.goto("/queues")
        claim_next(page)
        page.keyboard.press("a")

        expect(page.locator(".keys")).to_contain_text("单键快捷键已关闭")
        settled(page, "0 / 3")
        page.locator(".verdict.is-accept").click()
        settled(page, "1 / 3")


def test_the_desk_works_without_scripts(chromium: Browser, site: Site, url: str) -> None:
    first = submitted(site)
    context = chromium.new_context(
        base_url=url,
        java_script_enabled=False,
        locale="zh-CN",
        viewport={"width": 1440, "height": 900},
    )
    page = context.new_page()
    sign_in(page, site, "wang")
    page.get_by_role("button", name="领取下一份").click()
    for choice in ("accept", "ask", "accept"):
        page.locator(f".verdict.is-{choice}").click()
        if choice == "ask":
            page.locator(".reason", has=page.locator("[value=RE02]")).click()
        page.get_by_role("button", name="判定并看下一张").click()
    page.get_by_role("button", name="发出要求并领取下一份").click()

    expect(page.get_by_text("要求已一起发出，考生会收到通知。")).to_be_visible()
    context.close()
    assert site.room.case(first).state == "waiting"


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_no_page_has_a_fault_that_axe_finds(
    chromium: Browser, site: Site, url: str, language: str
) -> None:
    first = submitted(site)
    submitted(site, at="hexi")
    with visitor(chromium, url, site, width=1280) as page:
        page.goto("/sign-in")
        _is_accessible(page)
        sign_in(page, site, "wang")
        _is_accessible(page)
        claim_next(page)
        page.keyboard.press("r")
        page.goto(f"{page.url.split('?')[0]}?lang={language}")
        expect(page.locator("html")).to_have_attribute("data-ready", "true")
        if language == "en":
            shown = page.locator("body").inner_text()
            expect(page.locator(".keys")).to_contain_text("Finish this case")
            assert "判定" not in shown
        _is_accessible(page)
        page.goto(f"/cases/{site.room.case(first).id}/conclusion")
        _is_accessible(page)
        page.goto("/account")
        _is_accessible(page)
    with visitor(chromium, url, site, width=1280) as page:
        sign_in(page, site, "zhao", after="/publication/demo")
        _is_accessible(page)
        page.goto("/queues/unsubmitted")
        _is_accessible(page)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_no_page_beside_the_desk_has_a_fault_that_axe_finds(
    chromium: Browser, site: Site, url: str, language: str
) -> None:
    first = submitted(site)
    asked = call(application_id=first.application_id)
    site.room.feed(wish(first), changed(first), asked)
    site.person("admin", "样例·管", Role.ADMINISTRATOR)
    with visitor(chromium, url, site, width=1280) as page:
        sign_in(page, site, "zhao")
        page.goto(f"/queues?lang={language}")
        case = f"/cases/{site.room.case(first).id}"
        beside = ["/statistics", "/duplicates", "/calls", f"/calls/{asked.call_id}"]
        beside += [f"{case}/contact", f"{case}/preview", "/publication"]
        for place in ("/queues/wishes?site=heping", case, *beside):
            page.goto(place)
            _is_accessible(page)
    with visitor(chromium, url, site, width=1280) as page:
        sign_in(page, site, "admin")
        page.goto(f"/staff?lang={language}")
        _is_accessible(page)
        page.goto("/exams")
        _is_accessible(page)
        page.goto("/staff")
        page.locator("#login").fill("neu")
        page.locator("#name").fill("样例·新")
        page.locator("input[name=role][value=auditor]").check()
        page.locator("main form button").last.click()
        _is_accessible(page)
        page.goto(page.locator("code.secret").inner_text())
        _is_accessible(page)


def _is_accessible(page: Page) -> None:
    assert barriers(page) == []


def test_what_comes_next_is_here_already_and_each_view_is_logged_once(
    chromium: Browser, site: Site, url: str
) -> None:
    first = submitted(site)
    second = submitted(site)
    with visitor(chromium, url, site) as page:
        sign_in(page, site, "wang")
        claim_next(page)
        for done in ("1 / 3", "2 / 3", "3 / 3"):
            page.keyboard.press("a")
            settled(page, done)
            if done != "3 / 3":
                page.keyboard.press("Enter")
                expect(page.locator("#judge")).to_have_attribute("data-verdict", "")
        viewed = """
          SELECT count(*) FROM audit WHERE action = 'image.viewed'
            AND subject = :subject AND details->>'size' = 'view'"""
        opens_with = f"image:{second.images[0].image_id}"
        until(
            lambda: site.room.rows(viewed, subject=opens_with)[0][0] == 1,
            what="the next case's first picture",
        )

        page.keyboard.press("Control+Enter")

        expect(page.locator(".crumb b")).to_have_text(second.registration_number)
        expect(page.locator(".paper img")).to_have_attribute("src", re.compile("^blob:"))
        settled(page, "0 / 3")
        until(
            lambda: site.room.case(first).state == "area_review",
            what="the decision that travels while the next case is shown",
        )
    assert site.room.rows(viewed, subject=opens_with)[0][0] == 1


def test_a_decision_that_is_refused_brings_its_case_back_with_the_others_name(
    chromium: Browser, site: Site, url: str
) -> None:
    hand_in(site, 2)
    with visitor(chromium, url, site) as page:
        sign_in(page, site, "wang")
        claim_next(page)
        mine = page.locator(".crumb b").inner_text()
        for done in ("1 / 2", "2 / 2"):
            expect(page.locator("#judge")).to_have_attribute("data-verdict", "")
            page.keyboard.press("a")
            settled(page, done)
            if done == "1 / 2":
                page.keyboard.press("Enter")
        until(
            lambda: site.room.rows("SELECT count(*) FROM claim")[0][0] == 2,
            what="the next case",
        )
        page.wait_for_load_state("networkidle")
        changed = """
          UPDATE review_case SET version = version + 1,
            last_by = (SELECT id FROM staff WHERE login = 'li')
          WHERE registration_number = :number"""
        with site.room.database.transaction() as session:  # the decision waits for the case's row
            session.execute(text(changed), {"number": mine})
            page.keyboard.press("Control+Enter")
            expect(page.locator(".crumb b")).not_to_have_text(mine)
            page.keyboard.press("a")

        expect(page.locator("#banner")).to_contain_text("样例·李 处理过这份审核单")
        expect(page.locator("#banner")).to_contain_text("已回到这份审核单，之后的操作没有保存。")
        expect(page.locator(".crumb b")).to_have_text(mine)
        expect(page.locator(".stage .paper")).to_be_visible()
        settled(page, "2 / 2")
    assert site.room.rows("SELECT count(*) FROM verdict")[0][0] == 2


def test_preview_and_telephone_open_by_a_key_and_stand_no_barrier(
    chromium: Browser, site: Site, url: str
) -> None:
    submitted(site)
    with visitor(chromium, url, site) as page:
        sign_in(page, site, "wang")
        claim_next(page)
        page.keyboard.press("r")
        page.keyboard.press("w")
        settled(page, "1 / 3")
        page.keyboard.press("p")
        expect(page.locator("dialog")).to_contain_text("Glare hides part of it")
        assert barriers(page) == []
        page.keyboard.press("Escape")
        page.keyboard.press("t")
        page.locator("dialog").get_by_label("未接听").check()
        assert barriers(page) == []
        page.locator("dialog").get_by_role("button", name="登记通话").click()

        expect(page.locator(".case-record")).to_contain_text("电话：考生未接听")


@pytest.mark.parametrize("width", [768, 900, 1024])
def test_the_desk_never_scrolls_sideways_on_a_tablet(
    chromium: Browser, site: Site, url: str, width: int
) -> None:
    submitted(site)
    with visitor(chromium, url, site, width=width) as page:
        sign_in(page, site, "wang")
        claim_next(page)

        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.locator(".verdict.is-accept").click()
        settled(page, "1 / 3")


def test_ten_cases_by_keyboard_alone_and_each_verdict_is_on_the_image_shown(
    chromium: Browser, site: Site, url: str
) -> None:
    hand_in(site, 10)
    with visitor(chromium, url, site) as page:
        sign_in(page, site, "wang")
        claim_next(page)
        shown, _ = read_all(page, 10)
        expect(page.get_by_text("您的队列里没有等待领取的审核单。")).to_be_visible()

    judged = [row.image_id for row in site.room.rows("SELECT image_id FROM verdict ORDER BY id")]
    assert shown == judged
    states = site.room.rows("SELECT DISTINCT state FROM review_case")
    assert [row.state for row in states] == ["area_review"]


def test_the_first_ctrl_enter_on_a_free_case_claims_it_and_decides_nothing(
    chromium: Browser, site: Site, url: str
) -> None:
    first = submitted(site)
    deed = accept_all(site.room, first, site.room.person("site", Role.SITE_REVIEWER))
    site.room.do(decide.forward, recommendation=Recommendation.PASS, words="", **deed)
    with visitor(chromium, url, site) as page:
        sign_in(page, site, "zhao", after=f"/cases/{site.room.case(first).id}")
        expect(page.locator("html")).to_have_attribute("data-ready", "true")
        expect(page.locator("[data-claim]")).to_have_count(2)
        expect(page.locator("[data-finish]")).to_have_count(0)
        assert barriers(page) == []
        page.keyboard.down("Control")
        for _ in range(3):  # pressed, and still pressed
            page.keyboard.down("Enter")
        page.keyboard.up("Enter")
        page.keyboard.press("Enter")  # and once more before it is his
        page.keyboard.up("Control")

        expect(page.locator("#saved")).to_contain_text("已领取本案，请看过图片后再提交。")
        expect(page.locator("[data-finish]")).to_be_visible()
        page.wait_for_load_state("networkidle")
        assert site.room.case(first).state == "area_review"
        assert site.room.rows("SELECT count(*) FROM claim")[0][0] == 1
        page.keyboard.press("Control+Enter")
        expect(page.get_by_text("结论已保存，公布前考生看不到。")).to_be_visible()
    assert site.room.case(first).state == "concluded"


def test_a_form_that_gets_a_file_may_soon_be_sent_again_and_no_other(
    chromium: Browser, site: Site, url: str
) -> None:
    send = "f => f.dispatchEvent(new SubmitEvent('submit', {bubbles: true, cancelable: true}))"
    with visitor(chromium, url, site) as page:
        page.clock.install()
        sign_in(page, site, "zhao", after="/statistics")
        exports = page.locator(".exports form").first
        for kind in ("CSV", "XLSX"):
            with page.expect_download() as got:
                exports.get_by_role("button", name=kind).click()
            assert got.value.suggested_filename.endswith(kind.lower())
            assert exports.evaluate(send) is False  # a double press is one request
            page.clock.run_for(2500)
            expect(exports.locator("[aria-disabled]")).to_have_count(0)

        leaves = page.locator("form:not([data-download])[method=post]").first
        assert leaves.evaluate(send) is True
        page.clock.run_for(2500)
        assert leaves.evaluate(send) is False
