"""The delivery desk: who may come in, what it shows, and what staff may do there."""

import dataclasses as dc
import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, expect

from libs.common import messages as m
from libs.common.clock import now
from libs.common.errors import Refusal
from libs.common.fields import FieldCipher
from libs.common.two_factors import Factors
from services.notify import commands
from services.notify.app import create_app
from services.notify.operations import operators
from services.notify.settings import WebProcessSettings
from tests.chromium import barriers
from tests.integration.notify.room import (
    EXAM,
    FIELD_KEYS,
    PHONE,
    Room,
    an_application,
    contact,
    raised,
    reported,
    submitted,
)
from tests.serving import served


def noon() -> str:
    """A zone where it is about noon now, so that SMS leave at any hour of the test."""
    hours = now().hour - 12
    return f"Etc/GMT{hours:+d}" if hours else "Etc/GMT"


class Desk:
    """A notify with its desk, one candidate whose SMS failed, and two operators."""

    def __init__(self, room: Room) -> None:
        self.room = room
        room.now = now()
        self.application = an_application()
        sites = {"S01": {"zh-CN": "样例考点", "en": "Sample site"}}
        room.hear(dc.replace(EXAM, zone=noon(), sites=sites))
        room.hear(m.ContactChanged(**contact(room, self.application).__dict__))
        room.hear(submitted(self.application))
        room.hear(self._raised())
        room.tick(seconds=1)
        for command in room.said(m.SendSms):
            room.hear(reported(command.delivery_id, "content"))
        room.tick(seconds=1)
        url = room.database.engine.url.set(drivername="postgresql")
        self.app: Flask = create_app(
            WebProcessSettings(
                notify_database_url=url.render_as_string(hide_password=False),
                notify_field_keys=FIELD_KEYS,
                cookie_key="key-of-the-test",
                trusted_hosts=("localhost", "127.0.0.1"),
                sms_receipts_token="secret-path-of-the-test",
            )
        )
        cipher = FieldCipher(FIELD_KEYS)
        with room.database.transaction() as session:
            self.accounts = {
                login: operators.add(
                    session,
                    login=login,
                    name=login,
                    may_see_phones=login == "phones",
                    cipher=cipher,
                    actor="cli",
                )
                for login in ("desk", "phones")
            }

    def _raised(self) -> m.RequestsRaised:
        message = raised(self.application)
        later = [
            m.RaisedRequest(**{**r.__dict__, "due_at": now() + dt.timedelta(days=2)})
            for r in message.requests
        ]
        return m.RequestsRaised(**{**message.__dict__, "requests": tuple(later)})

    def client(self, login: str | None = "desk") -> FlaskClient:
        client = self.app.test_client()
        if login is not None:
            answer = self.sign_in(client, login)
            assert answer == 303
        return client

    def sign_in(self, client: FlaskClient, account_of: str, /, **wrong: str) -> int:
        account = self.accounts[account_of]
        data = {
            "login": account_of,
            "password": account.password,
            "code": pyotp.TOTP(account.totp_secret).now(),
            "csrf_token": csrf_of(client.get("/desk/sign-in").text),
        }
        client.post("/desk/sign-in", data=data | wrong)
        return client.get("/desk/sign-in").status_code if wrong else 303

    def delivery(self) -> str:
        row = self.room.rows("SELECT id FROM delivery WHERE state = 'failed' ORDER BY id LIMIT 1")
        return str(row[0].id)


def csrf_of(page: str) -> str:
    found = re.search('name="csrf-token" content="([^"]+)"', page)
    assert found
    return found[1]


@pytest.fixture
def desk(room: Room) -> Iterator[Desk]:
    made = Desk(room)
    yield made
    made.app.extensions["database"].engine.dispose()


def post(client: FlaskClient, path: str, **data: str) -> int:
    token = csrf_of(client.get("/desk/wordings").text)
    return client.post(path, data={"csrf_token": token, **data}).status_code


def test_a_stranger_is_led_to_the_sign_in_from_every_page(desk: Desk) -> None:
    client = desk.client(None)
    token = csrf_of(client.get("/desk/sign-in").text)
    for rule in desk.app.url_map.iter_rules():
        if not rule.endpoint.startswith("desk.") or rule.endpoint == "desk.sign_in":
            continue
        path = re.sub("<uuid:[^>]+>", str(desk.application), str(rule.rule))
        path = re.sub("<[^>]+>", "tencent", path)
        method = "POST" if "POST" in (rule.methods or set()) else "GET"
        answer = client.open(path, method=method, data={"csrf_token": token})
        where = f"/desk/sign-in{'?ended=1' if method == 'POST' else ''}"
        assert (answer.status_code, answer.headers["Location"]) == (303, where), rule


@pytest.mark.parametrize("wrong", [{"password": "x"}, {"code": "000000"}, {"login": "nobody"}])
def test_one_wrong_factor_lets_nobody_in(desk: Desk, wrong: dict[str, str]) -> None:
    client = desk.client(None)

    desk.sign_in(client, "desk", **wrong)

    assert client.get("/desk").status_code == 303


def test_a_code_is_believed_once_and_five_failures_make_the_account_rest(desk: Desk) -> None:
    desk.client("desk")
    again = desk.client(None)
    desk.sign_in(again, "desk", name="the same code")
    assert again.get("/desk").status_code == 303

    other = desk.client(None)
    for _ in range(5):
        desk.sign_in(other, "phones", password="wrong")
    desk.sign_in(other, "phones", name="all is right now")
    assert other.get("/desk").status_code == 303


def test_a_candidate_is_found_by_her_whole_number_and_her_attempts_are_shown(desk: Desk) -> None:
    client = desk.client()

    found = client.get("/desk?q=r0001", follow_redirects=True).text

    assert "R0001" in found
    assert "需更换或补充" in found
    assert "模板或签名被拒" in found
    assert "待致电" in found
    assert "样例考试" in found
    assert "样例考点" in found
    assert PHONE not in found
    assert "没有找到" in client.get("/desk?q=R00").text


def test_who_has_not_been_reached_stands_on_the_first_page(desk: Desk) -> None:
    page = desk.client().get("/desk").text

    assert "R0001" in page
    assert "需更换或补充" in page


def test_an_sms_is_sent_again_with_a_reason_and_once(desk: Desk) -> None:
    client, path = desk.client(), f"/desk/deliveries/{desk.delivery()}/resend"
    before = len(desk.room.said(m.SendSms))

    post(client, path, reason=" ")
    assert desk.room.rows("SELECT 1 FROM delivery WHERE turn = 2") == []
    assert post(client, path, reason="样例：模板已修正") == 303
    post(client, path, reason="样例：又一次")
    shown = client.get(f"/desk/applications/{desk.application}").text
    desk.room.tick(seconds=1)

    assert re.search("样例：模板已修正</span> <b>desk", shown)
    assert len(desk.room.rows("SELECT 1 FROM delivery WHERE turn = 2")) == 1
    assert len(desk.room.said(m.SendSms)) == before + 1
    (row,) = desk.room.rows("SELECT actor, details FROM audit WHERE action = 'sms.resent'")
    assert (row.actor, row.details["reason"]) == ("operator:desk", "样例：模板已修正")


def test_a_number_is_shown_to_the_role_that_may_and_recorded(desk: Desk) -> None:
    path = f"/desk/applications/{desk.application}/phone"
    plain, may = desk.client("desk"), desk.client("phones")

    token = csrf_of(may.get("/desk").text)
    shown = may.post(path, data={"csrf_token": token}).text
    assert PHONE in shown
    assert post(plain, path) != 200

    (row,) = desk.room.rows("SELECT actor FROM audit WHERE action = 'phone.shown'")
    assert row.actor == "operator:phones"


def test_a_vendor_is_pinned_with_a_reason_and_freed(desk: Desk) -> None:
    client = desk.client()

    post(client, "/desk/vendors/tencent", do="pin", weight="0", reason="")
    post(client, "/desk/vendors/tencent", do="pin", weight="101", reason="x")
    post(client, "/desk/vendors/tencent", do="pin", weight="²", reason="x")
    assert "已固定" not in client.get("/desk/vendors").text
    assert post(client, "/desk/vendors/tencent", do="pin", weight="0", reason="样例") == 303
    assert "已固定" in client.get("/desk/vendors").text
    assert re.search(
        r'<polyline class="l0" points="[^"]*,84\.0[ "]', client.get("/desk/vendors").text
    )
    post(client, "/desk/vendors/tencent", do="free", reason="样例")

    assert "已固定" not in client.get("/desk/vendors").text


@pytest.mark.parametrize(("locale", "width"), [("zh-CN", 390), ("en", 1440)])
def test_the_pages_have_no_barriers_and_fit(
    desk: Desk, chromium: Browser, tmp_path: Path, locale: str, width: int
) -> None:
    account = desk.accounts["phones"]
    with served(desk.app) as address:
        context = chromium.new_context(
            base_url=address, locale=locale, viewport={"width": width, "height": 900}
        )
        page = context.new_page()
        page.goto("/desk")
        _look(page, tmp_path / "sign-in.png", width)
        page.fill("#login", "phones")
        page.fill("#password", account.password)
        page.fill("#code", pyotp.TOTP(account.totp_secret).now())
        page.locator("main button").click()
        expect(page).to_have_url(re.compile("/desk$"))
        for name, path in {
            "desk": "/desk",
            "timeline": f"/desk/applications/{desk.application}",
            "wordings": "/desk/wordings",
            "vendors": "/desk/vendors",
        }.items():
            page.goto(path)
            _look(page, tmp_path / f"{name}.png", width)
        context.close()


def _look(page: object, path: Path, width: int) -> None:
    page.screenshot(path=path, full_page=True)  # type: ignore[attr-defined]
    wide = page.evaluate("document.documentElement.scrollWidth")  # type: ignore[attr-defined]
    assert wide <= width, path
    assert barriers(page) == []  # type: ignore[arg-type]


def test_a_closed_account_is_signed_out_at_once_and_stays_out(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = desk.room.database.engine.url.set(drivername="postgresql")
    monkeypatch.setenv("NOTIFY_DATABASE_URL", url.render_as_string(hide_password=False))
    monkeypatch.setenv("NOTIFY_FIELD_KEYS", FIELD_KEYS)
    client, other = desk.client("desk"), desk.client("phones")

    assert commands.close_operator(login=" Desk ") == 1

    assert client.get("/desk").status_code == 303
    assert other.get("/desk").status_code == 200
    again = desk.client(None)
    desk.sign_in(again, "desk", name="both factors are right")
    assert again.get("/desk").status_code == 303
    (row,) = desk.room.rows("SELECT actor, details FROM audit WHERE action = 'operator.closed'")
    assert (row.actor, row.details["sessions"]) == ("cli", 1)
    assert [(o.login, o.is_open) for o in commands.list_operators()] == [
        ("desk", False),
        ("phones", True),
    ]
    with pytest.raises(Refusal, match="operator_closed"):
        commands.close_operator(login="desk")
    with pytest.raises(Refusal, match="no_operator"):
        commands.close_operator(login="nobody")


def test_the_command_line_makes_an_account_that_can_come_in(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = desk.room.database.engine.url.set(drivername="postgresql")
    monkeypatch.setenv("NOTIFY_DATABASE_URL", url.render_as_string(hide_password=False))
    monkeypatch.setenv("NOTIFY_FIELD_KEYS", FIELD_KEYS)

    made = commands.add_operator(login=" New ", name="样例", may_see_phones=False)
    desk.accounts["new"] = Factors(password=made.password, totp_secret=made.totp_secret)

    assert desk.client("new").get("/desk").status_code == 200
    with pytest.raises(Refusal, match="login_taken"):
        commands.add_operator(login="new", name="样例", may_see_phones=False)
