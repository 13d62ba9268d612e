"""The room's pages for tests: an app on a fed database, its visitors, and what a page must be."""

import html.parser

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from libs.common import browser_sessions
from libs.common.storage import ObjectMissing
from libs.common.web.app import WebSettings
from services.review.app import build
from services.review.domain.staff import Reviewer
from services.review.operations import staff
from services.review.web.door import Parts
from tests.integration.review.room import Room


class Shelf:
    """Renditions in memory."""

    name = "renditions"

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    def get(self, key: str) -> bytes:
        if key not in self.objects:
            raise ObjectMissing(key)
        return self.objects[key]


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def app(room: Room, shelf: Shelf) -> Flask:
    return built(room, shelf)


def built(room: Room, shelf: Shelf) -> Flask:
    parts = Parts(
        database=room.database,
        vault=room.vault,
        renditions=shelf,  # type: ignore[arg-type]
        cookie="staff",
        secure_cookies=False,
    )
    made = build(WebSettings(cookie_key="k" * 32, trusted_hosts=("localhost",)), parts)
    made.config["WTF_CSRF_ENABLED"] = False
    return made


def visitor(app: Flask, room: Room, who: Reviewer | None) -> FlaskClient:
    client = app.test_client()
    if who is not None:
        token = room.do(
            browser_sessions.start, kind=staff.KIND, subject=who.id, limits=staff.LIMITS
        )
        client.set_cookie("staff", token)
    return client


class PageFaults(html.parser.HTMLParser):
    """What a page must not have: two equal ids, inline styles or scripts, a form to elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.faults: list[str] = []
        self.language = ""
        self.title = ""
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "html":
            self.language = given.get("lang") or ""
        self._in_title = tag == "title"
        if given.get("id"):
            self.ids.append(str(given["id"]))
        if "style" in given or any(name.startswith("on") for name in given):
            self.faults.append(f"inline style or script on {tag}")
        if tag == "script" and not given.get("src"):
            self.faults.append("inline script")
        if tag == "form" and not (given.get("action") or "/").startswith("/"):
            self.faults.append("a form to elsewhere")
        if tag == "img" and "alt" not in given:
            self.faults.append("an image without alt")

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data
            self._in_title = False


def parsed(answer: TestResponse, language: str) -> str:
    assert answer.status_code == 200, answer.request.path
    page = PageFaults()
    page.feed(answer.text)
    assert page.faults == []
    assert len(page.ids) == len(set(page.ids)), sorted(page.ids)
    assert page.language == language
    assert page.title.strip()
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.text
