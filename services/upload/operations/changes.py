"""What follows from a corrected record (R3): the note on her page, requests, the review."""

import dataclasses as dc
from collections.abc import Mapping

from sqlalchemy import update
from sqlalchemy.orm import Session

from libs.common import audit, outbox
from libs.common.db import database_now
from libs.common.messages import ApplicationId, RegistrationChanged, RequestsFixed
from services.upload.domain.application import Event, RequestKind, RequestState, State, after
from services.upload.domain.materials import Entry, newly_required, no_longer_asked
from services.upload.models.candidate import RegistrationChange
from services.upload.models.holdings import Holdings
from services.upload.operations.actors import SYSTEM, candidate
from services.upload.vault import PERSONAL_COLUMNS, Vault


@dc.dataclass(frozen=True, kw_only=True)
class Before:
    """Facts and list as they were."""

    facts: Mapping[str, str]
    site: str
    entries: tuple[Entry, ...]


def before(held: Holdings) -> Before:
    """To be asked before the new record is written down."""
    return Before(
        facts=dict(held.registration.facts), site=held.application.site, entries=held.entries
    )


def follow(
    session: Session, held: Holdings, old: Before, *, changed: set[str], vault: Vault
) -> None:
    """1. The note on her page. 2. FIX requests close by themselves. 3. The review is told."""
    new_list = held.entries
    note = RegistrationChange(
        application_id=held.application.id,
        revision=held.registration.revision,
        changed_at=held.now,
        before=_words(old.facts, old.site, changed),
        after=_words(held.registration.facts, held.application.site, changed),
        personal=[column for column in PERSONAL_COLUMNS if column in changed],
        came=list(newly_required(old.entries, new_list)),
        went=list(no_longer_asked(old.entries, new_list)),
        was_submitted=held.application.round > 0,
    )
    session.add(note)
    _close_fixes(session, held, changed)
    if note.was_submitted:
        _tell(session, held, note, changed=changed, vault=vault)


def mark_seen(session: Session, application_id: ApplicationId) -> None:
    """She has read the notes."""
    session.execute(
        update(RegistrationChange)
        .where(
            RegistrationChange.application_id == application_id,
            RegistrationChange.seen_at.is_(None),
        )
        .values(seen_at=database_now(session))
    )


def _words(facts: Mapping[str, str], site: str, changed: set[str]) -> dict[str, str]:
    told = {name: word for name, word in facts.items() if name in changed}
    return told | ({"site": site} if "site" in changed else {})


def _close_fixes(session: Session, held: Holdings, changed: set[str]) -> None:
    """A corrected fact answers the FIX requests on it; with none left, all is locked again."""
    fixed = [
        request
        for request in held.open_requests()
        if request.kind == RequestKind.FIX and request.fact in changed
    ]
    for request in fixed:
        request.state = RequestState.ANSWERED
        request.fixed_at = request.ended_at = held.now
    if not fixed:
        return
    ids = tuple(request.id for request in fixed)
    outbox.post(
        session,
        RequestsFixed(application_id=held.application.id, requests=ids, fixed_at=held.now),
    )
    audit.record(
        session,
        actor=SYSTEM,
        action="requests.fixed",
        subject=candidate(held.application.id),
        requests=[str(request_id) for request_id in ids],
    )
    if held.application.state == State.RETURNED and not held.open_requests():
        new_state = after(State.RETURNED, Event.RELOCK)
        assert new_state is not None
        held.application.state = new_state


def _tell(
    session: Session,
    held: Holdings,
    note: RegistrationChange,
    *,
    changed: set[str],
    vault: Vault,
) -> None:
    registration = held.registration
    outbox.post(
        session,
        RegistrationChanged(
            application_id=held.application.id,
            revision=registration.revision,
            facts=dict(registration.facts),
            personal=vault.seal_for_review(vault.person(registration)),
            masked_name=registration.masked_name,
            changed=tuple(sorted(changed)),
            materials=tuple(e.code for e in held.entries if e.takes_images),
            newly_required=tuple(note.came),
            no_longer_asked=tuple(note.went),
            changed_at=held.now,
        ),
    )
