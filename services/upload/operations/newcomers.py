"""Registrations that were not known: however many come at once, each table is written once."""

import uuid
from collections.abc import Sequence

from sqlalchemy import insert
from sqlalchemy.orm import Session

from libs.common import audit, outbox
from libs.common.fields import mask_name
from libs.common.messages import ApplicationId
from services.upload.domain.registration import Record
from services.upload.models.application import Application
from services.upload.models.candidate import Account, Registration
from services.upload.operations.actors import candidate
from services.upload.operations.contacts import contact_changed
from services.upload.vault import Vault

FIRST_CONTACT = 1
"""The revision of the first ContactChanged."""


def create(
    session: Session, records: Sequence[Record], *, exam: str, vault: Vault, actor: str
) -> None:
    """An application, a registration and an account for each; notify hears how she is reached."""
    if not records:
        return
    made = [(ApplicationId(uuid.uuid4()), record) for record in records]
    session.execute(
        insert(Application), [{"id": id_, "exam": exam, "site": r.site} for id_, r in made]
    )
    session.execute(insert(Registration), [_registration(id_, r, exam, vault) for id_, r in made])
    session.execute(
        insert(Account),
        [
            {"application_id": id_, "language": r.language, "contact_revision": FIRST_CONTACT}
            for id_, r in made
        ],
    )
    outbox.post_all(
        session,
        [
            contact_changed(
                application_id=id_,
                revision=FIRST_CONTACT,
                exam=exam,
                site=record.site,
                language=record.language,
                number=record.number,
                person=record.person,
                vault=vault,
            )
            for id_, record in made
        ],
    )
    audit.record_all(
        session,
        actor=actor,
        action="registration.received",
        subjects=[candidate(id_) for id_, _ in made],
    )


def _registration(
    application_id: ApplicationId, record: Record, exam: str, vault: Vault
) -> dict[str, object]:
    return {
        "application_id": application_id,
        "exam": exam,
        "number": record.number,
        "version": record.version,
        "revision": 1,
        "facts": dict(record.facts),
        "masked_name": mask_name(record.person["name"]),
        **vault.encrypted(record.person, application_id=application_id),
    }
