"""Signing in without the registration system, and the forgotten password (R2).

Known and unknown names get the same answer, take the same time, and are locked alike.
"""

import dataclasses as dc

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from libs.common import audit, browser_sessions, passwords
from libs.common.errors import Refusal
from libs.common.messages import ApplicationId
from services.upload.domain.activation import Step
from services.upload.models.candidate import Account, Registration
from services.upload.operations import guards
from services.upload.operations.activation import hashed
from services.upload.operations.actors import candidate
from services.upload.operations.codes import check_code, send_code
from services.upload.operations.phone_links import end_every
from services.upload.vault import Vault

SESSION_KIND = "candidate"
"""Kind of a signed-in candidate's browser session; its subject is the application."""


@dc.dataclass(frozen=True, kw_only=True)
class SignedIn:
    """Whose password it was."""

    application_id: ApplicationId


def sign_in(session: Session, *, who: str, password: str, vault: Vault) -> SignedIn | Refusal:
    """`who` is a registration number or an ID number. A Refusal is shown after the commit.

    Returned: `sign_in_wrong`. Raises Refusal `too_many_failures`.
    """
    guard = guards.enter(session, vault.guard_key("sign_in", who))
    account = _account_of(session, who, vault)
    right = passwords.verify(password, account.password_hash if account is not None else None)
    if account is None or not right:
        guards.failed(session, guard)
        subject = "unknown" if account is None else candidate(account.application_id)
        audit.record(session, actor="visitor", action="sign_in.wrong", subject=subject)
        return Refusal("sign_in_wrong")
    guards.succeeded(guard)
    subject = candidate(account.application_id)
    audit.record(session, actor=subject, action="sign_in.done", subject=subject)
    return SignedIn(application_id=account.application_id)


def send_password_code(session: Session, *, who: str, vault: Vault) -> None:
    """A code goes out if there is such an account; nobody learns whether (no answer differs).

    Raises Refusal `too_many_failures`.
    """
    guard = guards.enter(session, vault.guard_key("password", who))
    guards.failed(session, guard)
    account = _account_of(session, who, vault)
    if account is None:
        # The costly part of sending, so that the answer takes as long.
        vault.seal_for_notify({"phone": "", "code": ""})
        return
    try:
        send_code(session, application_id=account.application_id, purpose="password", vault=vault)
    except Refusal as refusal:
        # Saying "too soon" would tell that the account exists.
        audit.record(
            session,
            actor="visitor",
            action="code.withheld",
            subject=candidate(account.application_id),
            code=refusal.code,
        )


def reset_password(
    session: Session, *, who: str, code: str, password: str, vault: Vault
) -> SignedIn | Refusal:
    """A new password by the code; every signed-in browser is signed out.

    A Refusal `reset_wrong` is returned, to be shown after the commit. Raises Refusal
    `too_many_failures`, and what `hashed` raises.
    """
    new_hash = hashed(password)
    guard = guards.enter(session, vault.guard_key("reset", who))
    account = _account_of(session, who, vault)
    refusal: Refusal | None = Refusal("reset_wrong")
    if account is not None:
        refusal = check_code(
            session,
            application_id=account.application_id,
            purpose="password",
            code=code,
            vault=vault,
        )
    if account is None or refusal is not None:
        guards.failed(session, guard)
        return Refusal("reset_wrong")
    guards.succeeded(guard)
    account.password_hash = new_hash
    sign_out_everywhere(session, application_id=account.application_id)
    subject = candidate(account.application_id)
    audit.record(session, actor=subject, action="password.reset", subject=subject)
    return SignedIn(application_id=account.application_id)


def sign_out_everywhere(session: Session, *, application_id: ApplicationId) -> int:
    """Sign every browser of hers out; how many there were."""
    subject = candidate(application_id)
    audit.record(session, actor=subject, action="sign_out.everywhere", subject=subject)
    end_every(session, application_id)
    return browser_sessions.end_all(session, subject=application_id, kind=SESSION_KIND)


def _account_of(session: Session, who: str, vault: Vault) -> Account | None:
    """The activated account of a registration number or ID number; of several the newest."""
    typed = who.strip()
    return session.scalars(
        select(Account)
        .join(Registration, Registration.application_id == Account.application_id)
        .where(
            or_(
                Registration.number.in_([typed, typed.upper()]),
                Registration.id_number_index == vault.index_of(typed),
            ),
            Account.step == Step.DONE,
        )
        .order_by(Account.activated_at.desc())
        .limit(1)
    ).one_or_none()
