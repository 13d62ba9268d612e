"""Registrations arrive from the registration system or a roster, again and again (R3)."""

import dataclasses as dc
import uuid
from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from libs.common import audit, outbox
from libs.common.db import database_now
from libs.common.errors import Refusal
from libs.common.fields import mask_name
from libs.common.messages import ApplicationId, ContactChanged
from services.upload.domain.registration import Record
from services.upload.models.application import Application
from services.upload.models.candidate import Account, ApiNonce, Registration
from services.upload.models.exam import LoadedExam
from services.upload.models.holdings import read_holdings
from services.upload.operations import changes
from services.upload.operations.access import lock
from services.upload.operations.actors import candidate
from services.upload.vault import PERSONAL_COLUMNS, Vault

_CONTACT = frozenset({"phone", "unit_phone", "site"})


@dc.dataclass(frozen=True, kw_only=True)
class Imported:
    """What an import did."""

    outcomes: tuple[tuple[str, str], ...]
    """Registration number of each row that was taken, and what it was: `created`, `updated`,
    `unchanged`, or `outdated`: of an older version than the one that holds, which stays."""
    refused: tuple[tuple[str, str], ...]
    """Registration number and sentence of each row that was not taken."""

    def count(self, outcome: str) -> int:
        """How many rows were that."""
        return sum(1 for _, one in self.outcomes if one == outcome)

    @property
    def created(self) -> int:
        """Registrations that were not known."""
        return self.count("created")

    @property
    def updated(self) -> int:
        """Registrations that have changed."""
        return self.count("updated")

    @property
    def unchanged(self) -> int:
        """Registrations that stand as they stood."""
        return self.count("unchanged")

    @property
    def outdated(self) -> int:
        """Rows of an older version than the one that holds: received, and nothing changed."""
        return self.count("outdated")

    @property
    def accepted(self) -> int:
        """All rows that were taken."""
        return len(self.outcomes)


def import_registrations(
    session: Session, records: Iterable[Record], *, exam: str, vault: Vault, actor: str
) -> Imported:
    """Keep each record's newest version. Applications keep everything that was uploaded.

    Refused is a record whose ID number stands under another number of the exam.
    """
    session.execute(
        select(LoadedExam.code).where(LoadedExam.code == exam).with_for_update(key_share=True)
    ).one()
    outcomes, refused = [], []
    for record in sorted(records, key=lambda r: r.number):
        other = _same_person(session, record, exam=exam, vault=vault)
        if other is None:
            outcome = _import_one(session, record, exam=exam, vault=vault, actor=actor)
            outcomes.append((record.number, outcome))
        else:
            refused.append((record.number, f"id_number stands under the number {other} already"))
    return Imported(outcomes=tuple(outcomes), refused=tuple(refused))


def use_nonce(session: Session, *, key_id: str, nonce: str) -> None:
    """A signed request counts once. Raises Refusal `api_replayed`."""
    fresh = session.execute(
        insert(ApiNonce)
        .values(key_id=key_id, nonce=nonce)
        .on_conflict_do_nothing()
        .returning(ApiNonce.nonce)
    ).first()
    if fresh is None:
        raise Refusal("api_replayed")


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
    _tell_contact(session, application, registration, account, vault)


def _import_one(session: Session, record: Record, *, exam: str, vault: Vault, actor: str) -> str:
    registration = session.scalars(
        select(Registration).where(Registration.exam == exam, Registration.number == record.number)
    ).one_or_none()
    if registration is None:
        _create(session, record, exam=exam, vault=vault, actor=actor)
        return "created"
    application = lock(session, registration.application_id)
    session.refresh(registration)
    if 0 < record.version < registration.version:
        return "outdated"
    registration.version = max(record.version, registration.version)
    registration.received_at = database_now(session)
    changed = _changes(registration, application, record, vault)
    if not changed:
        return "unchanged"
    held = read_holdings(session, application.id, application=application)
    old = changes.before(held)
    _update(session, registration, application, record, changed, vault=vault)
    changes.follow(session, held, old, changed=changed, vault=vault)
    audit.record(
        session,
        actor=actor,
        action="registration.changed",
        subject=candidate(application.id),
        fields=sorted(changed),
        version=registration.version,
    )
    return "updated"


def _create(session: Session, record: Record, *, exam: str, vault: Vault, actor: str) -> None:
    application = Application(id=ApplicationId(uuid.uuid4()), exam=exam, site=record.site)
    session.add(application)
    session.flush()
    registration = Registration(
        application_id=application.id,
        exam=exam,
        number=record.number,
        version=record.version,
        revision=1,
        facts=dict(record.facts),
        masked_name=mask_name(record.person["name"]),
        **vault.encrypted(record.person, application_id=application.id),
    )
    account = Account(application_id=application.id, language=record.language, contact_revision=0)
    session.add_all([registration, account])
    session.flush()
    _tell_contact(session, application, registration, account, vault)
    audit.record(
        session, actor=actor, action="registration.received", subject=candidate(application.id)
    )


def _update(
    session: Session,
    registration: Registration,
    application: Application,
    record: Record,
    changed: set[str],
    *,
    vault: Vault,
) -> None:
    registration.revision += 1
    registration.facts = dict(record.facts)
    registration.masked_name = mask_name(record.person["name"])
    for column, value in vault.encrypted(record.person, application_id=application.id).items():
        setattr(registration, column, value)
    if application.round == 0:
        # The case of a submitted application stays with the site that holds it.
        application.site = record.site
    application.revision += 1
    if changed & _CONTACT:
        account = session.get_one(Account, application.id)
        _tell_contact(session, application, registration, account, vault)


def _changes(
    registration: Registration, application: Application, record: Record, vault: Vault
) -> set[str]:
    """Names of the fields that differ."""
    known, facts = vault.person(registration), registration.facts
    changed = {c for c in PERSONAL_COLUMNS if known[c] != record.person[c]}
    changed |= {n for n in {*facts, *record.facts} if facts.get(n) != record.facts.get(n)}
    if application.round == 0 and application.site != record.site:
        changed.add("site")
    return changed


def _same_person(session: Session, record: Record, *, exam: str, vault: Vault) -> str | None:
    """Another registration number of the exam that has this ID number."""
    return session.execute(
        select(Registration.number).where(
            Registration.exam == exam,
            Registration.id_number_index == vault.index_of(record.person["id_number"]),
            Registration.number != record.number,
        )
    ).scalar_one_or_none()


def _tell_contact(
    session: Session,
    application: Application,
    registration: Registration,
    account: Account,
    vault: Vault,
) -> None:
    account.contact_revision += 1
    person: Mapping[str, str] = vault.person(registration)
    outbox.post(
        session,
        ContactChanged(
            application_id=application.id,
            revision=account.contact_revision,
            exam=application.exam,
            site=application.site,
            language="en" if account.language == "en" else "zh-CN",
            contact=vault.seal_for_notify(
                {"phone": person["phone"], "unit_phone": person["unit_phone"]}
            ),
            registration_number=registration.number,
        ),
    )
