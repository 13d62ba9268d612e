"""After the upload, on a phone and at a desk: receipts, requests, having it back, 用手机拍."""

import hashlib
import re
import uuid
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from libs.common import messages as m
from libs.common.messages import ApplicationId
from services.upload.web.phone_links import code_of
from tests import pictures
from tests.candidate import CandidateSite
from tests.e2e.phone import phone
from tests.e2e.test_candidate_walk import filled, no_sideways_scroll

pytestmark = pytest.mark.slow
CASE = m.CaseId(uuid.uuid4())
SEEN_WITHIN_MS = 3000
"""The issue's own claim: what the phone sends appears on the desktop within 3 s."""


def handed_in(site: CandidateSite, number: str) -> tuple[ApplicationId, str]:
    who = filled(site, number)
    return who, site.submit(who)


def file_of(seed: int) -> Any:
    data = pictures.jpeg(pictures.paper(seed=seed))
    return {"name": "b.jpg", "mimeType": "image/jpeg", "buffer": data}


def returned(site: CandidateSite, number: str) -> tuple[ApplicationId, uuid.UUID]:
    """She is asked to exchange her diploma's picture."""
    who, _ = handed_in(site, number)
    old = site.value("SELECT id FROM image WHERE application_id = :id AND material = 'B01'", id=who)
    return who, site.ask_to_replace(who, old)


def test_every_page_of_afterwards_is_accessible_at_both_sizes_and_in_both_languages(
    chromium: Browser, site: CandidateSite, url: str
) -> None:
    who, request = returned(site, "230000901")
    waiting, number = handed_in(site, "230000902")
    site.hear(
        m.InAppPosted(
            application_id=who,
            notice_id=m.NoticeId(uuid.uuid4()),
            fact="requests_raised",
            titles={"zh-CN": "请更换图片", "en": "Please replace a picture"},
            bodies={"zh-CN": "请在截止前处理。", "en": "Please answer before it is due."},
            posted_at=site.value("SELECT clock_timestamp()"),
        )
    )
    notice = site.value("SELECT id FROM in_app_message WHERE application_id = :id", id=who)
    sha256 = hashlib.sha256(b"nothing").hexdigest()
    asked = (
        *("/requests", f"/requests/{request}/picture", "/messages", f"/messages/{notice}"),
        *("/check", "/progress"),
    )
    others = (
        *("/reopening", "/progress", f"/receipts/{number}", f"/receipts/{number}/picture"),
        f"/verify?number={number}&sha256={sha256}",
    )

    for language, width in (("zh-CN", 390), ("en", 320), ("zh-CN", 1440)):
        for candidate, paths in ((who, asked), (waiting, others)):
            with phone(chromium, site, url, candidate, language=language, width=width) as held:
                for path in paths:
                    page = held.open(path)
                    assert held.barriers() == [], (language, width, path)
                    assert no_sideways_scroll(page), (language, width, path)


def test_on_the_page_of_requests_a_picture_is_replaced_in_place_and_handed_in(
    chromium: Browser, site: CandidateSite, url: str
) -> None:
    who, request = returned(site, "230000903")

    with phone(chromium, site, url, who) as held:
        page = held.materials()
        page.get_by_role("link", name="去处理：").click()
        expect(page).to_have_url(re.compile(f"/requests#request-{request}$"))
        page.locator("html[data-ready]").wait_for(state="attached")
        expect(page.locator(f"#request-{request} .marked-frame rect")).to_be_visible()
        expect(page.locator("[data-ends]")).to_contain_text("天")
        page.set_input_files(f"#album-{request}", file_of(77))
        page.locator("dialog [data-go][aria-disabled=false]").click()
        expect(page.locator(f"#request-{request} .thumb-checking")).to_be_visible()
        expect(page.get_by_role("heading", name="要求都已处理，还没有重新提交")).to_be_visible()
        site.check_images()
        page.get_by_role("link", name="检查并提交").click()
        page.get_by_role("button", name="确认提交审核").click()
        expect(page.get_by_role("heading", name="上报完成，内容已锁定")).to_be_visible()
        held.open("/requests")
        page.get_by_role("link", name="新旧对照").click()
        expect(page.get_by_role("heading", name="第 1 版")).to_be_visible()
        expect(page.get_by_role("heading", name="第 2 版")).to_be_visible()
        assert held.barriers() == []


def test_without_scripts_a_request_is_answered_by_words_and_handed_in(
    chromium: Browser, site: CandidateSite, url: str
) -> None:
    who, _ = returned(site, "230000904")

    with phone(chromium, site, url, who, scripts=False) as held:
        page = held.open("/requests")
        page.locator("summary", has_text="写明情况").click()
        page.get_by_label("情况说明").fill("原件就是这样。")
        page.get_by_role("button", name="保存说明").click()
        expect(page.get_by_text("说明已保存，还没有提交。")).to_be_visible()
        page.get_by_role("link", name="检查并提交").click()
        page.get_by_role("button", name="确认提交审核").click()
        expect(page.get_by_role("heading", name="上报完成，内容已锁定")).to_be_visible()


def test_two_tabs_and_two_rounds_make_one_submission_each(
    chromium: Browser, site: CandidateSite, url: str
) -> None:
    who = filled(site, "230000905")

    with phone(chromium, site, url, who) as held:
        first = held.open("/check")
        second = first.context.new_page()
        second.goto(f"{url}/check")
        first.get_by_role("button", name="确认提交审核").click()
        expect(first.get_by_role("heading", name="上报完成，内容已锁定")).to_be_visible()
        second.get_by_role("button", name="确认提交审核").click()
        expect(second).to_have_url(first.url)

    count = "SELECT count(*) FROM submission WHERE application_id = :id"
    assert site.value(count, id=who) == 1


def test_what_a_locked_page_does_not_offer_the_server_refuses_by_hand(
    chromium: Browser, site: CandidateSite, url: str
) -> None:
    who, _ = handed_in(site, "230000906")
    image = site.value("SELECT id FROM image WHERE application_id = :id LIMIT 1", id=who)

    with phone(chromium, site, url, who) as held:
        page = held.materials()
        expect(page.locator("input[type=file], .minus, [data-phone]")).to_have_count(0)
        token = page.locator("meta[name=csrf-token]").get_attribute("content") or ""
        for path in (f"/images/{image}/delete", "/materials/B01/phone"):
            answer = page.request.post(
                url + path, headers={"Accept": "application/json", "X-CSRFToken": token}
            )
            assert answer.status == 409, path


def test_she_asks_to_have_it_back_changes_it_and_submits_again(
    chromium: Browser, site: CandidateSite, url: str
) -> None:
    who, _ = handed_in(site, "230000907")

    with phone(chromium, site, url, who) as held:
        page = held.open("/progress")
        page.get_by_role("link", name="提交错了？申请退回修改").click()
        page.get_by_role("button", name="发给考点").click()
        expect(page.locator("#errors")).to_be_focused()
        assert held.barriers() == []
        page.get_by_label("原因").fill("毕业证书传成了学位证书")
        page.get_by_role("button", name="发给考点").click()
        expect(page.get_by_role("heading", name="已申请退回，等待考点答复")).to_be_visible()
        expect(page.locator(".minus")).to_have_count(0)
        site.hear(m.CaseReopened(application_id=who, case_id=CASE, round=1, words="请尽快重新提交"))
        held.materials()
        expect(page.get_by_text("考点已退回，可以修改，还没有重新提交")).to_be_visible()
        assert held.barriers() == []
        expect(page.locator("#card-B01 .minus")).to_have_count(1)
        held.open("/check")
        page.get_by_role("button", name="确认提交审核").click()
        expect(page.get_by_text("第 2 次")).to_be_visible()


def test_a_file_is_hashed_in_the_browser_and_only_its_hash_is_sent(
    chromium: Browser, site: CandidateSite, url: str
) -> None:
    who, number = handed_in(site, "230000908")
    image = site.value(
        "SELECT original_key FROM image WHERE application_id = :id AND material = 'B01'", id=who
    )
    original = site.parts.storage.originals.get(image)
    sent: list[str] = []

    with phone(chromium, site, url) as held:
        page = held.open(f"/verify?number={number}")
        page.on("request", lambda request: sent.append(request.method))
        given: Any = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": original}
        page.set_input_files("input[name=file]", given)
        expect(page.get_by_role("heading", name="文件与回执一致，一字节不差")).to_be_visible()
        assert held.barriers() == []
        assert "POST" not in sent
        other: Any = {"name": "b.jpg", "mimeType": "image/jpeg", "buffer": original + b"x"}
        page.set_input_files("input[name=file]", other)
        expect(page.get_by_role("heading", name="没有找到这个文件")).to_be_visible()


def test_the_receipt_is_kept_as_a_picture_by_a_long_press(
    chromium: Browser, site: CandidateSite, url: str
) -> None:
    who, number = handed_in(site, "230000909")

    with phone(chromium, site, url, who) as held:
        page = held.open(f"/receipts/{number}")
        page.get_by_role("link", name="保存为图片").click()
        picture = page.locator("dialog img")
        expect(picture).to_be_visible()
        picture.evaluate("image => image.decode()")
        assert int(picture.evaluate("image => image.naturalWidth")) == 1080
        assert held.barriers() == []


def linked(site: CandidateSite, who: ApplicationId) -> str:
    """What the QR code on her screen says."""
    found = site.value(
        "SELECT id FROM phone_link WHERE application_id = :id AND ended_at IS NULL", id=who
    )
    with site.app.test_request_context():
        return f"/p/{code_of(uuid.UUID(str(found)))}"


def test_what_the_phone_takes_appears_on_the_computer_at_once(
    chromium: Browser, site: CandidateSite, url: str
) -> None:
    who = site.activated("230000910")

    with (
        phone(chromium, site, url, who, width=1440) as computer,
        phone(chromium, site, url) as hers,
    ):
        desk = computer.materials()
        desk.locator("#card-B01 [data-phone]").click()
        expect(desk.locator("dialog .qr")).to_be_visible()
        assert computer.barriers() == []
        page = hers.open(linked(site, who))
        assert hers.barriers() == []
        page.get_by_role("button", name="开始拍照").click()
        page.locator("html[data-ready]").wait_for(state="attached")
        assert hers.barriers() == []
        expect(desk.locator("dialog [data-phone-state]")).to_contain_text("手机已打开")
        page.set_input_files("#album-B01", file_of(5))
        page.locator("dialog [data-go][aria-disabled=false]").click()
        expect(page.locator(".thumb-checking")).to_be_visible()
        expect(desk.locator("#card-B01 .thumb")).to_have_count(1, timeout=SEEN_WITHIN_MS)
        expect(desk.locator("dialog [data-phone-state]")).to_contain_text("已收到 1 张")
        desk.get_by_role("button", name="停用二维码和手机").click()
        expect(desk.locator("dialog")).to_have_count(0)
        gone: Page = hers.open("/phone")
        expect(gone.get_by_text("已经失效，或已在电脑上停用")).to_be_visible()


def test_without_scripts_the_computer_shows_a_page_with_the_code(
    chromium: Browser, site: CandidateSite, url: str
) -> None:
    who = site.activated("230000911")

    with phone(chromium, site, url, who, scripts=False, width=1440, language="en") as held:
        page = held.open("/materials")
        page.locator("#card-B01 [data-phone]").click()
        expect(page.locator(".phone-code .qr")).to_be_visible()
        assert "/phone-links/" in page.url


def test_the_deadline_passes_while_the_check_page_is_open(
    chromium: Browser, site: CandidateSite, url: str
) -> None:
    who = filled(site, "230000912")

    with phone(chromium, site, url, who) as held:
        page = held.open("/check")
        ended = (
            "UPDATE exam_window SET ends_at = clock_timestamp() - interval '1 hour'"
            " WHERE exam = 'demo' AND kind = 'main' RETURNING 1"
        )
        before = site.value("SELECT ends_at FROM exam_window WHERE exam = 'demo' AND kind = 'main'")
        site.value(ended)
        try:
            page.get_by_role("button", name="确认提交审核").click()
            expect(page.get_by_text(re.compile("上传时间已于 .* 截止"))).to_be_visible()
            held.open("/materials")
            expect(page.get_by_role("heading", name="截止未提交，内容已锁定")).to_be_visible()
            assert held.barriers() == []
        finally:
            site.value(
                "UPDATE exam_window SET ends_at = :at WHERE exam = 'demo' AND kind = 'main'"
                " RETURNING 1",
                at=before,
            )
