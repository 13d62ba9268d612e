"""The door of those who work here: a password, a code of an authenticator app, and a brake.

One rule for the review desk and the delivery desk. The rooms keep the accounts.
"""

import dataclasses as dc
import datetime as dt
import secrets
from typing import Protocol

import pyotp

from libs.common import passwords

PASSWORD_BYTES = 12
STEP_SECONDS = 30
"""RFC 6238's default, which every authenticator app takes."""
FAILURES_BEFORE_LOCK = 5
FIRST_LOCK = dt.timedelta(minutes=1)
LONGEST_LOCK = dt.timedelta(hours=1)


class Account(Protocol):
    """What the door reads and writes of an account; its row is locked meanwhile."""

    password_hash: str
    totp_step: int
    """The last step whose code was used: none is believed twice."""
    failures: int
    locked_until: dt.datetime | None


@dc.dataclass(frozen=True, kw_only=True)
class Factors:
    """Both factors of a new account, shown once."""

    password: str
    totp_secret: str


@dc.dataclass(frozen=True, kw_only=True)
class Shown:
    """What somebody at the door shows."""

    password: str
    code: str
    key_answered: bool = False
    """A security key of this very account has answered: it stands for the code."""


def new_factors(*, password: str | None = None, totp_secret: str | None = None) -> Factors:
    """Both are made unless given."""
    return Factors(
        password=password or secrets.token_urlsafe(PASSWORD_BYTES),
        totp_secret=totp_secret or new_secret(),
    )


def new_secret() -> str:
    """A new second factor, as authenticator apps read it."""
    return pyotp.random_base32()


def admits(account: Account, shown: Shown, *, secret: str, is_open: bool, now: dt.datetime) -> bool:
    """Whether both factors fit and the account is open; counts, and locks for a while.

    Which factor was wrong is not said, and takes as long: verify a password for nobody too
    (`refuse_nobody`). A try at a locked door does not count: nobody is kept out by others for ever.
    """
    fits = passwords.verify(shown.password, account.password_hash)
    rests = account.locked_until is not None and now < account.locked_until
    step = step_of(shown.code, secret, now)
    is_fresh = step is not None and step > account.totp_step
    if fits and (is_fresh or shown.key_answered) and not rests and is_open:
        if is_fresh and step is not None:
            account.totp_step = step
        account.failures, account.locked_until = 0, None
        return True
    if not rests:
        account.failures += 1
        pause = lock_after(account.failures)
        account.locked_until = account.locked_until if pause is None else now + pause
    return False


def refuse_nobody(shown: Shown) -> None:
    """Take as long for an account that does not exist."""
    passwords.verify(shown.password, None)


def lock_after(failures: int) -> dt.timedelta | None:
    """How long the door stays shut after so many failures in a row; it doubles (R28)."""
    if failures < FAILURES_BEFORE_LOCK:
        return None
    doublings = min(failures - FAILURES_BEFORE_LOCK, 10)
    return min(FIRST_LOCK * int(2**doublings), LONGEST_LOCK)


def step_of(code: str, secret: str, now: dt.datetime) -> int | None:
    """The time step whose code it is: the present one or a neighbour (clocks differ)."""
    totp = pyotp.TOTP(secret, interval=STEP_SECONDS)
    present = int(now.timestamp()) // STEP_SECONDS
    digits = "".join(code.split())
    for step in (present, present - 1, present + 1):
        if secrets.compare_digest(totp.generate_otp(step), digits if digits.isascii() else ""):
            return step
    return None


def uri(login: str, secret: str, *, issuer: str) -> str:
    """What an authenticator app reads from a QR code."""
    return pyotp.TOTP(secret, interval=STEP_SECONDS).provisioning_uri(
        name=login, issuer_name=issuer
    )
