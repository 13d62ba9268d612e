"""Staff sign in with both factors; failures shut the door for a while."""

import datetime as dt
from unittest.mock import patch

import pyotp
import pytest
from sqlalchemy.orm import Session

from libs.common.errors import Refusal
from libs.common.two_factors import Shown
from services.review.domain.staff import Role
from services.review.operations import staff
from tests.integration.review.room import PASSWORD, Room


def account(room: Room) -> staff.NewStaff:
    def add(session: Session) -> staff.NewStaff:
        return staff.add(
            session,
            login="Wang",
            name="样例·王",
            roles=frozenset({Role.SITE_REVIEWER}),
            sites=frozenset({"heping"}),
            vault=room.vault,
            by="cli",
        )

    made = room.do(add)
    assert isinstance(made, staff.NewStaff)
    return made


def enter(room: Room, made: staff.NewStaff, *, password: str = "", code: str = "") -> str | None:
    token = room.do(
        staff.sign_in,
        login=" wang",
        shown=Shown(
            password=password or made.password,
            code=code or pyotp.TOTP(made.totp_secret).now(),
        ),
        vault=room.vault,
    )
    assert token is None or isinstance(token, str)
    return token


def test_both_factors_open_the_door_and_a_code_only_once(room: Room) -> None:
    made = account(room)
    code = pyotp.TOTP(made.totp_secret).now()

    token = enter(room, made, code=code)

    assert token is not None
    found = room.do(staff.signed_in, token)
    assert (found.name, found.roles) == ("样例·王", {Role.SITE_REVIEWER})
    assert enter(room, made, code=code) is None  # a replay


@pytest.mark.parametrize("wrong", [{"password": "not the password"}, {"code": "000000"}])
def test_a_wrong_factor_is_refused_and_counted(room: Room, wrong: dict[str, str]) -> None:
    made = account(room)

    assert enter(room, made, **wrong) is None

    assert room.rows("SELECT failures FROM staff")[0].failures == 1


def test_an_unknown_login_gets_the_same_answer(room: Room) -> None:
    shown = Shown(password="x", code="１")

    assert room.do(staff.sign_in, login="nobody", shown=shown, vault=room.vault) is None


def test_after_five_failures_even_the_right_factors_wait(room: Room) -> None:
    made = account(room)
    for _ in range(5):
        enter(room, made, password="wrong wrong wrong")

    assert enter(room, made) is None
    room.rows("UPDATE staff SET locked_until = now() - interval '1 s' RETURNING 1")
    assert enter(room, made) is not None
    assert room.rows("SELECT failures FROM staff")[0].failures == 0


def test_a_login_exists_once(room: Room) -> None:
    account(room)

    with pytest.raises(Refusal, match="login_taken"):
        account(room)


def test_a_new_password_signs_every_browser_out(room: Room) -> None:
    made = account(room)
    token = enter(room, made)
    person = room.do(staff.signed_in, token)

    with pytest.raises(Refusal, match="wrong_password"):
        room.do(staff.change_password, person, old="x", new=PASSWORD)
    with pytest.raises(Refusal, match="password_too_short"):
        room.do(staff.change_password, person, old=made.password, new="short")
    room.do(staff.change_password, person, old=made.password, new=PASSWORD)

    assert room.do(staff.signed_in, token) is None
    later = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=60)
    with patch("services.review.operations.staff.database_now", return_value=later):
        code = pyotp.TOTP(made.totp_secret).at(later)
        assert enter(room, made, password=PASSWORD, code=code) is not None


def test_sign_out_ends_one_session_or_all(room: Room) -> None:
    made = account(room)
    token = enter(room, made)
    person = room.do(staff.signed_in, token)
    room.do(staff.choose, person, single_keys=False)

    assert room.do(staff.signed_in, token).single_keys is False
    room.do(staff.sign_out, token, person, everywhere=True)
    assert room.do(staff.signed_in, token) is None


def test_secrets_of_staff_are_not_stored_in_clear(room: Room) -> None:
    made = account(room)

    dumped = str(room.rows("SELECT t::text FROM staff t"))

    assert made.totp_secret not in dumped
    assert made.password not in dumped
