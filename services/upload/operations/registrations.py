"""Registrations arrive from the registration system or a roster, again and again (R3)."""

import dataclasses as dc
import datetime as dt
from collections.abc import Iterable, Sequence

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from libs.common import audit
from libs.common.db import database_now
from libs.common.errors import Refusal
from libs.common.fields import mask_name
from libs.common.messages import ApplicationId
from services.upload.domain.registration import Record
from services.upload.models.application import Application
from services.upload.models.candidate import Account, ApiNonce, Registration
from services.upload.models.exam import LoadedExam
from services.upload.models.holdings import read_holdings
from services.upload.operations import changes, known, newcomers
from services.upload.operations.actors import candidate
from services.upload.operations.codes import forget_codes
from services.upload.operations.contacts import tell_contact
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

    Refused is a record whose ID number stands under another number of the exam. No number comes
    twice. The exam's row makes imports follow one another: of two at once the newer version holds.
    """
    session.execute(
        select(LoadedExam.code).where(LoadedExam.code == exam).with_for_update(key_share=True)
    ).one()
    ordered = sorted(records, key=lambda r: r.number)
    batch = _Batch(session, ordered, exam=exam, vault=vault, actor=actor)
    for record in ordered:
        batch.take(record)
    batch.write()
    return Imported(outcomes=tuple(batch.outcomes), refused=tuple(batch.refused))


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


class _Batch:
    """The records of one transaction: what is known of them is read once, and written once.

    Only what has changed is followed up one by one.
    """

    def __init__(
        self, session: Session, records: Sequence[Record], *, exam: str, vault: Vault, actor: str
    ) -> None:
        self._session, self._exam, self._vault, self._actor = session, exam, vault, actor
        self._applications = known.lock_all(session, records, exam=exam)
        self._known = known.registrations(session, self._applications)
        self._now = database_now(session)
        self._index = {r.number: vault.index_of(r.person["id_number"]) for r in records}
        self._holders = known.holders(session, self._index.values(), exam=exam)
        self._new: list[Record] = []
        self._same: dict[ApplicationId, int] = {}
        self.outcomes: list[tuple[str, str]] = []
        self.refused: list[tuple[str, str]] = []

    def take(self, record: Record) -> None:
        """Judge one; what is new or unchanged is written with all others of its kind."""
        index = self._index[record.number]
        holder = self._holders.get(index, record.number)
        if holder != record.number:
            sentence = f"id_number stands under the number {holder} already"
            self.refused.append((record.number, sentence))
            return
        registration = self._known.get(record.number)
        if registration is None:
            self._holders[index] = record.number
            self._new.append(record)
            self.outcomes.append((record.number, "created"))
        else:
            self.outcomes.append((record.number, self._follow(record, registration)))

    def write(self) -> None:
        """What was not followed up one by one."""
        self._session.flush()
        _received(self._session, self._same, at=self._now)
        newcomers.create(
            self._session, self._new, exam=self._exam, vault=self._vault, actor=self._actor
        )

    def _follow(self, record: Record, registration: Registration) -> str:
        if 0 < record.version < registration.version:
            return "outdated"
        version = max(record.version, registration.version)
        application = self._applications[registration.application_id]
        changed = _changes(registration, application, record, self._vault)
        if not changed:
            self._same[registration.application_id] = version
            return "unchanged"
        if "id_number" in changed:
            # Whom it belonged to may stand later in this very batch.
            self._holders.pop(registration.id_number_index, None)
            self._holders[self._index[record.number]] = record.number
        registration.version, registration.received_at = version, self._now
        _change(self._session, application, registration, record, changed, vault=self._vault)
        audit.record(
            self._session,
            actor=self._actor,
            action="registration.changed",
            subject=candidate(application.id),
            fields=sorted(changed),
            version=version,
        )
        # An ID number must be free before the next record may take it.
        self._session.flush()
        return "updated"


def _received(session: Session, versions: dict[ApplicationId, int], *, at: dt.datetime) -> None:
    """They stand as they stood, and were received again."""
    if not versions:
        return
    session.execute(
        text(
            "UPDATE registration r SET version = given.version, received_at = :at"
            " FROM unnest(cast(:ids AS uuid[]), cast(:versions AS bigint[]))"
            " AS given (id, version) WHERE r.application_id = given.id"
        ),
        {"ids": [str(id_) for id_ in versions], "versions": [*versions.values()], "at": at},
    )


def _change(
    session: Session,
    application: Application,
    registration: Registration,
    record: Record,
    changed: set[str],
    *,
    vault: Vault,
) -> None:
    """Write one corrected record down, with all that follows from it (R3)."""
    held = read_holdings(session, application.id, application=application)
    old = changes.before(held)
    registration.revision += 1
    registration.facts = dict(record.facts)
    registration.masked_name = mask_name(record.person["name"])
    for column, value in vault.encrypted(record.person, application_id=application.id).items():
        setattr(registration, column, value)
    if application.round == 0:
        # The case of a submitted application stays with the site that holds it.
        application.site = record.site
    application.revision += 1
    if "phone" in changed:
        forget_codes(session, application.id)
    if changed & _CONTACT:
        account = session.get_one(Account, application.id)
        tell_contact(session, application, registration, account, vault)
    changes.follow(session, held, old, changed=changed, vault=vault)


def _changes(
    registration: Registration, application: Application, record: Record, vault: Vault
) -> set[str]:
    """Names of the fields that differ."""
    person, facts = vault.person(registration), registration.facts
    changed = {c for c in PERSONAL_COLUMNS if person[c] != record.person[c]}
    changed |= {n for n in {*facts, *record.facts} if facts.get(n) != record.facts.get(n)}
    if application.round == 0 and application.site != record.site:
        changed.add("site")
    return changed
