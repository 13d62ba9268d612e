"""The door of those who work here: both factors, a code believed once, and the brake."""

import dataclasses as dc
import datetime as dt

import pyotp
import pytest

from libs.common import passwords, two_factors
from libs.common.two_factors import STEP_SECONDS, Shown, lock_after

NOW = dt.datetime(2030, 2, 10, 4, tzinfo=dt.UTC)
SECRET = pyotp.random_base32()
PASSWORD = "correct horse battery"


@dc.dataclass
class Account:
    password_hash: str = passwords.hash_(PASSWORD)
    totp_step: int = 0
    failures: int = 0
    locked_until: dt.datetime | None = None


def code(at: dt.datetime = NOW) -> str:
    return pyotp.TOTP(SECRET).at(at)


def enter(
    account: Account, *, password: str = PASSWORD, digits: str = "", now: dt.datetime = NOW
) -> bool:
    shown = Shown(password=password, code=digits or code(now))
    return two_factors.admits(account, shown, secret=SECRET, is_open=True, now=now)


def test_both_factors_open_and_a_code_only_once() -> None:
    account = Account()

    assert enter(account)
    assert not enter(account)
    assert enter(account, now=NOW + dt.timedelta(seconds=STEP_SECONDS))


@pytest.mark.parametrize("wrong", [{"password": "wrong"}, {"digits": "000000"}, {"digits": "１"}])
def test_either_wrong_factor_is_counted(wrong: dict[str, str]) -> None:
    account = Account()

    assert not enter(account, **wrong)  # type: ignore[arg-type]
    assert account.failures == 1


def test_a_closed_account_is_not_admitted_with_both_factors() -> None:
    shown = Shown(password=PASSWORD, code=code())

    assert not two_factors.admits(Account(), shown, secret=SECRET, is_open=False, now=NOW)


def test_a_locked_door_opens_to_nobody_and_counts_nothing() -> None:
    account = Account(failures=5, locked_until=NOW + dt.timedelta(seconds=1))

    assert not enter(account)
    assert account.failures == 5
    assert enter(account, now=NOW + dt.timedelta(seconds=STEP_SECONDS))
    assert (account.failures, account.locked_until) == (0, None)


def test_clocks_may_differ_by_one_step_and_no_more() -> None:
    for seconds, expected in ((-STEP_SECONDS, True), (STEP_SECONDS, True), (-90, False)):
        shown = code(NOW + dt.timedelta(seconds=seconds))
        assert (two_factors.step_of(shown, SECRET, NOW) is not None) is expected


@pytest.mark.parametrize(
    ("failures", "minutes"), [(4, None), (5, 1), (6, 2), (8, 8), (11, 60), (60, 60)]
)
def test_the_lock_doubles_up_to_an_hour(failures: int, minutes: int | None) -> None:
    expected = None if minutes is None else dt.timedelta(minutes=minutes)
    assert lock_after(failures) == expected
