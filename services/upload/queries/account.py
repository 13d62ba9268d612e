"""Who she is: the signed-in header, activation, and the panel of registration facts (R2, R3)."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from libs.common.db import database_now
from libs.common.errors import Refusal
from libs.common.messages import ApplicationId
from services.upload.domain.activation import CODE_TRIES, Step, wait_before_resend
from services.upload.domain.exam import Exam, ShownFact, Statement, Text
from services.upload.models.application import Application
from services.upload.models.candidate import Account, PhoneCode, Registration
from services.upload.models.packs import the_exam
from services.upload.queries.shapes.account import ActivationPage, Signed
from services.upload.queries.shapes.registration import PanelRow, RegistrationPanel
from services.upload.vault import PERSONAL_COLUMNS, Vault, masked


def signed(session: Session, application_id: ApplicationId) -> Signed:
    """What every page's header needs. Raises Refusal `no_application`."""
    application, registration, account, exam = _who(session, application_id)
    return Signed(
        application_id=application_id,
        masked_name=registration.masked_name,
        registration_number=registration.number,
        exam=exam.code,
        exam_name=exam.name,
        site=exam.site(application.site),
        footer=exam.footer,
        language="en" if account.language == "en" else "zh-CN",
        step=Step(account.step),
        large_type=account.large_type,
        is_notice_new=(account.privacy_version, account.consent_version)
        != (exam.privacy.version, exam.consent.version),
    )


def statements_of(session: Session, application_id: ApplicationId) -> tuple[Statement, Statement]:
    """The privacy notice and the separate consent that hold now."""
    _, _, _, exam = _who(session, application_id)
    return exam.privacy, exam.consent


def activation_page(
    session: Session, application_id: ApplicationId, *, vault: Vault
) -> ActivationPage:
    """Where activation stands. Raises Refusal `no_application`."""
    application, registration, account, exam = _who(session, application_id)
    now = database_now(session)
    sent = session.execute(
        select(
            PhoneCode.sent_at,
            PhoneCode.purpose == "activation",
            PhoneCode.used_at.is_(None),
            PhoneCode.expires_at > now,
            PhoneCode.tries < CODE_TRIES,
        )
        .where(PhoneCode.application_id == application_id)
        .order_by(PhoneCode.sent_at.desc())
        .limit(1)
    ).one_or_none()
    sent_at = sent[0] if sent else None
    return ActivationPage(
        application_id=application_id,
        step=Step(account.step),
        masked_name=registration.masked_name,
        registration_number=registration.number,
        exam_name=exam.name,
        site=exam.site(application.site),
        masked_phone=masked("phone", vault.read(registration, "phone")),
        code_sent_at=sent_at,
        code_counts=sent is not None and all(sent[1:]),
        resend_in_seconds=wait_before_resend(last_sent_at=sent_at, now=now),
        privacy=exam.privacy,
        consent=exam.consent,
        pledge=exam.pledge,
        footer=exam.footer,
    )


def registration_panel(
    session: Session, application_id: ApplicationId, *, vault: Vault, whole: bool = False
) -> RegistrationPanel:
    """Every fact that has a label in the exam and a value in the registration (R3).

    Personal ones are masked, unless `whole` asks for her own copy of them.
    """
    _, registration, _, exam = _who(session, application_id)
    rows = tuple(
        PanelRow(
            name=fact.name,
            label=fact.label,
            value=value,
            is_denied=registration.facts.get(fact.name) == "false",
        )
        for fact in exam.facts
        if (value := _value(registration, fact, vault, whole=whole)) is not None
    )
    return RegistrationPanel(
        number=registration.number, received_at=registration.received_at, rows=rows
    )


def _value(
    registration: Registration, fact: ShownFact, vault: Vault, *, whole: bool
) -> Text | None:
    if fact.name in PERSONAL_COLUMNS:
        said = vault.read(registration, fact.name)
        word = said if whole else masked(fact.name, said)
    else:
        word = registration.facts.get(fact.name, "")
    if not word:
        return None
    return fact.values.get(word) or Text(zh=word, en=word)


def _who(
    session: Session, application_id: ApplicationId
) -> tuple[Application, Registration, Account, Exam]:
    row = session.execute(
        select(Application, Registration, Account)
        .join(Registration, Registration.application_id == Application.id)
        .join(Account, Account.application_id == Application.id)
        .where(Application.id == application_id)
    ).one_or_none()
    if row is None:
        raise Refusal("no_application")
    application, registration, account = row
    return application, registration, account, the_exam(session, application.exam)
