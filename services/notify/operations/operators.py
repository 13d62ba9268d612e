"""Who may work at the delivery desk: accounts, sign-in with two factors, and its brake."""

import dataclasses as dc
import datetime as dt
import secrets
import uuid

import pyotp
from sqlalchemy import select
from sqlalchemy.orm import Session

from libs.common import audit, browser_sessions, passwords
from libs.common.errors import Refusal
from libs.common.fields import FieldCipher
from services.notify.models.operators import Operator

KIND = "operator"
LIMITS = browser_sessions.Limits(idle=dt.timedelta(minutes=30), absolute=dt.timedelta(hours=10))
PASSWORD_BYTES = 12
STEP_SECONDS = 30
FREE_FAILURES = 5
REST_SECONDS = 60
MOST_REST_SECONDS = 3600


@dc.dataclass(frozen=True)
class NewOperator:
    """A new account, shown once."""

    login: str
    password: str
    totp_secret: str


def add(
    session: Session,
    *,
    login: str,
    name: str,
    may_see_phones: bool,
    cipher: FieldCipher,
    actor: str,
) -> NewOperator:
    """A new account with a password and a second factor of its own. Refuses `login_taken`."""
    login = login.strip().lower()
    if session.scalar(select(Operator.id).where(Operator.login == login)) is not None:
        raise Refusal("login_taken", login=login)
    made = NewOperator(login, secrets.token_urlsafe(PASSWORD_BYTES), pyotp.random_base32())
    operator_id = uuid.uuid4()
    session.add(
        Operator(
            id=operator_id,
            login=login,
            name=name,
            password_hash=passwords.hash_(made.password),
            totp_secret=cipher.encrypt(made.totp_secret, place=_place(operator_id)),
            may_see_phones=may_see_phones,
        )
    )
    audit.record(
        session,
        actor=actor,
        action="operator.added",
        subject=f"operator:{operator_id}",
        may_see_phones=may_see_phones,
    )
    return made


def sign_in(
    session: Session,
    *,
    login: str,
    password: str,
    code: str,
    cipher: FieldCipher,
    now: dt.datetime,
) -> str | None:
    """The token of a new session, or None: which factor was wrong is not said, and takes as long.

    Failures count although nothing else happens, so this never raises. After five in a row the
    account rests for a minute, then doubling.
    """
    operator = session.scalars(
        select(Operator).where(Operator.login == login.strip().lower()).with_for_update()
    ).one_or_none()
    fits = passwords.verify(password, operator.password_hash if operator else None)
    if operator is None:
        audit.record(session, actor="nobody", action="operator.refused", subject="operator:unknown")
        return None
    rests = operator.locked_until is not None and now < operator.locked_until
    step = _step_of(code, cipher.decrypt(operator.totp_secret, place=_place(operator.id)), now)
    fresh = step is not None and step > operator.totp_step
    subject = f"operator:{operator.id}"
    if not fits or not fresh or rests or operator.closed_at is not None:
        if not rests:
            _count_failure(operator, now)
        audit.record(session, actor="nobody", action="operator.refused", subject=subject)
        return None
    assert step is not None
    operator.totp_step, operator.failures, operator.locked_until = step, 0, None
    audit.record(session, actor=subject, action="operator.signed_in", subject=subject)
    return browser_sessions.start(session, kind=KIND, subject=operator.id, limits=LIMITS)


def signed_in(session: Session, token: str | None) -> Operator | None:
    """Who the cookie's token stands for, if the account is open."""
    found = browser_sessions.find(session, token, kind=KIND)
    operator = None if found is None else session.get(Operator, found.subject)
    return operator if operator is not None and operator.closed_at is None else None


def sign_out(session: Session, operator: Operator) -> None:
    """End the operator's sessions."""
    browser_sessions.end_all(session, subject=operator.id, kind=KIND)


def _place(operator_id: uuid.UUID) -> str:
    return f"operator:totp_secret:{operator_id}"


def _count_failure(operator: Operator, now: dt.datetime) -> None:
    operator.failures += 1
    beyond = operator.failures - FREE_FAILURES
    if beyond >= 0:
        rest = min(REST_SECONDS * 2 ** min(beyond, 10), MOST_REST_SECONDS)
        operator.locked_until = now + dt.timedelta(seconds=rest)


def _step_of(code: str, secret: str, now: dt.datetime) -> int | None:
    """The time step whose code it is: the present one or a neighbour, as clocks differ."""
    totp = pyotp.TOTP(secret, interval=STEP_SECONDS)
    present = int(now.timestamp()) // STEP_SECONDS
    digits = "".join(code.split())
    for step in (present, present - 1, present + 1):
        if secrets.compare_digest(totp.generate_otp(step), digits if digits.isascii() else ""):
            return step
    return None
