"""Beside the desk, in a real browser: the call sheet, exports, and the pages of administration."""

import io
import zipfile
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from libs.common import messages as m
from services.review.domain.staff import Role
from tests.chromium import barriers
from tests.e2e.desk import Site, sign_in, visitor
from tests.integration.review import room as r
from tests.integration.review.test_packs import answer as pack_answer
from tests.integration.review.test_wishes_and_calls import call
from tests.servers import PostgresForTests, S3ForTests
from tests.serving import served

COMPARE = {"zh-CN": "与服务器上的材料包比较", "en": "Compare with the pack on the server"}
ID_NUMBER = str(r.PERSON["id_number"])


@pytest.fixture
def site(postgres: PostgresForTests, s3: S3ForTests) -> Iterator[Site]:
    made = Site(postgres.fresh_database("review"), s3)
    made.person("wang", "样例·王", Role.SITE_REVIEWER, sites=["heping"])
    made.person("zhao", "样例·赵", Role.AREA_LEAD)
    made.person("admin", "样例·管", Role.ADMINISTRATOR)
    yield made
    assert made.faults == []
    made.room.database.engine.dispose()


@pytest.fixture
def url(site: Site) -> Iterator[str]:
    with served(site.app) as address:
        yield address


def test_a_call_is_made_from_the_sheet_and_printed(chromium: Browser, site: Site, url: str) -> None:
    submitted = r.submission()
    asked = call(application_id=submitted.application_id)
    site.room.feed(submitted, asked)
    with visitor(chromium, url, site) as page:
        sign_in(page, site, "wang", after="/calls")
        page.get_by_role("link", name=submitted.registration_number).click()
        expect(page.get_by_role("heading", name="怎么说")).to_be_visible()
        expect(page.locator(".script")).to_contain_text("样例考试")
        page.get_by_label("未接听").check()
        page.get_by_label("记录").fill("没有人接")
        page.get_by_role("button", name="登记通话").click()
        expect(page.get_by_text("已登记通话。")).to_be_visible()
        expect(page.locator("table")).to_contain_text("未接听")

        page.get_by_role("link", name="打印版").click()

        expect(page.locator("table")).to_contain_text("☐ 已联系到")
        assert str(r.PERSON["phone"]) not in page.content(), "paper gets lost"
        assert barriers(page) == []
    (said,) = site.room.said(m.CallReported)
    assert (said["outcome"], said["by"]) == ("not_reached", "wang")


def test_an_export_opens_in_a_spreadsheet_and_masks_what_the_role_may_not_see(
    chromium: Browser, site: Site, url: str
) -> None:
    site.room.feed(r.submission())
    for login, queue, sees in (("wang", "考点待审", False), ("zhao", "考点待审", True)):
        with visitor(chromium, url, site) as page:
            sign_in(page, site, login, after="/statistics")
            page.get_by_label("队列").select_option(label=queue)
            with page.expect_download() as taken:
                page.get_by_role("button", name="XLSX").first.click()
            text = _sheet(taken.value.path().read_bytes())
        assert (ID_NUMBER in text) is sees, login
        assert "样***清" in text
        assert f"样例·{'王' if login == 'wang' else '赵'}" in text, "who took it"


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_pages_of_publication_and_administration_have_no_fault_that_axe_finds(
    chromium: Browser, site: Site, url: str, language: str
) -> None:
    site.room.feed(r.submission())
    with visitor(chromium, url, site, width=1280) as page:
        sign_in(page, site, "zhao")
        page.goto(f"/publication/demo?lang={language}")
        _is_accessible(page)
        page.goto("/publication/demo/rehearsal")
        _is_accessible(page)
    with visitor(chromium, url, site, width=1280) as page:
        sign_in(page, site, "admin")
        page.goto(f"/exams?lang={language}")
        page.locator("details.more").evaluate_all("all => all.forEach((d) => { d.open = true; })")
        _is_accessible(page)
        page.get_by_role("button", name=COMPARE[language]).click()
        expect(page.locator("#answer h1")).to_be_visible()
        site.room.feed(pack_answer(site.room))
        expect(page.locator("form.actions button")).to_be_visible()
        _is_accessible(page)
        for place in ("reasons/RE02", "reasons/new", "sites/heping"):
            page.goto(f"/exams/demo/{place}")
            _is_accessible(page)


def _is_accessible(page: Page) -> None:
    assert barriers(page) == []


def _sheet(data: bytes) -> str:
    """Every text of the workbook; a spreadsheet opens what is a sound archive of these parts."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        assert book.testzip() is None
        assert {"[Content_Types].xml", "xl/workbook.xml"} <= set(book.namelist())
        parts = [name for name in book.namelist() if name.startswith("xl/")]
        return "".join(book.read(name).decode() for name in parts)
