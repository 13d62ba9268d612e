"""Accounts by invitation: who comes in, with which roles, and who comes in no more."""

import dataclasses as dc
import hashlib
import secrets
import uuid

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from libs.common import audit, browser_sessions, passwords, two_factors
from libs.common.db import database_now
from libs.common.errors import Refusal
from services.review.domain import staff as rules
from services.review.domain.staff import Reviewer, Role
from services.review.domain.words import needed
from services.review.models.staff import Invitation, Staff, StaffRole, StaffSite
from services.review.operations import passkeys, staff
from services.review.vault import Vault

TOKEN_BYTES = 24


@dc.dataclass(frozen=True, kw_only=True)
class Welcome:
    """What the invited person sees before he has a password."""

    login: str
    name: str
    totp_secret: str


def invite(
    session: Session,
    by: Reviewer,
    *,
    login: str,
    name: str,
    roles: frozenset[Role],
    sites: frozenset[str],
    vault: Vault,
) -> tuple[uuid.UUID, str]:
    """A new account that nobody can use before its invitation is taken; its id and the token.

    Refuses `login_taken`, `words_needed`, `words_too_long` and what `staff.check_change` refuses.
    """
    name, login = needed(name, limit=rules.MAX_NAME), needed(login, limit=rules.MAX_NAME)
    rules.check_change(by.id, uuid.UUID(int=0), roles, sites)
    made = staff.add(
        session,
        login=login,
        name=name,
        roles=roles,
        sites=sites,
        vault=vault,
        by=f"staff:{by.id}",
    )
    account = _account(session, made.id)
    account.is_active = False
    return made.id, _new_invitation(session, account, by)


def invite_again(session: Session, staff_id: uuid.UUID, by: Reviewer, *, vault: Vault) -> str:
    """Both factors are lost: a new invitation, with a new second factor. Refuses `own_account`,
    `not_found`.
    """
    if by.id == staff_id:
        raise Refusal("own_account")
    account = _account(session, staff_id)
    account.is_active = False
    account.failures, account.locked_until, account.totp_step = 0, None, 0
    account.totp_secret = vault.keep_totp(two_factors.new_secret(), staff_id=staff_id)
    passkeys.forget_all(session, staff_id)
    browser_sessions.end_all(session, subject=staff_id, kind=staff.KIND)
    _audit(session, by, "staff.invited_again", staff_id)
    return _new_invitation(session, account, by)


def welcome(session: Session, token: str, *, vault: Vault) -> Welcome:
    """Whom the link is for. Refuses `invitation_over`."""
    account = _invited(session, token)
    return Welcome(
        login=account.login,
        name=account.name,
        totp_secret=vault.totp(account.totp_secret, staff_id=account.id),
    )


def accept(session: Session, token: str, *, password: str, code: str, vault: Vault) -> None:
    """He has set up both factors and shows so with a code; the link is void from now on.

    Refuses `invitation_over`, `wrong_code` and what a new password is refused for.
    """
    account = _invited(session, token)
    staff.check_password(password)
    now = database_now(session)
    secret = vault.totp(account.totp_secret, staff_id=account.id)
    step = two_factors.step_of(code, secret, now)
    if step is None:
        raise Refusal("wrong_code")
    account.password_hash = passwords.hash_(password)
    account.totp_step, account.is_active = step, True
    session.execute(
        update(Invitation).where(Invitation.token_hash == _hash(token)).values(used_at=now)
    )
    audit.record(
        session,
        actor=f"staff:{account.id}",
        action="staff.invitation_taken",
        subject=f"staff:{account.id}",
    )


def change(
    session: Session,
    staff_id: uuid.UUID,
    by: Reviewer,
    *,
    roles: frozenset[Role],
    sites: frozenset[str],
) -> None:
    """Other roles and sites; his browsers are signed out, so that they hold at once.

    Refuses `not_found` and what `staff.check_change` refuses.
    """
    rules.check_change(by.id, staff_id, roles, sites)
    _account(session, staff_id)
    session.execute(delete(StaffRole).where(StaffRole.staff_id == staff_id))
    session.execute(delete(StaffSite).where(StaffSite.staff_id == staff_id))
    session.add_all(StaffRole(staff_id=staff_id, role=role.value) for role in roles)
    session.add_all(StaffSite(staff_id=staff_id, site=site) for site in sites)
    browser_sessions.end_all(session, subject=staff_id, kind=staff.KIND)
    audit.record(
        session,
        actor=f"staff:{by.id}",
        action="staff.changed",
        subject=f"staff:{staff_id}",
        roles=sorted(roles),
        sites=sorted(sites),
    )


def set_active(session: Session, staff_id: uuid.UUID, by: Reviewer, *, active: bool) -> None:
    """Close an account, or open it again. Refuses `own_account`, `not_found`."""
    if by.id == staff_id:
        raise Refusal("own_account")
    account = _account(session, staff_id)
    account.is_active = active
    account.failures, account.locked_until = 0, None
    if not active:
        browser_sessions.end_all(session, subject=staff_id, kind=staff.KIND)
    _audit(session, by, "staff.opened" if active else "staff.closed", staff_id)


def end_browser(session: Session, staff_id: uuid.UUID, browser: uuid.UUID, by: Reviewer) -> None:
    """Sign one browser out: one's own, or an administrator anybody's. Refuses `not_found`."""
    if by.id != staff_id and Role.ADMINISTRATOR not in by.roles:
        raise Refusal("not_found")
    if not browser_sessions.end_one(session, browser, subject=staff_id, kind=staff.KIND):
        raise Refusal("not_found")
    _audit(session, by, "staff.browser_ended", staff_id)


def _new_invitation(session: Session, account: Staff, by: Reviewer) -> str:
    session.execute(delete(Invitation).where(Invitation.staff_id == account.id))
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.add(
        Invitation(
            token_hash=_hash(token),
            staff_id=account.id,
            invited_by=by.id,
            ends_at=database_now(session) + rules.INVITATION_LASTS,
        )
    )
    session.flush()
    return token


def _invited(session: Session, token: str) -> Staff:
    row = session.scalars(
        select(Invitation)
        .where(Invitation.token_hash == _hash(token), Invitation.used_at.is_(None))
        .with_for_update()
    ).one_or_none()
    if row is None or row.ends_at <= database_now(session):
        raise Refusal("invitation_over")
    return _account(session, row.staff_id)


def _account(session: Session, staff_id: uuid.UUID) -> Staff:
    account = session.get(Staff, staff_id, with_for_update=True)
    if account is None:
        raise Refusal("not_found")
    return account


def _audit(session: Session, by: Reviewer, action: str, staff_id: uuid.UUID) -> None:
    audit.record(session, actor=f"staff:{by.id}", action=action, subject=f"staff:{staff_id}")


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
