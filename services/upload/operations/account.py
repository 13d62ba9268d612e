"""What she settles for herself once she is activated: type, browsers, a notice that is new."""

import uuid

from sqlalchemy.orm import Session

from libs.common import audit, browser_sessions, passwords
from libs.common.db import database_now
from libs.common.errors import Refusal
from libs.common.messages import ApplicationId
from services.upload.domain.activation import Step
from services.upload.models.application import Application
from services.upload.models.candidate import Account
from services.upload.models.packs import the_exam
from services.upload.operations import guards
from services.upload.operations.actors import candidate
from services.upload.operations.sign_in import SESSION_KIND
from services.upload.vault import Vault


def set_large_type(session: Session, *, application_id: ApplicationId, is_large: bool) -> None:
    """大字模式 follows her to other browsers."""
    session.get_one(Account, application_id, with_for_update=True).large_type = is_large


def end_browser(session: Session, *, application_id: ApplicationId, browser: uuid.UUID) -> None:
    """Sign one of her browsers out. Raises Refusal `no_browser`."""
    if not browser_sessions.end_one(session, browser, subject=application_id, kind=SESSION_KIND):
        raise Refusal("no_browser")
    who = candidate(application_id)
    audit.record(session, actor=who, action="sign_out.browser", subject=who, browser=browser)


def accept_new_notice(
    session: Session, *, application_id: ApplicationId, privacy_version: str, consent_version: str
) -> None:
    """The exam's notice has changed since she was activated, and she has read the new one (R28).

    What she agreed to before stays in the audit log. Raises Refusal `statement_outdated`,
    `step_missing`.
    """
    account = session.get_one(Account, application_id, with_for_update=True)
    if account.step != Step.DONE:
        raise Refusal("step_missing")
    exam = the_exam(session, session.get_one(Application, application_id).exam)
    if (privacy_version, consent_version) != (exam.privacy.version, exam.consent.version):
        raise Refusal("statement_outdated")
    who, now = candidate(application_id), database_now(session)
    audit.record(
        session,
        actor=who,
        action="notice.accepted",
        subject=who,
        privacy=privacy_version,
        consent=consent_version,
        privacy_before=account.privacy_version,
        consent_before=account.consent_version,
    )
    account.privacy_version, account.privacy_at = privacy_version, now
    account.consent_version, account.consent_at = consent_version, now


def confirm_password(
    session: Session, *, application_id: ApplicationId, password: str, vault: Vault
) -> Refusal | None:
    """It is she who sits there: before what a stranger at her open browser may not have.

    A Refusal `password_wrong` is returned, to be shown after the commit. Raises Refusal
    `too_many_failures`.
    """
    guard = guards.enter(session, vault.guard_key("confirm", str(application_id)))
    account = session.get_one(Account, application_id)
    who = candidate(application_id)
    if not passwords.verify(password, account.password_hash):
        guards.failed(session, guard)
        audit.record(session, actor=who, action="password.wrong", subject=who)
        return Refusal("password_wrong")
    guards.succeeded(guard)
    return None
