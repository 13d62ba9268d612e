"""Before a window ends, and when the second one opens, those concerned are told (R5, R22).

Each end of a window, extensions included, has its rounds of telling: 72, 24, 3 and 1 hours before,
and in the evening before an end that comes by night (docs/decisions/0019). A round's row says how
far it has come, so that a tick takes the next few and a copy none twice; a late tick goes on with
the newest round and leaves out what the hour has overtaken.
"""

import datetime as dt
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, func, literal, select, union
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from libs.common import outbox
from libs.common.db import database_now
from libs.common.messages import WindowClosing, WindowOpened
from services.upload.domain.deadline import REMINDERS_HOURS, Phase, newest_reminder
from services.upload.domain.exam import MAIN, SECOND
from services.upload.models.application import Application
from services.upload.models.exam import ExamWindow, WindowExtension, WindowNotice
from services.upload.models.holdings import Holdings, read_holdings
from services.upload.models.packs import the_exam
from services.upload.models.windows import concerns_her, waits

Place = Row[str, str, dt.datetime]
"""Exam, kind of window, and the instant of which is told."""
BATCH = 200
"""Applications that one tick looks at."""
OPENED = 0
"""Stands where the hours would: the window opens at that instant."""


def remind(session: Session) -> int:
    """Tell the next few of each round that is due; how many were told."""
    now = database_now(session)
    ends = _ends(session)
    zones = {code: ZoneInfo(the_exam(session, code).zone) for code in {end.exam for end in ends}}
    due = ((end, newest_reminder(end.at, zone=zones[end.exam], now=now)) for end in ends)
    rounds = [
        *((end, hours) for end, hours in due if hours),
        *((start, OPENED) for start in _openings(session)),
    ]
    return sum(_go_on(session, place, hours) for place, hours in rounds)


def _ends(session: Session) -> Sequence[Place]:
    """Every end that lies ahead, of windows and of extensions: exam, kind, at."""
    soon = func.clock_timestamp() + dt.timedelta(hours=max(REMINDERS_HOURS))
    parts = [
        select(table.exam, table.kind, table.ends_at.label("at")).where(
            table.ends_at > func.clock_timestamp(), table.ends_at <= soon
        )
        for table in (ExamWindow, WindowExtension)
    ]
    return session.execute(union(*parts)).all()


def _openings(session: Session) -> Sequence[Place]:
    """Second windows that are open now."""
    now = func.clock_timestamp()
    return session.execute(
        select(ExamWindow.exam, ExamWindow.kind, ExamWindow.opens_at.label("at")).where(
            ExamWindow.kind == SECOND, ExamWindow.opens_at <= now, ExamWindow.ends_at > now
        )
    ).all()


def _go_on(session: Session, place: Place, hours: int) -> int:
    key = {"exam": place.exam, "kind": place.kind, "at": place.at, "hours": hours}
    session.execute(insert(WindowNotice).values(**key, is_done=False).on_conflict_do_nothing())
    notice = session.scalars(
        select(WindowNotice)
        .filter_by(**key, is_done=False)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if notice is None:
        return 0
    waiting = _waiting(session, notice)
    told = sum(_tell(session, notice, application) for application in waiting)
    if waiting:
        notice.reached = waiting[-1].id
    notice.is_done = len(waiting) < BATCH
    return told


def _waiting(session: Session, notice: WindowNotice) -> list[Application]:
    """The next applications that have not handed in, and for whom this is the end."""
    after = literal(True) if notice.reached is None else Application.id > notice.reached
    concerned = literal(True) if notice.hours == OPENED else _end_of_hers(notice) == notice.at
    return list(
        session.scalars(
            select(Application)
            .where(Application.exam == notice.exam, waits(notice.kind), after, concerned)
            .order_by(Application.id)
            .limit(BATCH)
        )
    )


def _end_of_hers(notice: WindowNotice) -> ColumnElement[dt.datetime]:
    """The end of that window for the application of the row, extensions included."""
    extended = (
        select(func.max(WindowExtension.ends_at))
        .where(
            WindowExtension.exam == notice.exam,
            WindowExtension.kind == notice.kind,
            concerns_her(),
        )
        .scalar_subquery()
    )
    plain = (
        select(ExamWindow.ends_at)
        .where(ExamWindow.exam == notice.exam, ExamWindow.kind == notice.kind)
        .scalar_subquery()
    )
    # PostgreSQL's greatest() leaves nulls out: without an extension the window's own end.
    return func.greatest(plain, extended)


def _tell(session: Session, notice: WindowNotice, application: Application) -> int:
    held = read_holdings(session, application.id, application=application)
    window = held.window if notice.kind == MAIN else held.second
    if window is None or window.phase(held.now) is not Phase.OPEN:
        return 0
    missing = _missing(held, notice.kind)
    if notice.kind == SECOND and not held.not_handed_in():
        return 0
    if notice.hours == OPENED:
        message: WindowOpened | WindowClosing = WindowOpened(
            application_id=application.id,
            exam=application.exam,
            window="second",
            opens_at=window.opens_at,
            ends_at=window.ends_at,
            missing=missing,
        )
    else:
        message = WindowClosing(
            application_id=application.id,
            exam=application.exam,
            ends_at=window.ends_at,
            hours_left=notice.hours,
            missing=missing,
            window="main" if notice.kind == MAIN else "second",
            given_back=notice.kind == MAIN and application.round > 0,
        )
    outbox.post(session, message)
    return 1


def _missing(held: Holdings, kind: str) -> tuple[str, ...]:
    found = held.readiness().lacks if kind == MAIN else held.owed
    return tuple(lack.material for lack in found)
