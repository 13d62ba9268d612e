"""How a candidate is reached: told to notify, sealed, each time under a higher revision."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from libs.common import outbox
from libs.common.messages import ApplicationId, ContactChanged
from services.upload.models.application import Application
from services.upload.models.candidate import Account, Registration
from services.upload.operations.access import lock
from services.upload.vault import Vault


def set_language(
    session: Session, *, application_id: ApplicationId, language: str, vault: Vault
) -> None:
    """The candidate's choice of language, for pages and notices."""
    application = lock(session, application_id)
    account = session.get_one(Account, application_id)
    if account.language == language:
        return
    account.language = language
    registration = session.get_one(Registration, application_id)
    tell_contact(session, application, registration, account, vault)


def tell_contact(
    session: Session,
    application: Application,
    registration: Registration,
    account: Account,
    vault: Vault,
) -> None:
    """Notify's copy follows what the registration says now."""
    account.contact_revision += 1
    told = contact_changed(
        application_id=application.id,
        revision=account.contact_revision,
        exam=application.exam,
        site=application.site,
        language=account.language,
        number=registration.number,
        person=vault.person(registration),
        vault=vault,
    )
    outbox.post(session, told)


def contact_changed(
    *,
    application_id: ApplicationId,
    revision: int,
    exam: str,
    site: str,
    language: str,
    number: str,
    person: Mapping[str, str],
    vault: Vault,
) -> ContactChanged:
    """The message; both phones travel sealed."""
    return ContactChanged(
        application_id=application_id,
        revision=revision,
        exam=exam,
        site=site,
        language="en" if language == "en" else "zh-CN",
        contact=vault.seal_for_notify(
            {"phone": person["phone"], "unit_phone": person["unit_phone"]}
        ),
        registration_number=number,
    )
