"""Telephone calls: heard of, made, and closed by themselves (R22)."""

import datetime as dt
import uuid

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from libs.common import audit
from libs.common import messages as m
from libs.common.db import database_now
from libs.common.errors import Refusal
from libs.common.outbox import post
from services.review.domain import call as rules
from services.review.domain.call import Outcome, Standing
from services.review.domain.staff import Reviewer
from services.review.domain.words import fitting
from services.review.models.hearing import Call, CallTry, EarlyClose
from services.review.models.staff import Staff
from services.review.operations import cases
from services.review.vault import Vault

_ENDS = {"acted": Standing.ACTED, "over": Standing.OVER}


def open_call(session: Session, message: m.CallRequested, *, vault: Vault) -> None:
    """A line of the call sheet; one that was closed before it was heard of stays closed."""
    early = session.get(EarlyClose, message.call_id)
    standing = Standing.OPEN if early is None else _ENDS[early.cause]
    phone = vault.open_sealed(message.contact).get("phone", "")
    session.execute(
        insert(Call)
        .values(
            id=message.call_id,
            application_id=message.application_id,
            exam=message.exam,
            site=message.site,
            target=message.target,
            fact=message.fact,
            cause=message.cause,
            due_at=message.due_at,
            contact=vault.keep_phone(phone, call_id=message.call_id),
            standing=standing.value,
        )
        .on_conflict_do_nothing()
    )
    audit.record(
        session, actor="room:notify", action="call.opened", subject=f"call:{message.call_id}"
    )


def close_call(session: Session, message: m.CallClosed) -> None:
    """She has acted, or it is over: nobody needs to telephone."""
    closed = session.scalar(
        update(Call)
        .where(Call.id == message.call_id, Call.standing == Standing.OPEN.value)
        .values(standing=_ENDS[message.cause].value, next_try_at=None)
        .returning(Call.id)
    )
    if closed is not None:
        audit.record(
            session,
            actor="room:notify",
            action="call.closed",
            subject=f"call:{message.call_id}",
            cause=message.cause,
        )
    elif session.get(Call, message.call_id) is None:
        session.execute(
            insert(EarlyClose)
            .values(call_id=message.call_id, cause=message.cause)
            .on_conflict_do_nothing()
        )


def note_call(
    session: Session, case_id: uuid.UUID, outcome: Outcome, words: str, by: Reviewer, *, unit: bool
) -> None:
    """A call that a reviewer made while he looked at the case; `unit`: to her work unit.

    Refuses `not_found`, `words_too_long`.
    """
    case = cases.lock(session, case_id)
    if not by.sees(case.site):
        raise Refusal("not_found")
    said = fitting(words, limit=rules.MAX_WORDS)
    kind = f"phoned_{'unit_' if unit else ''}{outcome.value}"
    cases.note(session, case, kind, by=by, words=said)


def report(
    session: Session,
    call_id: uuid.UUID,
    outcome: Outcome,
    words: str,
    by: Reviewer,
    *,
    next_try_at: dt.datetime | None,
) -> None:
    """What came of telephoning once. Refuses `not_found` and what `call.after_try` refuses."""
    call = session.get(Call, call_id, with_for_update=True, populate_existing=True)
    if call is None or not by.sees(call.site):
        raise Refusal("not_found")
    said = fitting(words, limit=rules.MAX_WORDS)
    now = database_now(session)
    standing = rules.after_try(Standing(call.standing), outcome, next_try_at=next_try_at, now=now)
    call.standing, call.next_try_at = standing.value, next_try_at
    tried = CallTry(
        call_id=call.id,
        outcome=outcome.value,
        words=said,
        staff_id=by.id,
        called_at=now,
        next_try_at=next_try_at,
    )
    session.add(tried)
    _tell(session, tried, by)


def _tell(session: Session, tried: CallTry, by: Reviewer) -> None:
    """Whoever asked for the call hears what came of it."""
    audit.record(
        session,
        actor=f"staff:{by.id}",
        action="call.made",
        subject=f"call:{tried.call_id}",
        outcome=tried.outcome,
    )
    login = session.scalar(select(Staff.login).where(Staff.id == by.id))
    post(
        session,
        m.CallReported(
            call_id=m.CallId(tried.call_id),
            outcome=Outcome(tried.outcome).value,
            by=login or "",
            called_at=tried.called_at,
            next_try_at=tried.next_try_at,
        ),
    )
