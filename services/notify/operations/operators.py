"""Who may work at the delivery desk: accounts, sign-in with two factors, and its brake."""

import datetime as dt
import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from libs.common import audit, browser_sessions, passwords, two_factors
from libs.common.errors import Refusal
from libs.common.fields import FieldCipher
from libs.common.two_factors import Factors, Shown
from services.notify.models.operators import Operator

KIND = "operator"
LIMITS = browser_sessions.Limits(idle=dt.timedelta(minutes=30), absolute=dt.timedelta(hours=10))


def add(
    session: Session,
    *,
    login: str,
    name: str,
    may_see_phones: bool,
    cipher: FieldCipher,
    actor: str,
    factors: Factors | None = None,
) -> Factors:
    """A new account; its factors are made unless given. Refuses `login_taken`."""
    login = login.strip().lower()
    if _find(session, login) is not None:
        raise Refusal("login_taken", login=login)
    made = factors or two_factors.new_factors()
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


def close(session: Session, *, login: str, actor: str, now: dt.datetime) -> int:
    """Close the account and sign its browsers out; how many were ended.

    Refuses `no_operator`, `operator_closed`. The row stays: the audit log names it.
    """
    operator = _find(session, login)
    if operator is None:
        raise Refusal("no_operator", login=login[:40])
    if operator.closed_at is not None:
        raise Refusal("operator_closed", login=login[:40])
    operator.closed_at = now
    ended = browser_sessions.end_all(session, subject=operator.id, kind=KIND)
    subject = f"operator:{operator.id}"
    audit.record(session, actor=actor, action="operator.closed", subject=subject, sessions=ended)
    return ended


def everybody(session: Session) -> list[Operator]:
    """All accounts, also closed ones, by sign-in name."""
    return list(session.scalars(select(Operator).order_by(Operator.login)))


def sign_in(
    session: Session, *, login: str, shown: Shown, cipher: FieldCipher, now: dt.datetime
) -> str | None:
    """The token of a new session, or None: which factor was wrong is not said, and takes as long.

    Failures count although nothing else happens, so this never raises.
    """
    operator = _find(session, login)
    if operator is None:
        two_factors.refuse_nobody(shown)
        audit.record(session, actor="nobody", action="operator.refused", subject="operator:unknown")
        return None
    secret = cipher.decrypt(operator.totp_secret, place=_place(operator.id))
    subject, is_open = f"operator:{operator.id}", operator.closed_at is None
    if not two_factors.admits(operator, shown, secret=secret, is_open=is_open, now=now):
        audit.record(session, actor="nobody", action="operator.refused", subject=subject)
        return None
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


def _find(session: Session, login: str) -> Operator | None:
    """The account, locked: who signs in, adds or closes follows one another."""
    return session.scalars(
        select(Operator).where(Operator.login == login.strip().lower()).with_for_update()
    ).one_or_none()


def _place(operator_id: uuid.UUID) -> str:
    return f"operator:totp_secret:{operator_id}"
