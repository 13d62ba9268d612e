"""The windows that hold for one application, and the extensions that concern it (R14)."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from services.upload.domain.application import State
from services.upload.domain.deadline import Extension, Scope, Window
from services.upload.domain.exam import MAIN, SECOND
from services.upload.models.application import Application
from services.upload.models.exam import ExamWindow, WindowExtension


def window_of(
    session: Session, application: Application
) -> tuple[Window, Sequence[WindowExtension]]:
    """The exam's window of this application, and the extensions that concern it."""
    row = session.get_one(ExamWindow, (application.exam, MAIN))
    return window_from(row), _extensions(session, application, MAIN)


def second_of(
    session: Session, application: Application
) -> tuple[Window | None, Sequence[WindowExtension]]:
    """The same of the window of deferred materials, where the exam has one."""
    row = session.get(ExamWindow, (application.exam, SECOND))
    if row is None:
        return None, ()
    return window_from(row), _extensions(session, application, SECOND)


def _extensions(session: Session, application: Application, kind: str) -> Sequence[WindowExtension]:
    return session.scalars(
        select(WindowExtension).where(
            WindowExtension.exam == application.exam,
            WindowExtension.kind == kind,
            or_(
                WindowExtension.scope == Scope.EXAM,
                WindowExtension.site == application.site,
                WindowExtension.application_id == application.id,
            ),
        )
    ).all()


def concerns_her() -> ColumnElement[bool]:
    """Whether an extension concerns the application of the same statement."""
    return or_(
        WindowExtension.scope == Scope.EXAM,
        WindowExtension.site == Application.site,
        WindowExtension.application_id == Application.id,
    )


def window_from(row: ExamWindow) -> Window:
    """The domain's window of a row."""
    return Window(
        opens_at=row.opens_at,
        ends_at=row.ends_at,
        grace=dt.timedelta(seconds=row.grace_seconds),
    )


def plain(row: WindowExtension) -> Extension:
    """The domain's extension of a row."""
    return Extension(scope=Scope(row.scope), ends_at=row.ends_at)


def row_of(deciding: Extension | None, rows: Sequence[WindowExtension]) -> WindowExtension | None:
    """The row of the extension that decides."""
    if deciding is None:
        return None
    return next(row for row in rows if plain(row) == deciding)


def waits(kind: str, *, even_locked: bool = False) -> ColumnElement[bool]:
    """Applications for which the window still has something to close: not handed in.

    With `even_locked` also those that an earlier end of it has locked.
    """
    if kind == SECOND:
        handed_in_once = Application.state.in_([State.SUBMITTED, State.RETURNED])
        waiting = and_(handed_in_once, Application.second_submitted_at.is_(None))
        return waiting if even_locked else and_(waiting, Application.second_locked_at.is_(None))
    states = [State.OPEN, State.LOCKED] if even_locked else [State.OPEN]
    return Application.state.in_(states)
