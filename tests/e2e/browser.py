"""A candidate's browser without scripts: plain forms over HTTP, as the pages offer them."""

import html
import itertools
import re
import uuid
from typing import Any

import requests
from requests import Response

from examples.registration.roster import Candidate
from libs.common import browser_sessions
from libs.common.messages import ApplicationId
from services.upload.operations.activation import hashed
from services.upload.web.door import CANDIDATE, LIMITS
from tests import make
from tests.e2e.stack import Stack
from tests.serving import until

PASSWORD = "样例·一句容易记的话"
PART = 25
"""Registrations handed over in one request; a busy machine still answers in time."""
_CSRF = re.compile(r'name="csrf_token"[^>]* value="([^"]+)"|name="csrf-token" content="([^"]+)"')
_LINKS = re.compile(r'(?:href|src|action)="([^"]+)"')
_CODE = re.compile(r"\d{6}")
_numbers = itertools.count(1)


def person(exam: str, **changed: Any) -> Candidate:
    """The next invented registration; no two are alike in number, ID number or phone."""
    serial = next(_numbers)
    fields: dict[str, Any] = {
        "registration_number": f"SAMPLE-{serial:06d}",
        "exam": exam,
        "name": f"样例·第{serial}人",
        "id_number": make.id_number(serial, born=f"{1960 + serial // 1000 % 40}0504"),
        "phone": f"139{serial:08d}",
        "unit_phone": f"022-{serial:08d}",
        "unit": "样例医院",
        "site": "heping",
        "facts": make.FACTS,
    }
    return Candidate(**(fields | changed))


class Browser:
    """One browser of one candidate. Answers are returned as they came, redirects followed."""

    def __init__(self, stack: Stack, who: Candidate) -> None:
        self.stack = stack
        self.who = who
        self.url = stack.url("upload-web")
        self.http = requests.Session()
        self.http.hooks["response"].append(self._remember)
        self.addresses: set[str] = set()
        """Each that was asked for, redirects too, and each that a page leads to."""
        self._csrf = ""

    # --- requests ---------------------------------------------------------------------------

    def get(self, path: str) -> Response:
        return self._noted(self.http.get(self.url + path, timeout=30))

    def post(self, path: str, *, as_json: bool = False, **given: Any) -> Response:
        """Post a form with the token of the page seen last; `files` makes it multipart."""
        if not self._csrf:
            self.get("/sign-in")
        data = {"csrf_token": self._csrf} | given.pop("data", {})
        headers = {"Accept": "application/json"} if as_json else {}
        answer = self.http.post(self.url + path, data=data, headers=headers, timeout=30, **given)
        return self._noted(answer)

    def _remember(self, answer: Response, **_: object) -> None:
        self.addresses.add(answer.url)
        if "html" in answer.headers.get("Content-Type", ""):
            self.addresses.update(html.unescape(link) for link in _LINKS.findall(answer.text))

    def _noted(self, answer: Response) -> Response:
        found = _CSRF.search(answer.text) if "html" in answer.headers["Content-Type"] else None
        if found:
            self._csrf = html.unescape(found[1] or found[2])
        return answer

    # --- entry ------------------------------------------------------------------------------

    def token(self) -> str:
        """A launch token, by the stand-in's button."""
        place = self.stack.url("registration")
        page = self.http.get(f"{place}/", timeout=60)
        if not page.url.endswith("/me"):
            shown = {
                "csrf_token": _csrf_of(page),
                "number": self.who.registration_number,
                "password": self.stack.secrets["DEMO_CANDIDATE_PASSWORD"],
            }
            page = self.http.post(f"{place}/", data=shown, timeout=60)
        answer = self.http.post(
            f"{place}/me/launch",
            data={"csrf_token": _csrf_of(page)},
            headers={"Accept": "application/json"},
            timeout=60,
        )
        return str(answer.json()["token"])

    def launch(self) -> None:
        """The stand-in's button, and "it is me"."""
        asked = self.post("/launch", data={"token": self.token()})
        assert asked.url.endswith("/launch"), asked.text
        self.post("/launch/continue")

    def activate(self) -> None:
        """All five steps of the first entry, with the code that reaches the phone."""
        self._step(id_number=self.who.id_number)
        self._step("/activation/code")
        self._step(code=self.code())
        self._tick("privacy", "consent")
        self._tick("pledge")
        done = self._step(password=PASSWORD, again=PASSWORD)
        assert done.url.endswith("/materials"), done.text

    def _step(self, path: str = "/activation", **fields: str) -> Response:
        answer = self.post(path, data=fields)
        assert answer.status_code == 200, (
            answer.status_code,
            re.findall("<code>.*?<", answer.text),
        )
        return answer

    def _tick(self, *names: str) -> None:
        """Tick the boxes of the page that is shown."""
        page = self.get("/activation").text
        boxes = {name: re.search(rf'name="{name}" value="([^"]+)"', page) for name in names}
        self._step(**{name: html.unescape(box[1]) for name, box in boxes.items() if box})

    def code(self) -> str:
        """The newest one-time code on the phone."""
        until(lambda: bool(self._codes()), seconds=20, what="a code on the phone")
        return self._codes()[0]

    def _codes(self) -> list[str]:
        texts = [message["text"] for message in self.stack.inbox(self.who.phone)]
        return [found[0] for found in map(_CODE.search, texts) if found]

    # --- her papers -------------------------------------------------------------------------

    def upload(
        self,
        material: str,
        data: bytes,
        *,
        key: str | None = None,
        as_json: bool = True,
        **more: str,
    ) -> Response:
        """Send a picture; without a key it is a new one."""
        return self.post(
            f"/materials/{material}/images",
            as_json=as_json,
            data={"key": key or str(uuid.uuid4())} | more,
            files={"picture": ("photo.jpg", data, "image/jpeg")},
        )

    def delete(self, image: str) -> Response:
        return self.post(f"/images/{image}/delete")

    def submit(self) -> Response:
        """提交审核: her receipt's page, or what is missing."""
        return self.post("/check")


def activated(stack: Stack, people: list[Candidate]) -> list[Browser]:
    """Browsers of candidates who have been here before, each signed in."""
    for start in range(0, len(people), PART):
        stack.register(people[start : start + PART])
    password = hashed(PASSWORD)
    numbers = [who.registration_number for who in people]
    stack.rows(
        "upload",
        "UPDATE account SET step = 'done', identity_at = now(), phone_at = now(),"
        " privacy_version = '2023-02-01', privacy_at = now(),"
        " consent_version = '2023-02-01', consent_at = now(),"
        " pledge_version = 'v', pledge_at = now(), password_hash = :hash, activated_at = now()"
        " FROM registration r WHERE r.application_id = account.application_id"
        " AND r.number = ANY(:numbers)",
        hash=password,
        numbers=numbers,
    )
    ids = applications(stack, people)
    browsers = [Browser(stack, who) for who in people]
    with stack.databases["upload"].transaction() as session:
        for browser in browsers:
            subject = ids[browser.who.registration_number]
            token = browser_sessions.start(
                session, kind=CANDIDATE, subject=subject, limits=LIMITS[CANDIDATE]
            )
            browser.http.cookies.set(CANDIDATE, token)
    return browsers


def applications(stack: Stack, people: list[Candidate]) -> dict[str, ApplicationId]:
    """Registration number → application."""
    rows = stack.rows(
        "upload",
        "SELECT number, application_id FROM registration WHERE number = ANY(:numbers)",
        numbers=[who.registration_number for who in people],
    )
    return {row.number: row.application_id for row in rows}


def _csrf_of(page: Response) -> str:
    found = _CSRF.search(page.text)
    assert found, page.text[:500]
    return html.unescape(found[1] or found[2])
