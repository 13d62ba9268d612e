"""Requests as far as notify must remind of them: their facts may come in any order."""

import datetime as dt
from collections.abc import Iterable
from typing import TypedDict
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from libs.common import messages as m
from services.notify.domain import ladder
from services.notify.domain.facts import (
    ABOUT_REQUESTS,
    ASKS_FOR_DEFERRED,
    ASKS_FOR_SUBMISSION,
)
from services.notify.models.ladder import Request
from services.notify.models.notice import Notice
from services.notify.models.people import Contact, Exam
from services.notify.operations import announce, calls

REMIND_ROWS = 100


def raised(session: Session, message: m.RequestsRaised, *, now: dt.datetime) -> None:
    """Tell her, and remember when each falls due; what she has handed in since answers them."""
    announce.requests_raised(session, message, now=now)
    known = select(Contact.round).where(Contact.application_id == message.application_id)
    answered = (session.execute(known).scalar_one_or_none() or 0) > message.round
    ids = [one.request_id for one in message.requests]
    known_ones = _requests(session, ids, message.application_id)
    habits = _habits(session, message.application_id)
    for one in message.requests:
        request = known_ones[one.request_id]
        request.round = message.round
        if answered:
            request.ended_at = request.ended_at or now
        _fall_due(request, one.due_at, habits=habits, now=now)
    _follow(session, message.application_id, now=now)


def extended(session: Session, message: m.RequestsExtended, *, now: dt.datetime) -> None:
    """Tell her that there is more time; reminders and the call wait accordingly."""
    announce.requests_extended(session, message, now=now)
    habits = _habits(session, message.application_id)
    for request in _requests(session, message.requests, message.application_id).values():
        _fall_due(request, message.due_at, habits=habits, now=now)
    _follow(session, message.application_id, now=now)


def withdrawn(session: Session, message: m.RequestsWithdrawn, *, now: dt.datetime) -> None:
    """Tell her what is no longer asked; nobody reminds of it or calls for it."""
    announce.requests_withdrawn(session, message, now=now)
    _end(session, message.application_id, message.requests, now=now)


def overdue(session: Session, message: m.RequestsOverdue, *, now: dt.datetime) -> None:
    """Tell her that the due time has passed (R21)."""
    announce.requests_overdue(session, message, now=now)
    _end(session, message.application_id, message.requests, now=now)


def fixed(session: Session, message: m.RequestsFixed, *, now: dt.datetime) -> None:
    """The corrected record has answered them; her page says so, and nobody reminds of them."""
    _end(session, message.application_id, message.requests, now=now, cause=ladder.End.ACTED)


def answered(session: Session, message: m.ApplicationSubmitted, *, now: dt.datetime) -> None:
    """What was asked before this round is answered by it."""
    session.execute(
        update(Request)
        .where(
            Request.application_id == message.application_id,
            Request.ended_at.is_(None),
            Request.round > 0,
            Request.round < message.round,
        )
        .values(ended_at=now)
    )
    _follow(session, message.application_id, cause=ladder.End.ACTED, now=now)
    done = ASKS_FOR_DEFERRED if message.window == "second" else frozenset()
    calls.end_notices(
        session,
        message.application_id,
        facts=(ASKS_FOR_SUBMISSION - ABOUT_REQUESTS) | done,
        cause=ladder.End.ACTED,
        now=now,
    )


def remind(session: Session, *, now: dt.datetime) -> int:
    """Remind of what falls due soon, once for all of a candidate's requests; how many requests."""
    due = session.scalars(
        select(Request)
        .where(Request.remind_at <= now, Request.ended_at.is_(None), Request.due_at > now)
        .order_by(Request.remind_at)
        .limit(REMIND_ROWS)
        .with_for_update(skip_locked=True)
    ).all()
    for request in due:
        assert request.due_at is not None
        assert request.remind_at is not None
        announce.requests_due(
            session, request.application_id, due_at=request.due_at, turn=request.remind_at, now=now
        )
        habits = _habits(session, request.application_id)
        request.remind_at = ladder.remind_at(told_at=now, due_at=request.due_at, **habits)
    return len(due)


class _Habits(TypedDict, total=False):
    """When her exam reminds of requests; nothing while it is not known."""

    first_hours: int
    zone: ZoneInfo


def _habits(session: Session, application_id: UUID) -> _Habits:
    row = session.execute(
        select(Exam.zone, Exam.request_reminder_hours)
        .join(Contact, Contact.exam == Exam.code)
        .where(Contact.application_id == application_id)
    ).one_or_none()
    if row is None:
        return {}
    return {"first_hours": row.request_reminder_hours, "zone": ZoneInfo(row.zone)}


def _requests(session: Session, ids: Iterable[UUID], application_id: UUID) -> dict[UUID, Request]:
    """The rows by id, made where this is the first that is heard of one, and locked."""
    rows = [{"request_id": one, "application_id": application_id} for one in sorted(set(ids))]
    if not rows:
        return {}
    found = session.scalars(
        insert(Request)
        .on_conflict_do_update(
            index_elements=[Request.request_id],
            set_={"application_id": Request.application_id},
        )
        .returning(Request),
        rows,
        execution_options={"populate_existing": True},
    )
    return {request.request_id: request for request in found}


def _fall_due(request: Request, due_at: dt.datetime, *, habits: _Habits, now: dt.datetime) -> None:
    """An extension is always later, so the latest time holds whatever came first."""
    if request.due_at is None or due_at > request.due_at:
        request.due_at = due_at
        request.remind_at = ladder.remind_at(told_at=now, due_at=due_at, **habits)


def _end(
    session: Session,
    application_id: UUID,
    requests: Iterable[UUID],
    *,
    now: dt.datetime,
    cause: ladder.End = ladder.End.OVER,
) -> None:
    for request in _requests(session, requests, application_id).values():
        request.ended_at = request.ended_at or now
    _follow(session, application_id, now=now, cause=cause)


def _follow(
    session: Session,
    application_id: UUID,
    *,
    now: dt.datetime,
    cause: ladder.End = ladder.End.OVER,
) -> None:
    """The notices about requests end with the last of them, or wait for the newest due time."""
    session.flush()
    open_ones = session.scalars(
        select(Request.due_at).where(
            Request.application_id == application_id, Request.ended_at.is_(None)
        )
    ).all()
    due_times = [due_at for due_at in open_ones if due_at is not None]
    if not open_ones:
        calls.end_notices(session, application_id, facts=ABOUT_REQUESTS, cause=cause, now=now)
    if not due_times:
        return
    notices = session.scalars(
        select(Notice).where(
            Notice.application_id == application_id,
            Notice.fact.in_(ABOUT_REQUESTS),
            Notice.ended_at.is_(None),
            Notice.due_at < max(due_times),
        )
    )
    for notice in notices:
        notice.due_at = max(due_times)
        if notice.call_at is not None:
            notice.call_at = ladder.call_at(told_at=notice.created_at, due_at=notice.due_at)
