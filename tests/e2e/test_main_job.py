"""The main job, end to end: a paper travels from a phone to a published result.

Everything is real but the SMS vendor and the registration system, which are the stand-ins of
`examples/`: the browser sees no difference. One candidate, on a phone; the reviewers at 1440 px.
"""

import datetime as dt
import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from ops.demo.cast import Player, Stage, cast
from ops.demo.roster import rows, with_names
from ops.drawing import photo
from ops.drawing.papers import paper as drawn_paper
from services.review import commands
from services.upload.operations.exams import load_exam
from services.upload.packs import copies, pack
from tests.chromium import watched
from tests.e2e.stack import Stack, short_folder
from tests.serving import until

pytestmark = pytest.mark.slow
PACK = Path(__file__).parents[2] / "exams" / "tianjin-2023" / "exam.yaml"
PAPERS = Path(__file__).parents[2] / "ops" / "demo" / "papers"
PASSWORD = "样例·一句容易记的话"
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
TWELVE_MEGAPIXELS = (4000, 3000)
LIMIT_BYTES = 204_800


@pytest.fixture(scope="module")
def house() -> Iterator[Stack]:
    folder = short_folder()
    made = Stack(folder)
    try:
        made.start("review-web", "results")
        _load_exam(made)
        _write_roster(made)
        _add_staff(made)
        yield made
    finally:
        made.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _load_exam(house: Stack) -> None:
    today = dt.datetime.now(ZoneInfo("Asia/Shanghai"))
    document = copies.demo(pack.read(PACK), now=today)
    with house.databases["upload"].transaction() as session:
        load_exam(session, document, actor="tests")


def _candidate() -> Player:
    """The first of the demo's cast who has not begun yet."""
    return next(p for p in cast() if p.stage is Stage.NEW)


def _write_roster(house: Stack) -> None:
    exam = pack.parse(copies.demo(pack.read(PACK), now=dt.datetime.now(dt.UTC)))
    named = with_names(
        rows([_candidate()]),
        exam=exam.name.by_tag(),
        sites={site.code: site.name.by_tag() for site in exam.sites},
    )
    path = Path(house.environ("registration")["REGISTRATION_ROSTER"])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(named, ensure_ascii=False), encoding="utf-8")


def _add_staff(house: Stack) -> None:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in house.environ("review").items():
            patch.setenv(name, value)
        for login, roles, sites in (
            ("wang", ["site_reviewer"], [_candidate().site]),
            ("zhao", ["area_lead"], []),
            ("qian", ["area_lead"], []),
        ):
            commands.add_staff(
                login=login,
                name=f"样例·{login}",
                roles=roles,
                sites=sites,
                password=PASSWORD,
                totp_secret=TOTP_SECRET,
            )


@contextmanager
def window(browser: Browser, *, width: int, height: int, url: str = "") -> Iterator[Page]:
    """A browser of its own; in the end no page error and no policy violation was seen."""
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale="zh-CN", base_url=url or None
    )
    troubles: list[str] = []
    page = watched(context, troubles)
    page.set_default_timeout(15_000)
    try:
        yield page
        assert troubles == []
    finally:
        context.close()


def test_a_paper_travels_from_a_candidates_browser_to_a_published_result(
    chromium: Browser, house: Stack
) -> None:
    with window(chromium, width=390, height=844) as phone:
        _she_is_launched(phone, house)
        _she_activates_her_account(phone, house)
        _her_list_is_hers(phone)
        _she_uploads(phone, house)
        _she_hands_in(phone, house)
        with _desk(chromium, house, "wang") as desk:
            _the_site_asks_for_another_picture(desk)
        _she_replaces_it_and_hands_in_again(phone, house)
        with _desk(chromium, house, "zhao") as desk:
            _the_area_compares_and_passes(desk)
            _nothing_is_known_yet(phone, house)
            desk.goto("/publication/demo")
            desk.get_by_role("button", name="提出公布 整场考试").click()
            expect(desk.get_by_text("须由另一位考区负责人确认").last).to_be_visible()
        _nothing_is_known_yet(phone, house)
        with _desk(chromium, house, "qian") as desk:
            desk.goto("/publication/demo")
            desk.get_by_role("button", name=re.compile("确认公布")).click()
            expect(desk.get_by_text("结果已公布")).to_be_visible()
        _both_systems_show_the_result(phone, house)
    assert house.refused_by_valkey() == []


def _she_is_launched(phone: Page, house: Stack) -> None:
    phone.goto(f"{house.url('registration')}/operator")
    phone.get_by_label("密码").fill(house.secrets["REGISTRATION_OPERATOR_PASSWORD"])
    phone.get_by_role("button", name="登录").click()
    phone.get_by_role("button", name="同步报名信息").click()
    expect(phone.locator("main")).to_contain_text("全部接收")
    phone.get_by_role("button", name="退出登录").click()
    _she_signs_in_there(phone, house)
    phone.get_by_role("button", name="上传相关材料").click()
    phone.wait_for_url(f"{house.url('upload-web')}/launch**")
    phone.get_by_role("button", name="是我，继续").click()


def _she_signs_in_there(phone: Page, house: Stack) -> None:
    phone.goto(house.url("registration"))
    phone.get_by_label("报名号").fill(_candidate().number)
    phone.get_by_label("密码").fill(house.secrets["DEMO_CANDIDATE_PASSWORD"])
    phone.get_by_role("button", name="登录").click()


def _she_activates_her_account(phone: Page, house: Stack) -> None:
    phone.get_by_label("证件号码").fill(_candidate().id_number)
    phone.get_by_role("button", name="下一步").click()
    phone.get_by_role("button", name="发送验证码").click()
    phone.get_by_label("6 位验证码").fill(_code_on_her_phone(phone, house))
    phone.get_by_role("button", name="下一步").click()
    for box in phone.get_by_role("checkbox").all():
        box.check()
    phone.get_by_role("button", name="下一步").click()
    phone.get_by_role("checkbox").check()
    phone.get_by_role("button", name="下一步").click()
    phone.get_by_label("密码", exact=True).fill(PASSWORD)
    phone.get_by_label("再输入一次").fill(PASSWORD)
    phone.get_by_role("button", name="完成，查看材料清单").click()


def _code_on_her_phone(phone: Page, house: Stack) -> str:
    """Read from the gateway's page, as a person would."""
    until(lambda: bool(house.inbox(_candidate().phone)), seconds=15, what="the SMS")
    page = phone.context.new_page()
    page.goto(f"{house.url('sms-gateway')}/phone/{_candidate().phone}")
    code = re.search(r"(?<!\d)\d{6}(?!\d)", page.locator("main").inner_text())
    page.close()
    assert code is not None
    return code.group()


def _her_list_is_hers(phone: Page) -> None:
    expect(phone.get_by_role("heading", name="有效身份证明")).to_be_visible()
    asked = [c.get_attribute("id") for c in phone.locator("[id^=card-]").all()]
    expected = ["A01", "A07", "B01", "B02", "C01", "C06", "Z01"]
    assert asked == [f"card-{code}" for code in expected]


def _choose(phone: Page, field: str, *files: Path | dict[str, object]) -> None:
    phone.set_input_files(field, files)  # type: ignore[arg-type]
    phone.locator("dialog [data-state=ready]").first.wait_for()
    phone.locator("dialog [data-go][aria-disabled=false]").click()


def _she_uploads(phone: Page, house: Stack) -> None:
    phone.locator("html[data-ready]").wait_for(state="attached")
    shot = photo.phone_photo(drawn_paper("A01"), seed=3, size=TWELVE_MEGAPIXELS)
    assert len(shot) > 5 * LIMIT_BYTES
    _choose(phone, "#album-A01", {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": shot})
    expect(phone.locator("#card-A01 .thumb img")).to_have_count(1, timeout=30_000)
    _choose(phone, "#album-A01", PAPERS / "A01-2-clear.jpg")
    for code in ("A07", "B02", "C01", "C06"):
        _choose(phone, f"#album-{code}", PAPERS / f"{code}-1-clear.jpg")
    _choose(phone, "#album-B01", PAPERS / "B01-1-dark.jpg")
    expect(phone.locator("#card-B01")).to_contain_text("太暗", timeout=30_000)
    phone.get_by_role("link", name=re.compile("^删除：毕业证书")).click()
    phone.locator("dialog").get_by_role("button", name="删除").click()
    expect(phone.locator("#card-B01 .thumb")).to_have_count(0)
    _choose(phone, "#album-B01", PAPERS / "B01-1-clear.jpg")
    stored = "SELECT count(*) FROM image WHERE deleted_at IS NULL AND view_key IS NOT NULL"
    until(lambda: house.count("upload", stored) == 7, seconds=30, what="seven checked images")
    largest = house.count("upload", "SELECT max(size_bytes) FROM image")
    assert largest <= LIMIT_BYTES
    # Thumbnails have come by themselves: the page was never loaded again.
    expect(phone.locator("#card-A01 .thumb img[src*='/grid']")).to_have_count(2)


def _she_hands_in(phone: Page, house: Stack) -> None:
    phone.get_by_role("link", name="提交审核", exact=True).click()
    phone.get_by_role("button", name="确认提交审核").click()
    expect(phone.get_by_role("heading", name="上报完成，内容已锁定")).to_be_visible()
    phone.goto(f"{house.url('upload-web')}/materials")
    expect(phone.locator("input[type=file], .minus")).to_have_count(0)


@contextmanager
def _desk(browser: Browser, house: Stack, login: str) -> Iterator[Page]:
    with window(browser, width=1440, height=900, url=house.url("review-web")) as page:
        page.goto("/")
        page.get_by_label("登录名").fill(login)
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_label("动态码").fill(pyotp.TOTP(TOTP_SECRET).now())
        page.get_by_role("button", name="登录").click()
        yield page


def _claim(desk: Page) -> None:
    desk.get_by_role("button", name="领取下一份").click()
    expect(desk.locator("html")).to_have_attribute("data-ready", "true")
    expect(desk.locator(".stage .paper").last).to_be_visible()


def _the_site_asks_for_another_picture(desk: Page) -> None:
    _claim(desk)
    for number in range(1, 8):
        if number == 2:  # the ID card's other side
            desk.keyboard.press("r")
            desk.keyboard.press("/")
            desk.keyboard.type("fg")
            desk.keyboard.press("Enter")
        else:
            desk.keyboard.press("a")
        expect(desk.locator(".done")).to_contain_text(f"{number} / 7")
        if number < 7:
            _next_image(desk)
    expect(desk.get_by_role("button", name="发出要求并领取下一份")).to_be_visible()
    desk.keyboard.press("Control+Enter")
    expect(desk.get_by_text("要求已一起发出，考生会收到通知。")).to_be_visible()


def _next_image(desk: Page) -> None:
    shown = desk.locator(".view-bar h2").inner_text()
    desk.keyboard.press("Enter")
    expect(desk.locator(".view-bar h2")).not_to_have_text(shown)
    expect(desk.locator("html")).to_have_attribute("data-ready", "true")


def _she_replaces_it_and_hands_in_again(phone: Page, house: Stack) -> None:
    asked = "SELECT count(*) FROM request WHERE state = 'open'"
    until(lambda: house.count("upload", asked) == 1, seconds=20, what="the request")
    before = len(house.inbox(_candidate().phone))
    until(lambda: len(house.inbox(_candidate().phone)) >= max(before, 2), seconds=20, what="SMS")
    base = house.url("upload-web")
    phone.goto(f"{base}/messages")
    expect(phone.locator("main")).to_contain_text("更换")
    phone.goto(f"{base}/materials")
    expect(phone.get_by_role("heading", name="考点请您更换 1 张图片")).to_be_visible()
    # Only what was asked is open: its camera button and its album button.
    expect(phone.locator("input[type=file]")).to_have_count(2)
    phone.locator("html[data-ready]").wait_for(state="attached")
    field = phone.locator("input[id^=album-]").get_attribute("id")
    _choose(phone, f"[id='{field}']", PAPERS / "A01-2-clear.jpg")
    expect(phone.locator("input[type=file]")).to_have_count(0)
    phone.get_by_role("link", name="提交审核", exact=True).click()
    phone.get_by_role("button", name="确认提交审核").click()
    expect(phone.get_by_role("heading", name="上报完成，内容已锁定")).to_be_visible()
    at_area = "SELECT count(*) FROM review_case WHERE state = 'area_review'"
    until(lambda: house.count("review", at_area) == 1, seconds=20, what="the case at the area")


def _the_area_compares_and_passes(desk: Page) -> None:
    _claim(desk)
    expect(desk.locator(".pane")).to_have_count(2)
    expect(desk.locator(".pane-line").first).to_contain_text("已退回")
    desk.keyboard.press("a")
    expect(desk.locator(".done")).to_contain_text("7 / 7")
    desk.keyboard.press("Control+Enter")
    expect(desk.get_by_text("结论已保存，公布前考生看不到。")).to_be_visible()


def _nothing_is_known_yet(phone: Page, house: Stack) -> None:
    for path in ("/progress", "/materials", "/messages"):
        phone.goto(house.url("upload-web") + path)
        for word in ("审核通过", "合格", "不通过"):
            expect(phone.locator("main")).not_to_contain_text(word)
    phone.goto(f"{house.url('registration')}/me")
    expect(phone.locator("main")).to_contain_text("尚未公布")
    assert house.count("upload", "SELECT count(*) FROM application WHERE outcome IS NOT NULL") == 0


def _both_systems_show_the_result(phone: Page, house: Stack) -> None:
    pushed = "SELECT count(*) FROM outbox WHERE type = 'PushResult' AND settled_at IS NOT NULL"
    until(lambda: house.count("upload", pushed) == 1, seconds=30, what="the pushed result")
    phone.goto(f"{house.url('upload-web')}/progress")
    expect(phone.locator("main")).to_contain_text("通过")
    phone.goto(f"{house.url('registration')}/me")
    expect(phone.locator("main")).not_to_contain_text("尚未公布")
    expect(phone.locator("main")).to_contain_text("通过")
