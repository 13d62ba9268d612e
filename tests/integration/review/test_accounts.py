"""Accounts by invitation; nobody raises himself; browsers are listed and ended."""

import re
import uuid

import pyotp
import pytest
from flask import Flask

from libs.common.errors import Refusal
from services.review.domain.staff import Reviewer, Role
from services.review.operations import accounts, staff
from tests.integration.review import room as r
from tests.integration.review.pages import Shelf, app, built, parsed, shelf, visitor
from tests.integration.review.room import Room

__all__ = ["app", "shelf"]
PASSWORD = "three words together"
SITE = frozenset({Role.SITE_REVIEWER})


def invited(room: Room, by: Reviewer, login: str = "new") -> tuple[uuid.UUID, str]:
    return room.do(  # type: ignore[no-any-return]
        accounts.invite,
        by,
        login=login,
        name="样例·新",
        roles=SITE,
        sites=frozenset({"heping"}),
        vault=room.vault,
    )


def test_an_invited_person_sets_up_both_factors_and_the_link_is_void(room: Room) -> None:
    admin = room.person("admin", Role.ADMINISTRATOR, sites=())
    staff_id, token = invited(room, admin)
    assert room.do(staff.reviewer, staff_id) is None
    seen = room.do(accounts.welcome, token, vault=room.vault)
    totp = pyotp.TOTP(seen.totp_secret)

    with pytest.raises(Refusal, match="wrong_code"):
        room.do(accounts.accept, token, password=PASSWORD, code="000000", vault=room.vault)
    with pytest.raises(Refusal, match="password_too_short"):
        room.do(accounts.accept, token, password="short", code=totp.now(), vault=room.vault)
    room.do(accounts.accept, token, password=PASSWORD, code=totp.now(), vault=room.vault)

    with pytest.raises(Refusal, match="invitation_over"):
        room.do(accounts.welcome, token, vault=room.vault)
    found = room.do(staff.reviewer, staff_id)
    assert (found.roles, found.sites) == (SITE, frozenset({"heping"}))
    assert token not in str(room.rows("SELECT i::text FROM invitation i"))


def test_an_invitation_ends_by_itself_and_by_the_next(room: Room) -> None:
    admin = room.person("admin", Role.ADMINISTRATOR, sites=())
    staff_id, first = invited(room, admin)
    second = room.do(accounts.invite_again, staff_id, admin, vault=room.vault)

    with pytest.raises(Refusal, match="invitation_over"):
        room.do(accounts.welcome, first, vault=room.vault)
    room.rows("UPDATE invitation SET ends_at = clock_timestamp() RETURNING 1")
    with pytest.raises(Refusal, match="invitation_over"):
        room.do(accounts.welcome, second, vault=room.vault)


def test_nobody_changes_his_own_account(room: Room) -> None:
    admin = room.person("admin", Role.ADMINISTRATOR, sites=())
    every = frozenset(Role)

    with pytest.raises(Refusal, match="own_account"):
        room.do(accounts.change, admin.id, admin, roles=every, sites=frozenset({"heping"}))
    with pytest.raises(Refusal, match="own_account"):
        room.do(accounts.set_active, admin.id, admin, active=True)
    with pytest.raises(Refusal, match="own_account"):
        room.do(accounts.invite_again, admin.id, admin, vault=room.vault)

    assert room.do(staff.reviewer, admin.id).roles == frozenset({Role.ADMINISTRATOR})


def test_a_change_of_roles_holds_at_once_and_is_audited(app: Flask, room: Room) -> None:
    admin = room.person("admin", Role.ADMINISTRATOR, sites=())
    wang = room.person("wang", Role.SITE_REVIEWER)
    client, his = visitor(app, room, admin), visitor(app, room, wang)
    assert his.get("/queues").status_code == 200

    sent = client.post(f"/staff/{wang.id}/roles", data={"role": "auditor"})

    assert sent.status_code == 303
    assert "/sign-in" in his.get("/queues").headers["Location"]
    row = room.rows("SELECT details FROM audit WHERE action = 'staff.changed'")[0]
    assert row.details["roles"] == ["auditor"]
    with pytest.raises(Refusal, match="site_needed"):
        room.do(accounts.change, wang.id, admin, roles=SITE, sites=frozenset())
    with pytest.raises(Refusal, match="roles_needed"):
        room.do(accounts.change, wang.id, admin, roles=frozenset(), sites=frozenset())


def test_a_closed_account_is_out_at_once(app: Flask, room: Room) -> None:
    admin = room.person("admin", Role.ADMINISTRATOR, sites=())
    wang = room.person("wang", Role.SITE_REVIEWER)
    his = visitor(app, room, wang)

    visitor(app, room, admin).post(f"/staff/{wang.id}/active", data={"active": "0"})

    assert "/sign-in" in his.get("/queues").headers["Location"]


def test_browsers_are_listed_and_ended_one_by_one(app: Flask, room: Room) -> None:
    wang, li = room.person("wang", Role.SITE_REVIEWER), room.person("li", Role.SITE_REVIEWER)
    here, there = visitor(app, room, wang), visitor(app, room, wang)
    shown = parsed(here.get("/account"), "zh-CN")
    ends = re.findall(r'action="(/staff/[^"]+/end)"', shown)
    assert len(ends) == 2

    visitor(app, room, li).post(ends[1])
    alive = "SELECT count(*) FROM browser_session WHERE ended_at IS NULL"
    assert room.rows(alive)[0][0] == 3
    for address in ends:
        here.post(address)

    assert there.get("/queues").status_code == 303


def test_the_link_is_shown_once_and_its_page_draws_the_code(app: Flask, room: Room) -> None:
    admin = room.person("admin", Role.ADMINISTRATOR, sites=())
    client = visitor(app, room, admin)
    parsed(client.get("/staff"), "zh-CN")
    fields = {"login": "Neu", "name": "样例·新", "role": "site_reviewer", "site": "heping"}

    shown = client.post("/staff", data=fields).text

    found = re.search(r"/invitation/[\w-]+", shown)
    assert found is not None
    page = parsed(app.test_client().get(found.group()), "zh-CN")
    assert "<svg" in page
    assert "样例·新" in page
    staff_id = room.rows("SELECT id FROM staff WHERE login = 'neu'")[0].id
    assert "/invitation/" not in parsed(client.get(f"/staff/{staff_id}"), "zh-CN").replace(
        f"/staff/{staff_id}/invitation", ""
    )


@pytest.mark.parametrize(
    ("language", "said"), [("zh-CN", "和平考点、河西考点"), ("en", "Heping site, Hexi site")]
)
def test_ones_own_sites_are_named(app: Flask, room: Room, language: str, said: str) -> None:
    room.feed(r.exam())
    client = visitor(app, room, room.person("wang", Role.SITE_REVIEWER, sites=("heping", "hexi")))

    assert said in parsed(client.get(f"/account?lang={language}"), language)


def test_under_a_number_the_account_says_which_name_a_security_key_wants(room: Room) -> None:
    app = built(room, Shelf())
    app.config["TRUSTED_HOSTS"] = None
    client = visitor(app, room, room.person("wang", Role.SITE_REVIEWER))
    client.set_cookie("staff", client.get_cookie("staff").value, domain="127.0.0.1")  # type: ignore[union-attr]

    by_name = parsed(client.get("/account"), "zh-CN")
    by_number = parsed(client.get("/account", base_url="http://127.0.0.1:8002"), "zh-CN")

    assert "数字地址" not in by_name
    assert 'href="http://localhost:8002/account"' in by_number
