"""A phone in a test: Chromium at 390 px that notes every page error and policy violation."""

import io
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image
from playwright.sync_api import Browser, Page

from libs.common.messages import ApplicationId
from tests import pictures
from tests.candidate import CandidateSite
from tests.chromium import barriers, watched

WECHAT_ON_ANDROID = (
    "Mozilla/5.0 (Linux; Android 13; sample) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0"
    " Chrome/116.0 Mobile Safari/537.36 MicroMessenger/8.0.40"
)


class Phone:
    """One browser context of one candidate."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url

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

    def barriers(self) -> list[str]:
        """What axe finds on the page as it stands."""
        return barriers(self.page)


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
    touch: bool = False,
) -> Iterator[Phone]:
    """A phone, signed in when an application is given. In the end nothing may have gone wrong."""
    context = browser.new_context(
        viewport={"width": width, "height": 844},
        java_script_enabled=scripts,
        locale="zh-CN",
        user_agent=agent,
        has_touch=touch,
    )
    if application_id is not None:
        cookie = {"name": "candidate", "value": site.cookie(application_id), "url": url}
        context.add_cookies([cookie])  # type: ignore[list-item]
    if language is not None:
        context.add_cookies([{"name": "lang", "value": language, "url": url}])
    troubles: list[str] = []
    try:
        yield Phone(watched(context, troubles), url)
        assert troubles == []
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
