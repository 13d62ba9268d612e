"""Windows are extended with a reason, and everybody concerned is told (R14)."""

import dataclasses as dc
import datetime as dt
from collections import Counter
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from libs.common import audit, outbox
from libs.common.db import database_now
from libs.common.errors import Refusal
from libs.common.messages import ApplicationId, WindowExtended
from services.upload.domain.application import Event, State, after
from services.upload.domain.deadline import Scope
from services.upload.domain.exam import MAIN, Exam
from services.upload.domain.materials import deferred_for
from services.upload.models.application import Application
from services.upload.models.candidate import Registration
from services.upload.models.exam import ExamWindow, WindowExtension
from services.upload.models.packs import the_exam
from services.upload.models.windows import concerns_her, waits, window_of

TOLD_AT_ONCE = 200
"""Applications in one WindowExtended."""


@dc.dataclass(frozen=True, kw_only=True)
class Extension:
    """A later end: of the whole exam, of a site, or of one registration number."""

    exam: str
    ends_at: dt.datetime
    reason: str
    kind: str = MAIN
    site: str | None = None
    number: str | None = None


def extend_window(session: Session, extension: Extension, *, actor: str) -> int:
    """Grant a later end; what was locked by the old one is open again. How many are concerned.

    Raises Refusal `unknown_exam`, `unknown_window`, `unknown_site`, `no_registration`,
    `extension_without_reason`, `extension_not_later`.
    """
    exam = the_exam(session, extension.exam)
    _require_sound(session, exam, extension)
    application_id = _application(session, extension)
    scope = _scope(extension, application_id)
    granted = WindowExtension(
        exam=exam.code,
        kind=extension.kind,
        scope=scope,
        site=extension.site if scope is Scope.SITE else None,
        application_id=application_id,
        ends_at=extension.ends_at,
        reason=extension.reason.strip(),
        granted_by=actor,
    )
    session.add(granted)
    session.flush()
    audit.record(
        session,
        actor=actor,
        action="window.extended",
        subject=f"exam:{exam.code}",
        scope=scope,
        site=extension.site,
        application=application_id,
        ends_at=extension.ends_at,
        reason=extension.reason.strip(),
    )
    return reopen_and_tell(session, extension, granted=granted)


def concerned_by_state(session: Session, extension: Extension) -> dict[str, int]:
    """Whom a later end would concern; nothing is granted. Raises what `extend_window` raises."""
    exam = the_exam(session, extension.exam)
    _require_sound(session, exam, extension)
    whom = _whom(extension, _application(session, extension), granted=None)
    if extension.kind == MAIN:
        by_state = (
            select(Application.state, func.count().label("number"))
            .where(whom)
            .group_by(Application.state)
        )
        return {row.state: row.number for row in session.execute(by_state)}
    rows = session.execute(
        select(Application.state, Registration.facts)
        .join(Registration, Registration.application_id == Application.id)
        .where(whom)
    )
    return dict(Counter(state for state, facts in rows if deferred_for(exam, facts)))


def _require_sound(session: Session, exam: Exam, extension: Extension) -> None:
    """It has a reason, a known place, and a later end; the window's row is locked."""
    if not extension.reason.strip():
        raise Refusal("extension_without_reason")
    if extension.site is not None and all(s.code != extension.site for s in exam.sites):
        raise Refusal("unknown_site", site=extension.site[:40])
    window = session.get(ExamWindow, (exam.code, extension.kind), with_for_update=True)
    if window is None:
        raise Refusal("unknown_window", kind=extension.kind[:40], known=", ".join(exam.windows))
    if extension.ends_at <= max(window.ends_at, database_now(session)):
        until = window.ends_at.astimezone(ZoneInfo(exam.zone))
        raise Refusal("extension_not_later", until=until.isoformat(timespec="minutes"))


def _scope(extension: Extension, application_id: ApplicationId | None) -> Scope:
    if application_id is not None:
        return Scope.APPLICATION
    return Scope.EXAM if extension.site is None else Scope.SITE


def _application(session: Session, extension: Extension) -> ApplicationId | None:
    if extension.number is None:
        return None
    found = session.execute(
        select(Registration.application_id).where(
            Registration.exam == extension.exam, Registration.number == extension.number
        )
    ).scalar_one_or_none()
    if found is None:
        raise Refusal("no_registration", number=extension.number[:40])
    return found


def reopen_and_tell(
    session: Session, extension: Extension, *, granted: WindowExtension | None = None
) -> int:
    """Open again whom the later end concerns, and tell them; their window's row is locked.

    `granted` is the extension's row; a newer pack moves the end without one.
    """
    concerned = _concerned(session, extension, granted)
    now = database_now(session)
    for application in concerned:
        application.second_locked_at = None
        window, _ = window_of(session, application)
        ends_at = max(window.ends_at, extension.ends_at)
        is_reopened = application.state == State.LOCKED and ends_at + window.grace > now
        if is_reopened:
            new_state = after(State.LOCKED, Event.EXTEND)
            assert new_state is not None
            application.state, application.locked_at = new_state, None
        application.revision += 1
    session.flush()
    # One message goes out even when nobody is concerned: the rooms know the new end.
    ids = [application.id for application in concerned]
    for start in range(0, max(len(ids), 1), TOLD_AT_ONCE):
        outbox.post(
            session,
            WindowExtended(
                exam=extension.exam,
                site=extension.site,
                applications=tuple(ids[start : start + TOLD_AT_ONCE]),
                ends_at=extension.ends_at,
                reason=extension.reason,
                window="main" if extension.kind == MAIN else "second",
            ),
        )
    return len(concerned)


def _concerned(
    session: Session, extension: Extension, granted: WindowExtension | None
) -> Sequence[Application]:
    """Applications in the extension's scope that have not handed in what the window is for, and
    for which it really is a later end, locked.
    """
    application_id = granted.application_id if granted is not None else None
    rows = session.execute(
        select(Application, Registration.facts)
        .join(Registration, Registration.application_id == Application.id)
        .where(_whom(extension, application_id, granted=granted))
        .order_by(Application.id)
        .with_for_update(of=Application)
        .execution_options(populate_existing=True)
    ).all()
    exam = the_exam(session, extension.exam)
    return [
        application
        for application, facts in rows
        if extension.kind == MAIN or deferred_for(exam, facts)
    ]


def _whom(
    extension: Extension,
    application_id: ApplicationId | None,
    *,
    granted: WindowExtension | None,
) -> ColumnElement[bool]:
    whom = and_(
        Application.exam == extension.exam,
        waits(extension.kind, even_locked=True),
        ~_had_that_time(extension, granted),
    )
    if application_id is not None:
        return and_(whom, Application.id == application_id)
    if extension.site is not None:
        return and_(whom, Application.site == extension.site)
    return whom


def _had_that_time(extension: Extension, granted: WindowExtension | None) -> ColumnElement[bool]:
    """Whether an earlier extension gave her as much: to be told of less would mislead her."""
    others = (
        select(WindowExtension.id)
        .where(
            WindowExtension.exam == extension.exam,
            WindowExtension.kind == extension.kind,
            WindowExtension.ends_at >= extension.ends_at,
            concerns_her(),
        )
        .correlate(Application)
    )
    if granted is not None:
        others = others.where(WindowExtension.id != granted.id)
    return others.exists()
