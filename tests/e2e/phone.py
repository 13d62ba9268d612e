"""A phone in a test: Chromium at 390 px that notes every page error and policy violation."""

import io
from collections.abc import Iterator
from contextlib import contextmanager

from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, Page, Playwright

from libs.common.messages import ApplicationId
from tests import pictures
from tests.candidate import CandidateSite

CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
)
WECHAT_ON_ANDROID = (
    "Mozilla/5.0 (Linux; Android 13; sample) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0"
    " Chrome/116.0 Mobile Safari/537.36 MicroMessenger/8.0.40"
)
_NOTE_VIOLATIONS = (
    "addEventListener('securitypolicyviolation', (event) =>"
    " console.error('policy: ' + event.violatedDirective + ' ' + event.blockedURI));"
)
# Whatever of these a page shows, the browser says by itself and no code of ours is wrong.
_EXPECTED = ("Failed to load resource",)


def launched(playwright: Playwright) -> Browser:
    """The browser of the machine, with the flags that a container needs."""
    return playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))


class Phone:
    """One browser context of one candidate."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.troubles: list[str] = []
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on(
            "console",
            lambda said: (
                self.troubles.append(said.text)
                if said.type == "error" and not said.text.startswith(_EXPECTED)
                else None
            ),
        )

    def open(self, path: str) -> Page:
        """Go there, and wait for the scripts."""
        self.page.goto(self.url + path)
        return self.page

    def materials(self) -> Page:
        """Her list, its scripts running."""
        self.open("/materials")
        self.page.locator("html[data-ready]").wait_for(state="attached")
        return self.page

    def choose(self, code: str, *files: str, upload: bool = True) -> None:
        """Pick files for a material from the album, and confirm the preview."""
        self.page.set_input_files(f"#album-{code}", list(files))
        self.page.locator("dialog [data-state=ready]").first.wait_for()
        if upload:
            self.page.locator("dialog [data-go][aria-disabled=false]").click()

    def violations(self) -> list[str]:
        """What axe finds on the page as it stands."""
        found = Axe().run(self.page)
        return [
            f"{rule['id']}: {node['html'][:120]}"
            for rule in found.response["violations"]
            for node in rule["nodes"]
        ]


@contextmanager
def phone(
    browser: Browser,
    site: CandidateSite,
    url: str,
    application_id: ApplicationId | None = None,
    *,
    scripts: bool = True,
    language: str | None = None,
    agent: str | None = None,
    width: int = 390,
) -> Iterator[Phone]:
    """A phone, signed in when an application is given. In the end nothing may have gone wrong."""
    context = browser.new_context(
        viewport={"width": width, "height": 844},
        java_script_enabled=scripts,
        locale="zh-CN",
        user_agent=agent,
    )
    context.add_init_script(_NOTE_VIOLATIONS)
    if application_id is not None:
        cookie = {"name": "candidate", "value": site.cookie(application_id), "url": url}
        context.add_cookies([cookie])  # type: ignore[list-item]
    if language is not None:
        context.add_cookies([{"name": "lang", "value": language, "url": url}])
    try:
        held = Phone(context.new_page(), url)
        yield held
        assert held.troubles == []
    finally:
        context.close()


def big_photo(*, width: int = 4000, height: int = 3000, orientation: int = 6) -> bytes:
    """What a phone's camera gives: 12 megapixels, lying on its side, upright by EXIF."""
    sheet = (
        pictures.paper(height, width) if orientation in (6, 8) else pictures.paper(width, height)
    )
    turn = {6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}.get(orientation)
    stored = sheet.transpose(turn) if turn is not None else sheet
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = io.BytesIO()
    stored.save(data, "JPEG", quality=95, exif=exif)
    return data.getvalue()
