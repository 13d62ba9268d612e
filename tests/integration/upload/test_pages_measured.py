"""Every page of a candidate on a phone: targets of 44 px, no barrier, no violation, no side scroll.

Inline links in running text are excepted, as WCAG 2.2 (2.5.8) does; what stands alone is not.
"""

import uuid
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import text

from libs.common import messages as m
from libs.common.clock import now
from libs.common.messages import ApplicationId
from libs.common.web.languages import compile_catalogues
from services.upload.models.holdings import read_holdings
from services.upload.operations import phone_links
from services.upload.web.phone_links import code_of
from tests import pictures
from tests.candidate import PACK, CandidateSite
from tests.chromium import barriers, watched
from tests.servers import PostgresForTests, S3ForTests
from tests.serving import served

PHONE = {"width": 390, "height": 844}
_SMALL = """() => {
  const least = 43.5;
  const style = (e) => getComputedStyle(e);
  const folded = 'details:not([open]) > :not(summary)';
  const hidden = (e) => e.closest('.vh, .skip, [hidden], template') || e.closest(folded)
    || !e.getClientRects().length || style(e).visibility === 'hidden';
  const beside = (n) => n.textContent.trim() && (n.nodeType === 3 || style(n).display === 'inline');
  const runs = (e) => style(e).display === 'inline'
    && [...e.parentElement.childNodes].some((n) => n !== e && beside(n));
  const small = (box) => box.width > 1 && (box.height < least || box.width < least);
  const kinds = 'a[href], button, summary, select, textarea, input:not([type=hidden])';
  const found = [];
  for (const e of document.querySelectorAll(kinds)) {
    const box = ((e.matches('input') && e.closest('label')) || e).getBoundingClientRect();
    if (hidden(e) || runs(e) || !small(box)) continue;
    const said = (e.innerText || e.name || '').trim().slice(0, 30);
    found.push(`${e.tagName} ${Math.round(box.width)}x${Math.round(box.height)} ${said}`);
  }
  return found;
}"""
"""What can be tapped and is smaller than 44 px; a third of a pixel is lost in rounding."""

State = tuple[str, ApplicationId | None]
"""Path, and who is signed in."""


@pytest.fixture(scope="module")
def site(postgres: PostgresForTests, s3: S3ForTests) -> CandidateSite:
    compile_catalogues(PACK.parents[1] / "services" / "upload" / "translations")
    return CandidateSite(postgres, s3)


@pytest.fixture(scope="module")
def states(site: CandidateSite) -> dict[str, State]:
    """Every page that a candidate can come to, with something to show."""
    entering, half, asked = (
        site.register("230000881"),
        site.activated("230000882", extra_post="true"),
        handed_in(site, "230000883"),
    )
    image = site.upload(half, "A01", pictures.jpeg(pictures.paper()))
    site.upload(half, "A01", pictures.jpeg(pictures.paper(seed=5)))
    site.upload(half, "C06", pictures.jpeg(pictures.paper(300, 200)))
    site.check_images()
    first = site.value("SELECT id FROM image WHERE application_id = :id LIMIT 1", id=asked)
    request = site.ask_to_replace(asked, first)
    done = handed_in(site, "230000884")
    notice = message(site, done)
    number = receipt(site, done)
    with site.database.transaction() as db:
        link = phone_links.make(db, application_id=half, material="A01")
    with site.app.app_context():
        code = code_of(link)
    published = handed_in(site, "230000885")
    publish(site, published)
    return {
        "sign-in": ("/sign-in", None),
        "forgotten": ("/forgotten", None),
        "verify": ("/verify", None),
        "a receipt verified": (f"/verify?number={number}", None),
        "help of a visitor": ("/help", None),
        "not found": ("/nowhere", None),
        "activation": ("/activation", entering),
        "list": ("/materials", half),
        "whole list": ("/materials?all=1", half),
        "one at a time": ("/materials?large=1&at=A01", half),
        "sample": ("/materials/A01/sample", half),
        "image": (f"/images/{image}?large=0", half),
        "question before deleting": (f"/images/{image}/delete", half),
        "check with gaps": ("/check", half),
        "help": ("/help", half),
        "account": ("/account", half),
        "notice": ("/notice", half),
        "held": ("/account/data", half),
        "erasure": ("/account/erasure", half),
        "question before erasure": ("/account/erasure/confirm", half),
        "sign-out": ("/sign-out", half),
        "phone link": (f"/phone-links/{link}", half),
        "phone link's landing": (f"/p/{code}", None),
        "returned": ("/materials", asked),
        "asked": ("/requests", asked),
        "asked picture": (f"/requests/{request}/picture", asked),
        "check of answers": ("/check", asked),
        "locked": ("/materials", done),
        "progress": ("/progress", done),
        "messages": ("/messages", done),
        "message": (f"/messages/{notice}", done),
        "receipt": (f"/receipts/{number}", done),
        "receipt as a picture": (f"/receipts/{number}/picture", done),
        "asking to reopen": ("/reopening", done),
        "held, handed in": ("/account/data", done),
        "result": ("/progress", published),
        "list, published": ("/materials", published),
    }


def handed_in(site: CandidateSite, number: str) -> ApplicationId:
    who = site.activated(number)
    with site.database.transaction() as db:
        wanted = [e.code for e in read_holdings(db, who).entries for _ in range(e.min)]
    for at, code in enumerate(wanted):
        site.upload(who, code, pictures.jpeg(pictures.paper(seed=at)))
    site.check_images()
    site.submit(who)
    return who


def receipt(site: CandidateSite, who: ApplicationId) -> str:
    number = "SELECT receipt_number FROM submission WHERE application_id = :id"
    return str(site.value(number, id=who))


def message(site: CandidateSite, who: ApplicationId) -> uuid.UUID:
    notice = m.NoticeId(uuid.uuid4())
    words = {"zh-CN": "样例：材料已提交", "en": "Sample: handed in"}
    site.hear(
        m.InAppPosted(
            application_id=who,
            notice_id=notice,
            fact="application_submitted",
            titles=words,
            bodies=words,
            posted_at=now(),
        )
    )
    return notice


def publish(site: CandidateSite, who: ApplicationId) -> None:
    with site.database.transaction() as db:
        db.execute(
            text(
                "UPDATE application SET state = 'published', outcome = 'passed',"
                " published_at = clock_timestamp() WHERE id = :id"
            ),
            {"id": who},
        )


@pytest.fixture(scope="module")
def address(site: CandidateSite) -> Iterator[str]:
    with served(site.app) as url:
        yield url


def on_a_phone(
    chromium: Browser, site: CandidateSite, address: str, who: ApplicationId | None
) -> BrowserContext:
    context = chromium.new_context(viewport=PHONE)  # type: ignore[arg-type]
    if who is not None:
        cookie = {"name": "candidate", "value": site.cookie(who), "url": address}
        context.add_cookies([cookie])  # type: ignore[list-item]
    return context


def troubles_of(page: Page, language: str) -> list[str]:
    """What is wrong with the page as it stands."""
    found = [*barriers(page), *(f"small: {each}" for each in page.evaluate(_SMALL))]
    width = page.evaluate("document.documentElement.scrollWidth")
    if width > PHONE["width"]:
        found.append(f"scrolls sideways: {width} px")
    if page.get_attribute("html", "lang") != language:
        found.append("language")
    return found


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_page_can_be_used_with_a_thumb(
    chromium: Browser,
    site: CandidateSite,
    states: dict[str, State],
    address: str,
    language: str,
) -> None:
    wrong: dict[str, list[str]] = {}
    troubles: list[str] = []
    pages = {
        who: watched(on_a_phone(chromium, site, address, who), troubles)
        for who in {state[1] for state in states.values()}
    }

    for name, (path, who) in states.items():
        troubles.clear()
        answer = pages[who].goto(f"{address}{path}{'&' if '?' in path else '?'}lang={language}")
        found = [*troubles_of(pages[who], language), *troubles]
        if answer is None or answer.ok == (name == "not found"):
            found.append(f"answers {answer and answer.status}")
        if found:
            wrong[name] = found

    assert wrong == {}
    for page in pages.values():
        page.context.close()
