"""The ladder's last rung: who must be called, and when no call is needed any more (R22)."""

import dataclasses as dc
import datetime as dt
from collections.abc import Iterable
from uuid import UUID, uuid4

from cryptography.exceptions import InvalidTag
from sqlalchemy import exists, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from libs.common import audit, outbox, sealing
from libs.common import messages as m
from libs.common.errors import BadMessage
from libs.common.fields import FieldCipher
from libs.common.logs import logger
from services.notify.domain import ladder
from services.notify.domain.delivery import State
from services.notify.domain.facts import Channel
from services.notify.domain.ladder import CallEnd, Cause, End, Target
from services.notify.models.ladder import Call
from services.notify.models.notice import Delivery, Notice
from services.notify.models.people import Contact

log = logger(__name__)

CALL_ROWS = 100


@dc.dataclass(frozen=True)
class Switchboard:
    """What asking for a call needs of its process: it opens a phone here, and seals it there."""

    cipher: FieldCipher
    review_sealing_key: str


_FAILED = frozenset({State.FAILED, State.UNDELIVERED, State.SKIPPED})


@dc.dataclass(frozen=True)
class Whom:
    """Who is to be called, and why."""

    target: Target
    cause: Cause


def open_calls(session: Session, *, board: Switchboard, now: dt.datetime) -> int:
    """Ask for the calls that are due, one open call for a candidate; how many were looked at."""
    busy = exists().where(Call.application_id == Notice.application_id, Call.closed_at.is_(None))
    due = session.execute(
        select(Notice, Contact)
        .join(Contact, Contact.application_id == Notice.application_id)
        .where(Notice.call_at <= now, Contact.revision > 0, ~busy)
        .order_by(Notice.call_at)
        .limit(CALL_ROWS)
        .with_for_update(of=Notice, skip_locked=True)
    ).all()
    for notice, contact in due:
        wanted_at, notice.call_at = notice.call_at, None
        if notice.due_at is not None and notice.due_at <= now:
            continue
        failure = _failure(session, notice)
        target = ladder.whom(
            reason=failure or "",
            has_phone=contact.phone is not None,
            has_unit_phone=contact.unit_phone is not None,
        )
        if target is None:
            log.warning("nobody can be called", notice=str(notice.id))
            continue
        cause = Cause.NO_REACTION if failure is None else Cause.SMS_FAILED
        try:
            if not _open(session, notice, contact, Whom(target, cause), board=board, now=now):
                # Another call to her was opened first: this one is due when that one has ended.
                notice.call_at = wanted_at
        except (InvalidTag, KeyError, ValueError) as error:
            log.error("call not asked for", notice=str(notice.id), error=type(error).__name__)  # noqa: TRY400 - a traceback could show a phone
    return len(due)


def _failure(session: Session, notice: Notice) -> str | None:
    """Why the newest SMS about it did not arrive; None if it may have."""
    newest = session.scalars(
        select(Delivery)
        .where(Delivery.notice_id == notice.id, Delivery.channel == Channel.SMS)
        .order_by(Delivery.turn.desc())
        .limit(1)
    ).one_or_none()
    if newest is None or newest.state not in _FAILED or newest.reason == "gathered":
        return None
    return newest.reason


def _open(
    session: Session,
    notice: Notice,
    contact: Contact,
    whom: Whom,
    *,
    board: Switchboard,
    now: dt.datetime,
) -> bool:
    """False if another call to her is open."""
    sealed = _sealed_number(contact, whom.target, board)
    call_id = _keep(session, notice, whom, now=now)
    if call_id is None:
        return False
    outbox.post(
        session,
        m.CallRequested(
            call_id=m.CallId(call_id),
            application_id=m.ApplicationId(contact.application_id),
            exam=contact.exam,
            site=contact.site,
            target=whom.target.value,
            fact=notice.fact,
            cause=whom.cause.value,
            due_at=notice.due_at,
            contact=sealed,
        ),
    )
    return True


def _keep(session: Session, notice: Notice, whom: Whom, *, now: dt.datetime) -> UUID | None:
    return session.execute(
        insert(Call)
        .values(
            call_id=uuid4(),
            notice_id=notice.id,
            application_id=notice.application_id,
            target=whom.target,
            cause=whom.cause,
            due_at=notice.due_at,
            requested_at=now,
        )
        .on_conflict_do_nothing()
        .returning(Call.call_id)
    ).scalar_one_or_none()


def _sealed_number(contact: Contact, target: Target, board: Switchboard) -> m.Sealed:
    """The number to call, for the review's eyes alone."""
    column = "phone" if target is Target.CANDIDATE else "unit_phone"
    place = f"contact:{column}:{contact.application_id}"
    phone = board.cipher.decrypt(getattr(contact, column), place=place)
    return sealing.seal({"phone": phone}, board.review_sealing_key)


def report_call(
    session: Session,
    message: m.CallReported,
    *,
    board: Switchboard,
    now: dt.datetime,
) -> None:
    """What came of a call. A wrong number leads on to the work unit; reached ends the notice."""
    call = session.get(Call, message.call_id, with_for_update=True)
    if call is None:
        raise BadMessage("CallReported of a call that notify has not asked for")
    call.tries, call.called_at, call.called_by = call.tries + 1, message.called_at, message.by
    call.next_try_at = message.next_try_at
    audit.record(
        session,
        actor=f"staff:{message.by}",
        action="call.reported",
        subject=f"application:{call.application_id}",
        call=str(call.call_id),
        outcome=message.outcome,
    )
    if call.closed_at is not None:
        return
    if message.outcome == "not_reached":
        # It stays on the review's sheet, whether or not the next try has a time.
        return
    call.closed_at, call.end_cause = now, CallEnd(message.outcome)
    session.flush()
    if message.outcome == "reached":
        notice = session.get_one(Notice, call.notice_id)
        notice.call_at, notice.ended_at, notice.end_cause = None, now, End.CALLED
    elif message.outcome == "wrong_number" and call.target == Target.CANDIDATE:
        _open_to_work_unit(session, call, board=board, now=now)


def _open_to_work_unit(
    session: Session, call: Call, *, board: Switchboard, now: dt.datetime
) -> None:
    """Where it gave a number."""
    contact = session.get_one(Contact, call.application_id)
    if contact.unit_phone is not None:
        notice = session.get_one(Notice, call.notice_id)
        whom = Whom(Target.WORK_UNIT, Cause(call.cause))
        _open(session, notice, contact, whom, board=board, now=now)


def read_notices(session: Session, message: m.NoticesRead, *, now: dt.datetime) -> None:
    """She has opened them: nobody needs to call about them."""
    read = session.scalars(
        update(Notice)
        .where(
            Notice.id.in_(message.notices),
            Notice.application_id == message.application_id,
            Notice.read_at.is_(None),
        )
        .values(read_at=message.read_at, call_at=None)
        .returning(Notice.id)
    ).all()
    _close(session, Call.notice_id.in_(read), cause=CallEnd.ACTED, now=now)


def end_notices(
    session: Session, application_id: UUID, *, facts: Iterable[str], cause: End, now: dt.datetime
) -> None:
    """What these told is done, or no longer asked: nobody needs to be reached about it."""
    ended = session.scalars(
        update(Notice)
        .where(
            Notice.application_id == application_id,
            Notice.fact.in_(list(facts)),
            Notice.ended_at.is_(None),
        )
        .values(ended_at=now, end_cause=cause, call_at=None)
        .returning(Notice.id)
    ).all()
    how = CallEnd.ACTED if cause is End.ACTED else CallEnd.OVER
    _close(session, Call.notice_id.in_(ended), cause=how, now=now)


def close_over(session: Session, *, now: dt.datetime) -> None:
    """Close the calls whose due time has passed: it is too late for them."""
    _close(session, Call.due_at <= now, cause=CallEnd.OVER, now=now)


def _close(session: Session, which: object, *, cause: CallEnd, now: dt.datetime) -> None:
    closed = session.scalars(
        update(Call)
        .where(Call.closed_at.is_(None), which)  # type: ignore[arg-type]
        .values(closed_at=now, end_cause=cause)
        .returning(Call.call_id)
    ).all()
    for call_id in closed:
        told = m.CallClosed(
            call_id=m.CallId(call_id), cause="acted" if cause is CallEnd.ACTED else "over"
        )
        outbox.post(session, told)
