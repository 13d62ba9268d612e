"""Staff help a candidate in who has called and proved who she is (R28): two persons, audited.

1. One asks, with a reason.
2. Another confirms within a day; only then something changes.
"""

import dataclasses as dc
import datetime as dt
from collections.abc import Sequence

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from libs.common import audit
from libs.common.db import database_now
from libs.common.errors import Refusal
from libs.common.messages import ApplicationId
from services.upload.domain.activation import RELEASE_HOURS, Released, Step
from services.upload.models.candidate import Account, Guard, Registration, Release
from services.upload.operations.access import lock
from services.upload.operations.actors import candidate
from services.upload.operations.codes import forget_codes
from services.upload.vault import Vault

_AFTER_THE_PHONE = (Step.PRIVACY, Step.PLEDGE, Step.PASSWORD)


@dc.dataclass(frozen=True, kw_only=True)
class Asked:
    """A release that waits for its second person."""

    exam: str
    number: str
    kind: Released
    reason: str
    asked_by: str
    asked_at: dt.datetime


def ask(
    session: Session, *, exam: str, number: str, kind: Released, reason: str, actor: str
) -> None:
    """The first person asks; an earlier question is replaced.

    Raises Refusal `no_registration`, `words_missing`.
    """
    application_id = _application(session, exam, number)
    if not reason.strip():
        raise Refusal("words_missing")
    lock(session, application_id)
    asked = {"reason": reason.strip(), "asked_by": actor, "asked_at": database_now(session)}
    session.execute(
        insert(Release)
        .values(application_id=application_id, kind=kind, **asked)
        .on_conflict_do_update(index_elements=["application_id", "kind"], set_=asked)
    )
    _note(session, "release.asked", application_id, kind=kind, actor=actor)


def confirm(
    session: Session, *, exam: str, number: str, kind: Released, vault: Vault, actor: str
) -> None:
    """The second person says yes, and it is done.

    Raises Refusal `no_registration`, `no_release`, `release_own`.
    """
    application_id = _application(session, exam, number)
    lock(session, application_id)
    asked = session.scalars(
        select(Release)
        .where(Release.application_id == application_id, Release.kind == kind, _is_fresh())
        .with_for_update()
    ).one_or_none()
    if asked is None:
        raise Refusal("no_release")
    if asked.asked_by == actor:
        raise Refusal("release_own")
    session.delete(asked)
    if kind is Released.ENTRY:
        _end_rest(session, application_id, vault)
    else:
        _begin_anew(session, application_id)
    _note(session, "release.done", application_id, kind=kind, actor=actor, asked_by=asked.asked_by)


def waiting(session: Session) -> Sequence[Asked]:
    """What waits for a second person, the oldest first."""
    rows = session.execute(
        select(Release, Registration.exam, Registration.number)
        .join(Registration, Registration.application_id == Release.application_id)
        .where(_is_fresh())
        .order_by(Release.asked_at)
    ).all()
    return [
        Asked(
            exam=exam,
            number=number,
            kind=Released(row.kind),
            reason=row.reason,
            asked_by=row.asked_by,
            asked_at=row.asked_at,
        )
        for row, exam, number in rows
    ]


def _is_fresh() -> ColumnElement[bool]:
    return Release.asked_at > func.clock_timestamp() - dt.timedelta(hours=RELEASE_HOURS)


def _application(session: Session, exam: str, number: str) -> ApplicationId:
    found = session.execute(
        select(Registration.application_id).where(
            Registration.exam == exam, Registration.number == number
        )
    ).scalar_one_or_none()
    if found is None:
        raise Refusal("no_registration", number=number[:40])
    return found


def _end_rest(session: Session, application_id: ApplicationId, vault: Vault) -> None:
    """Every count of failures under her names begins anew, and the rests are over."""
    registration = session.get_one(Registration, application_id)
    names = (registration.number, vault.read(registration, "id_number"))
    keys = [vault.guard_key(entry, n) for entry in ("sign_in", "password", "reset") for n in names]
    keys.append(vault.guard_key("identity", str(application_id)))
    session.execute(delete(Guard).where(Guard.key.in_(keys)))


def _begin_anew(session: Session, application_id: ApplicationId) -> None:
    """No code counts any more, a fresh one goes out at once; in the midst of the activation the
    phone is checked once more.
    """
    forget_codes(session, application_id)
    account = session.get_one(Account, application_id, with_for_update=True)
    if Step(account.step) in _AFTER_THE_PHONE:
        account.step, account.phone_at = Step.PHONE, None


def _note(
    session: Session, action: str, application_id: ApplicationId, *, actor: str, **details: object
) -> None:
    audit.record(session, actor=actor, action=action, subject=candidate(application_id), **details)
