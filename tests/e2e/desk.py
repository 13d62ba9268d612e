"""The review room as browsers meet it: real PostgreSQL, real S3, cases fed through the door."""

import datetime as dt
import io
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyotp
from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page

from libs.common import messages as m
from libs.common.storage import Storage
from libs.common.web.app import WebSettings
from services.review.app import build
from services.review.domain.staff import Role
from services.review.operations import staff
from services.review.web.door import Parts
from tests.chromium import watched
from tests.integration.review import room as r
from tests.integration.review.room import PASSWORD, Room
from tests.pictures import blurred, paper
from tests.servers import S3ForTests

SAMPLES = Path(__file__).parents[2] / "exams" / "tianjin-2023" / "samples"
VIEW_EDGE = 1600
GRID_EDGE = 320
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


class Site:
    """One review room with its web process."""

    def __init__(self, url: str, s3: S3ForTests) -> None:
        self.room = Room(url)
        self.room.feed(r.exam())
        self._store = Storage(s3.settings("images")).renditions
        self.app = self._app(Storage(s3.settings("review")))
        self.faults: list[str] = []

    def _app(self, storage: Storage) -> Flask:
        web = WebSettings(cookie_key="k" * 32, trusted_hosts=("127.0.0.1", "localhost"))
        parts = Parts(
            database=self.room.database,
            vault=self.room.vault,
            renditions=storage.renditions,
            cookie="staff",
            secure_cookies=False,
        )
        return build(web, parts)

    def person(self, login: str, name: str, *roles: Role, sites: Sequence[str] = ()) -> None:
        """An account with the tests' password and second factor."""
        self.room.do(
            staff.add,
            login=login,
            name=name,
            roles=frozenset(roles),
            sites=frozenset(sites),
            vault=self.room.vault,
            by="test",
            password=PASSWORD,
            totp_secret=TOTP_SECRET,
        )

    def picture(
        self, sample: str, material: str, position: int = 1, *, blur: float = 0, **changes: object
    ) -> m.SubmittedImage:
        """An image whose two renditions are stored."""
        page = self._drawn(sample, blur)
        keys = {}
        for size, edge in (("view", VIEW_EDGE), ("grid", GRID_EDGE)):
            smaller = page.copy()
            smaller.thumbnail((edge, edge))
            data = io.BytesIO()
            smaller.save(data, "JPEG", quality=80)
            keys[f"{size}_key"] = f"{uuid.uuid4()}/{size}.jpg"
            self._store.put(keys[f"{size}_key"], data.getvalue(), content_type="image/jpeg")
        size_of = {"width": page.width, "height": page.height}
        return r.image(material, position, **(size_of | keys | changes))

    @staticmethod
    def _drawn(sample: str, blur: float) -> Image.Image:
        path = SAMPLES / f"{sample}.jpg"
        if not path.exists():
            return blurred(blur) if blur else paper(1200, 900)
        page = Image.open(path).convert("RGB")
        if blur:
            small = page.resize((int(page.width / blur), int(page.height / blur)))
            page = small.resize(page.size)
        return page


@contextmanager
def visitor(browser: Browser, url: str, site: Site, *, width: int = 1440) -> Iterator[Page]:
    """A browser of its own that keeps every fault it meets."""
    height = 900 if width >= 1440 else 800
    context: BrowserContext = browser.new_context(
        base_url=url, viewport={"width": width, "height": height}, locale="zh-CN"
    )
    page = watched(context, site.faults)
    page.set_default_timeout(8000)
    try:
        yield page
    finally:
        context.close()


def sign_in(page: Page, site: Site, login: str, *, after: str = "/") -> None:
    """Both factors by hand; the test's clock of used codes is turned back first."""
    site.room.rows("UPDATE staff SET totp_step = 0 WHERE login = :login RETURNING 1", login=login)
    page.goto(after)
    page.get_by_label("登录名").fill(login)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_label("动态码").fill(pyotp.TOTP(TOTP_SECRET).at(dt.datetime.now(dt.UTC)))
    page.get_by_role("button", name="登录").click()
