"""The candidate's whole way, on a phone: in, uploaded, handed in, asked again, answered."""

import re
import uuid

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import text

from libs.common.messages import ApplicationId
from tests import pictures
from tests.candidate import PASSWORD, CandidateSite, id_number_of
from tests.e2e.phone import big_photo, phone

pytestmark = pytest.mark.slow
REQUIRED = ("A01", "A01", "A07", "B01", "B02", "C01", "C03", "C06")


def filled(site: CandidateSite, number: str) -> ApplicationId:
    """An application with everything that is required, checked."""
    who = site.activated(number)
    for at, code in enumerate(REQUIRED):
        site.upload(who, code, pictures.jpeg(pictures.paper(seed=at + 1)))
    site.check_images()
    return who


def test_the_first_entry_goes_from_the_launch_to_the_list(
    chromium: Browser, site: CandidateSite, url: str
) -> None:
    site.register("230000301")

    with phone(chromium, site, url) as held:
        page = held.page
        page.request.post(f"{url}/launch", form={"token": site.token("230000301")})
        held.open("/launch")
        assert held.barriers() == []
        page.get_by_role("button", name="是我，继续").click()
        page.get_by_label("证件号码").fill("120000190001010000")
        page.get_by_role("button", name="下一步").click()
        expect(page).to_have_title(re.compile("^错误"))
        expect(page.locator("#errors")).to_be_focused()
        assert held.barriers() == []
        page.get_by_label("证件号码").fill(id_number_of("230000301").lower())
        page.get_by_role("button", name="下一步").click()
        page.get_by_role("button", name="发送验证码").click()
        page.get_by_label("6 位验证码").fill(known_code(site, "230000301"))
        page.get_by_role("button", name="下一步").click()
        assert held.barriers() == []
        page.get_by_role("button", name="下一步").click()
        expect(page.locator("#errors a")).to_have_count(2)
        for box in page.get_by_role("checkbox").all():
            box.check()
        page.get_by_role("button", name="下一步").click()
        page.get_by_role("checkbox").check()
        page.get_by_role("button", name="下一步").click()
        page.get_by_label("密码", exact=True).fill(PASSWORD)
        page.get_by_label("再输入一次").fill(PASSWORD)
        page.get_by_role("button", name="完成，查看材料清单").click()
        expect(page.get_by_role("heading", name="有效身份证明")).to_be_visible()
        held.open("/sign-out")
        page.get_by_role("button", name="退出登录").click()
        page.get_by_label("报名号或证件号码").fill("230000301")
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        expect(page.get_by_role("heading", name="有效身份证明")).to_be_visible()


def known_code(site: CandidateSite, number: str) -> str:
    """The code went to the phone sealed; here its hash is exchanged for one that is known."""
    with site.database.transaction() as db:
        row = db.execute(
            text(
                "SELECT c.id FROM phone_code c JOIN registration r USING (application_id)"
                " WHERE r.number = :number ORDER BY c.sent_at DESC LIMIT 1"
            ),
            {"number": number},
        ).one()
        db.execute(
            text("UPDATE phone_code SET code_hash = :hash WHERE id = :id"),
            {"hash": site.vault.code_hash("246810", code_id=row.id), "id": row.id},
        )
    return "246 810"


def test_every_state_of_the_list_is_accessible_in_both_languages(
    chromium: Browser, site: CandidateSite, url: str
) -> None:
    who = site.activated("230000302", extra_post="true")
    site.upload(who, "A01", pictures.jpeg(pictures.paper()))
    site.upload(who, "B01", pictures.jpeg(pictures.paper(300, 200)))
    site.upload(who, "B02", pictures.jpeg(pictures.paper(900, 700).point(lambda v: v // 8)))
    site.check_images()
    site.upload(who, "C06", pictures.jpeg(pictures.paper(seed=9)))

    for language, width in (("zh-CN", 390), ("en", 320), ("zh-CN", 1440)):
        with phone(chromium, site, url, who, language=language, width=width) as held:
            page = held.materials()
            assert held.barriers() == [], (language, width)
            assert no_sideways_scroll(page), (language, width)
            for opener in (".thumb-open", ".minus", ".mat-sample"):
                page.locator(opener).first.click()
                expect(page.locator("#dialog-title")).to_be_focused()
                if language == "zh-CN":
                    assert held.barriers() == [], (language, width, opener)
                page.keyboard.press("Escape")
                expect(page.locator(opener).first).to_be_focused()


def no_sideways_scroll(page: Page) -> bool:
    inside = page.locator("html").evaluate("e => e.scrollWidth <= e.clientWidth")
    return bool(inside)


def test_the_other_pages_are_accessible_in_both_languages(
    chromium: Browser, site: CandidateSite, url: str
) -> None:
    who = filled(site, "230000303")
    number = site.submit(who)
    paths = (
        *("/materials", "/materials?all=1", "/materials?show=todo", "/check", "/progress"),
        *("/messages", "/help", "/sign-out", f"/receipts/{number}", f"/verify?number={number}"),
        *("/verify?number=wrong", "/materials/A01/sample", "/nowhere"),
    )

    # The structure is the same in both languages; what English changes is said on three pages.
    for language, shown in (("zh-CN", paths), ("en", ("/check", "/help", paths[8]))):
        with phone(chromium, site, url, who, language=language) as held:
            for path in shown:
                page = held.open(path)
                assert held.barriers() == [], (language, path)
                assert no_sideways_scroll(page), (language, path)
    with phone(chromium, site, url, language="en") as held:
        for path in ("/sign-in", "/forgotten", "/help"):
            held.open(path)
            assert held.barriers() == [], path


def test_deleting_is_asked_and_undone(chromium: Browser, site: CandidateSite, url: str) -> None:
    who = site.activated("230000304")
    site.upload(who, "B01", pictures.jpeg(pictures.paper()))

    with phone(chromium, site, url, who) as held:
        page = held.materials()
        page.get_by_role("link", name="删除：毕业证书").click()
        page.locator("dialog").get_by_role("button", name="删除").click()
        expect(page.locator("#card-B01 .thumb")).to_have_count(0)
        page.get_by_role("button", name="撤销").click()
        expect(page.locator("#card-B01 .thumb")).to_have_count(1)


def test_a_submission_with_gaps_is_refused_with_a_focused_list(
    chromium: Browser, site: CandidateSite, url: str
) -> None:
    who = site.activated("230000305")
    site.upload(who, "A01", pictures.jpeg(pictures.paper()))

    with phone(chromium, site, url, who) as held:
        page = held.materials()
        page.get_by_role("link", name="提交审核", exact=True).click()
        page.get_by_role("button", name="确认提交审核").click()
        expect(page).to_have_title(re.compile("^错误"))
        expect(page.locator("#errors")).to_be_focused()
        expect(page.get_by_role("link", name="有效身份证明：需要 2 张，已有 1 张")).to_be_visible()
        assert held.barriers() == []


def test_a_double_click_hands_in_once_and_everything_is_locked(
    chromium: Browser, site: CandidateSite, url: str
) -> None:
    who = filled(site, "230000306")

    with phone(chromium, site, url, who) as held:
        page = held.open("/check")
        page.get_by_role("button", name="确认提交审核").dblclick()
        expect(page.get_by_role("heading", name="上报完成，内容已锁定")).to_be_visible()
        assert held.barriers() == []
        held.materials()
        expect(page.locator("input[type=file], .minus")).to_have_count(0)

    count = "SELECT count(*) FROM submission WHERE application_id = :id"
    assert site.value(count, id=who) == 1


def test_a_returned_image_alone_is_unlocked_replaced_and_handed_in_again(
    chromium: Browser, site: CandidateSite, url: str
) -> None:
    who = filled(site, "230000307")
    site.submit(who)
    old = site.value("SELECT id FROM image WHERE application_id = :id AND material = 'B01'", id=who)
    request = site.ask_to_replace(who, uuid.UUID(str(old)))

    with phone(chromium, site, url, who) as held:
        page = held.materials()
        expect(page.get_by_role("heading", name="考点请您更换 1 张图片")).to_be_visible()
        expect(page.locator("input[type=file]")).to_have_count(2)
        assert held.barriers() == []
        picture = {
            "name": "b.jpg",
            "mimeType": "image/jpeg",
            "buffer": pictures.jpeg(pictures.paper(seed=77)),
        }
        page.set_input_files(f"#album-{request}", picture)  # type: ignore[arg-type]
        page.locator("dialog [data-go][aria-disabled=false]").click()
        expect(page.locator(f"#request-{request} input[type=file]")).to_have_count(0)
        held.open("/check")
        page.get_by_role("button", name="确认提交审核").click()
        expect(page.get_by_role("heading", name="上报完成，内容已锁定")).to_be_visible()
        expect(page.get_by_text("第 2 次")).to_be_visible()


def test_without_scripts_she_uploads_deletes_and_submits(
    chromium: Browser, site: CandidateSite, url: str
) -> None:
    who = filled(site, "230000308")
    extra = {
        "name": "b.jpg",
        "mimeType": "image/jpeg",
        "buffer": pictures.jpeg(pictures.paper(seed=5)),
    }
    big = {"name": "c.jpg", "mimeType": "image/jpeg", "buffer": big_photo()}

    with phone(chromium, site, url, who, scripts=False) as held:
        page = held.open("/materials")
        page.set_input_files("#album-B01", extra)  # type: ignore[arg-type]
        page.locator("#card-B01").get_by_role("button", name="上传所选图片").click()
        expect(page.locator("#card-B01 .thumb")).to_have_count(2)
        page.set_input_files("#album-B01", big)  # type: ignore[arg-type]
        page.locator("#card-B01").get_by_role("button", name="上传所选图片").click()
        expect(page.get_by_role("heading", name="正在缩小图片")).to_be_visible()
        held.open("/materials")
        page.get_by_role("link", name="删除：毕业证书").last.click()
        page.get_by_role("button", name="删除").click()
        expect(page.locator("#card-B01 .thumb")).to_have_count(1)
        page.get_by_role("link", name="提交审核", exact=True).click()
        page.get_by_role("button", name="确认提交审核").click()
        expect(page.get_by_role("heading", name="上报完成，内容已锁定")).to_be_visible()


def test_the_order_changes_by_a_button(chromium: Browser, site: CandidateSite, url: str) -> None:
    who = site.activated("230000309")
    for seed in (1, 2):
        site.upload(who, "B01", pictures.jpeg(pictures.paper(seed=seed)))
    last = site.value("SELECT id FROM image WHERE application_id = :id AND position = 2", id=who)

    with phone(chromium, site, url, who) as held:
        page = held.materials()
        page.locator("#card-B01 .thumb-open").nth(1).click()
        page.locator("dialog").get_by_role("button", name="前移").click()
        expect(page.locator("#card-B01 .thumb-open").first).to_have_id(f"open-{last}")


def test_the_countdown_turns_into_a_closed_page(
    chromium: Browser, site: CandidateSite, url: str
) -> None:
    who = site.activated("230000310")

    with phone(chromium, site, url, who) as held:
        held.page.clock.install()
        page = held.materials()
        expect(page.locator("[data-ends]")).to_contain_text("天")
        page.clock.fast_forward(12 * 24 * 3600 * 1000)
        expect(page.locator("[data-ends]")).to_contain_text("已到")
