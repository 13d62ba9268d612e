"""Accounts of staff, and the door through which they come in."""

import dataclasses as dc
import datetime as dt
import uuid

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from libs.common import audit, browser_sessions, passwords, two_factors
from libs.common.browser_sessions import Limits
from libs.common.db import database_now
from libs.common.errors import Refusal
from libs.common.two_factors import Shown
from services.review.domain.staff import Reviewer, Role
from services.review.models.staff import Staff, StaffRole, StaffSite
from services.review.operations import passkeys
from services.review.vault import Vault

KIND = "staff"
LIMITS = Limits(idle=dt.timedelta(hours=2), absolute=dt.timedelta(hours=12))


@dc.dataclass(frozen=True, kw_only=True)
class NewStaff:
    """What is shown once, to whoever added the account."""

    id: uuid.UUID
    password: str
    totp_secret: str


def add(
    session: Session,
    *,
    login: str,
    name: str,
    roles: frozenset[Role],
    sites: frozenset[str],
    vault: Vault,
    by: str,
    password: str | None = None,
    totp_secret: str | None = None,
) -> NewStaff:
    """A new account; `by` is the audit's actor. Password and secret are made unless given.

    Refuses `login_taken`.
    """
    login = login.strip().lower()
    if session.scalar(select(Staff.id).where(Staff.login == login)) is not None:
        raise Refusal("login_taken", login=login)
    factors = two_factors.new_factors(password=password, totp_secret=totp_secret)
    made = NewStaff(id=uuid.uuid4(), **dc.asdict(factors))
    session.add(_account(made, login=login, name=name, vault=vault))
    session.flush()
    session.add_all(StaffRole(staff_id=made.id, role=role.value) for role in roles)
    session.add_all(StaffSite(staff_id=made.id, site=site) for site in sites)
    audit.record(
        session,
        actor=by,
        action="staff.added",
        subject=f"staff:{made.id}",
        roles=sorted(roles),
        sites=sorted(sites),
    )
    return made


def _account(made: NewStaff, *, login: str, name: str, vault: Vault) -> Staff:
    return Staff(
        id=made.id,
        login=login,
        name=name,
        password_hash=passwords.hash_(made.password),
        totp_secret=vault.keep_totp(made.totp_secret, staff_id=made.id),
    )


@dc.dataclass(frozen=True, kw_only=True)
class KeyAnswer:
    """What a security key answered at the door, and where that is."""

    answer: str
    place: passkeys.Place


def sign_in(
    session: Session, *, login: str, shown: Shown, vault: Vault, key: KeyAnswer | None = None
) -> str | None:
    """The token of a new session, or None: whether account, password or code was wrong is not
    said, and takes as long. Failures count even though nothing else happens, so this never
    raises.
    """
    staff = session.scalars(
        select(Staff).where(Staff.login == login.strip().lower()).with_for_update()
    ).one_or_none()
    if staff is None:
        two_factors.refuse_nobody(shown)
        audit.record(session, actor="nobody", action="staff.refused", subject="staff:unknown")
        return None
    secret, now = vault.totp(staff.totp_secret, staff_id=staff.id), database_now(session)
    subject = f"staff:{staff.id}"
    if key is not None and passkeys.answers(session, staff.id, key.answer, place=key.place):
        shown = dc.replace(shown, key_answered=True)
    if not two_factors.admits(staff, shown, secret=secret, is_open=staff.is_active, now=now):
        audit.record(
            session,
            actor="nobody",
            action="staff.refused",
            subject=subject,
            failures=staff.failures,
        )
        return None
    audit.record(
        session, actor=subject, action="staff.signed_in", subject=subject, key=shown.key_answered
    )
    return browser_sessions.start(session, kind=KIND, subject=staff.id, limits=LIMITS)


def signed_in(session: Session, token: str | None) -> Reviewer | None:
    """Who the cookie's token stands for, if he may still come in."""
    found = browser_sessions.find(session, token, kind=KIND)
    return None if found is None else reviewer(session, found.subject)


def reviewer(session: Session, staff_id: uuid.UUID) -> Reviewer | None:
    """The active member of staff with his roles and sites."""
    roles = select(StaffRole.role).where(StaffRole.staff_id == staff_id)
    sites = select(StaffSite.site).where(StaffSite.staff_id == staff_id)
    found = session.execute(
        select(
            Staff.name,
            Staff.single_keys,
            func.array(roles.scalar_subquery()).label("roles"),
            func.array(sites.scalar_subquery()).label("sites"),
        ).where(Staff.id == staff_id, Staff.is_active)
    ).one_or_none()
    if found is None:
        return None
    return Reviewer(
        id=staff_id,
        name=found.name,
        roles=frozenset(map(Role, found.roles)),
        sites=frozenset(found.sites),
        single_keys=found.single_keys,
    )


def sign_out(session: Session, token: str | None, by: Reviewer, *, everywhere: bool) -> None:
    """End this browser's session, or all of his."""
    if everywhere:
        browser_sessions.end_all(session, subject=by.id, kind=KIND)
    else:
        browser_sessions.end(session, token)
    audit.record(
        session,
        actor=f"staff:{by.id}",
        action="staff.signed_out",
        subject=f"staff:{by.id}",
        everywhere=everywhere,
    )


def choose(session: Session, by: Reviewer, *, single_keys: bool) -> None:
    """Switch the desk's single keys on or off (WCAG 2.1.4)."""
    staff = session.get(Staff, by.id, with_for_update=True)
    assert staff is not None
    staff.single_keys = single_keys


def change_password(session: Session, by: Reviewer, *, old: str, new: str) -> None:
    """Set a new password; all his other browsers are signed out by the caller.

    Refuses `wrong_password`, `password_too_short`, `password_guessable`.
    """
    staff = session.get(Staff, by.id, with_for_update=True)
    assert staff is not None
    if not passwords.verify(old, staff.password_hash):
        raise Refusal("wrong_password")
    check_password(new)
    staff.password_hash = passwords.hash_(new)
    browser_sessions.end_all(session, subject=by.id, kind=KIND)
    audit.record(
        session,
        actor=f"staff:{by.id}",
        action="staff.password_changed",
        subject=f"staff:{by.id}",
    )


def check_password(new: str) -> None:
    """Refuses `password_too_short`, `password_guessable`."""
    if not passwords.MIN_CHARACTERS <= len(new) <= passwords.MAX_CHARACTERS:
        raise Refusal("password_too_short", least=passwords.MIN_CHARACTERS)
    if passwords.is_guessable(new):
        raise Refusal("password_guessable")
