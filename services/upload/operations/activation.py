"""First entry (R2): identity, phone, privacy notice, pledge, password; interrupted and resumed.

Each step asks that the steps before it are done, and may be repeated until activation is done.
"""

from sqlalchemy.orm import Session

from libs.common import audit, passwords
from libs.common.db import database_now
from libs.common.errors import Refusal
from libs.common.messages import ApplicationId
from services.upload.domain.activation import Step, following
from services.upload.models.application import Application
from services.upload.models.candidate import Account, Registration
from services.upload.models.packs import the_exam
from services.upload.operations import guards
from services.upload.operations.actors import candidate
from services.upload.operations.codes import CodeSent, check_code, send_code
from services.upload.vault import Vault, normal_id_number, same_secret


def confirm_identity(
    session: Session, *, application_id: ApplicationId, id_number: str, vault: Vault
) -> Refusal | None:
    """The ID number is the registration's. Else a Refusal to show after the commit.

    Returned: `identity_wrong`. Raises Refusal `too_many_failures`, `activated`.
    """
    account = _at(session, application_id, Step.IDENTITY)
    guard = guards.enter(session, vault.guard_key("identity", str(application_id)))
    registration = session.get_one(Registration, application_id)
    known = vault.read(registration, "id_number")
    if not same_secret(normal_id_number(id_number).encode(), known.encode()):
        guards.failed(session, guard)
        _audit(session, application_id, "identity.wrong")
        return Refusal("identity_wrong")
    guards.succeeded(guard)
    account.identity_at = database_now(session)
    _pass(session, account, Step.IDENTITY)
    return None


def send_activation_code(
    session: Session, *, application_id: ApplicationId, vault: Vault
) -> CodeSent:
    """A code to the registration's phone. Raises the Refusals of `send_code` and of a step."""
    _at(session, application_id, Step.PHONE)
    return send_code(session, application_id=application_id, purpose="activation", vault=vault)


def verify_phone(
    session: Session, *, application_id: ApplicationId, code: str, vault: Vault
) -> Refusal | None:
    """The code is right. Else a Refusal to show after the commit (`check_code`)."""
    account = _at(session, application_id, Step.PHONE)
    refusal = check_code(
        session, application_id=application_id, purpose="activation", code=code, vault=vault
    )
    if refusal is None:
        account.phone_at = database_now(session)
        _pass(session, account, Step.PHONE)
    return refusal


def accept_privacy(
    session: Session, *, application_id: ApplicationId, privacy_version: str, consent_version: str
) -> None:
    """She has read the notice and consents separately to the sensitive data (R28).

    Raises Refusal `statement_outdated` when what she read is no longer what holds.
    """
    account = _at(session, application_id, Step.PRIVACY)
    exam = the_exam(session, session.get_one(Application, application_id).exam)
    if (privacy_version, consent_version) != (exam.privacy.version, exam.consent.version):
        raise Refusal("statement_outdated")
    now = database_now(session)
    account.privacy_version, account.privacy_at = privacy_version, now
    account.consent_version, account.consent_at = consent_version, now
    _pass(session, account, Step.PRIVACY, privacy=privacy_version, consent=consent_version)


def make_pledge(session: Session, *, application_id: ApplicationId, pledge_version: str) -> None:
    """承诺: everything is true and complete. Raises Refusal `statement_outdated`."""
    account = _at(session, application_id, Step.PLEDGE)
    exam = the_exam(session, session.get_one(Application, application_id).exam)
    if pledge_version != exam.pledge.version:
        raise Refusal("statement_outdated")
    account.pledge_version, account.pledge_at = pledge_version, database_now(session)
    _pass(session, account, Step.PLEDGE, pledge=pledge_version)


def set_password(session: Session, *, application_id: ApplicationId, password: str) -> None:
    """The last step: the account is active. Raises what `hashed` raises."""
    account = _at(session, application_id, Step.PASSWORD)
    account.password_hash = hashed(password)
    account.activated_at = database_now(session)
    _pass(session, account, Step.PASSWORD)


def hashed(password: str) -> str:
    """What is kept of a password.

    Raises Refusal `password_short`, `password_long`, `password_guessable`.
    """
    if len(password) < passwords.MIN_CHARACTERS:
        raise Refusal("password_short", min=passwords.MIN_CHARACTERS)
    if len(password) > passwords.MAX_CHARACTERS:
        raise Refusal("password_long", max=passwords.MAX_CHARACTERS)
    if passwords.is_guessable(password):
        raise Refusal("password_guessable")
    return passwords.hash_(password)


def _at(session: Session, application_id: ApplicationId, step: Step) -> Account:
    """The account, locked, when it has come to this step or beyond it.

    Raises Refusal `no_application`, `activated`, `step_missing`.
    """
    account = session.get(Account, application_id, with_for_update=True, populate_existing=True)
    if account is None:
        raise Refusal("no_application")
    reached = Step(account.step)
    if reached is Step.DONE:
        raise Refusal("activated")
    if list(Step).index(reached) < list(Step).index(step):
        raise Refusal("step_missing")
    return account


def _pass(session: Session, account: Account, step: Step, **details: object) -> None:
    """The step is done; a repeated one does not lead back."""
    if account.step == step:
        account.step = following(step)
    _audit(session, account.application_id, f"activation.{step}", **details)


def _audit(session: Session, application_id: ApplicationId, action: str, **details: object) -> None:
    audit.record(
        session,
        actor=candidate(application_id),
        action=action,
        subject=candidate(application_id),
        **details,
    )
