"""One password, a cookie that ends with it, and a brake on guessing."""

import datetime as dt
import time

import pytest

from libs.common import passwords
from ops.console import door
from ops.console.door import EVERYBODYS_FREE_TRIES, FREE_TRIES, Brake, Door

NOW = dt.datetime(2030, 2, 10, 4, tzinfo=dt.UTC)
PASSWORD = "sample-words-of-the-test"


@pytest.mark.parametrize("setting", [PASSWORD, passwords.hash_(PASSWORD)], ids=["secret", "hash"])
def test_the_setting_is_the_secret_or_its_hash(setting: str) -> None:
    made = Door(password=setting, cookie_key="k")

    assert made.is_right(PASSWORD)
    assert not made.is_right(PASSWORD + "x")
    assert not made.is_right("")


def test_the_hash_itself_opens_nothing() -> None:
    hashed = passwords.hash_(PASSWORD)

    assert not Door(password=hashed, cookie_key="k").is_right(hashed)


def test_a_cookie_holds_for_its_own_door_alone() -> None:
    ours = Door(password=PASSWORD, cookie_key="k")

    assert ours.is_open_to(ours.cookie())
    for other in (None, "", "x", ours.cookie() + "x"):
        assert not ours.is_open_to(other)
    assert not Door(password=PASSWORD, cookie_key="other").is_open_to(ours.cookie())
    assert not Door(password="another-password", cookie_key="k").is_open_to(ours.cookie())


def test_a_cookie_ends_after_twelve_hours(monkeypatch: pytest.MonkeyPatch) -> None:
    made = Door(password=PASSWORD, cookie_key="k")
    cookie = made.cookie()
    began = time.time()

    monkeypatch.setattr(time, "time", lambda: began + door.SESSION_HOURS * 3600 - 5)
    assert made.is_open_to(cookie)
    monkeypatch.setattr(time, "time", lambda: began + door.SESSION_HOURS * 3600 + 5)
    assert not made.is_open_to(cookie)


def test_guessing_waits_longer_and_longer() -> None:
    brake = Brake()
    waits = []

    for _ in range(FREE_TRIES + 6):
        brake.wrong("10.0.0.1", now=NOW)
        waits.append(brake.waits("10.0.0.1", now=NOW))

    assert waits == [0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900]
    assert brake.waits("10.0.0.2", now=NOW) == 0
    assert brake.waits("10.0.0.1", now=NOW + dt.timedelta(seconds=900)) == 0


def test_guessers_from_everywhere_slow_everybody_but_lock_nobody_out() -> None:
    brake = Brake()

    for number in range(EVERYBODYS_FREE_TRIES + 20):
        brake.wrong(f"10.0.1.{number}", now=NOW)

    assert brake.waits("10.9.9.9", now=NOW) == 30


def test_the_right_password_forgets_the_wrong_ones() -> None:
    brake = Brake()
    for _ in range(FREE_TRIES - 1):
        brake.wrong("10.0.0.1", now=NOW)

    brake.right("10.0.0.1")
    brake.wrong("10.0.0.1", now=NOW)

    assert brake.waits("10.0.0.1", now=NOW) == 0
