"""What the review says of requests that it has raised: more time, or no longer asked (R14, R20)."""

import datetime as dt

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from libs.common import audit
from libs.common.db import database_now
from libs.common.logs import logger
from libs.common.messages import (
    CorrectionPushed,
    RequestId,
    RequestsExtended,
    RequestsWithdrawn,
)
from services.upload.domain.application import Event, RequestState, State, after
from services.upload.models.application import Application, Image
from services.upload.models.review import Request, RequestEarly
from services.upload.operations.access import lock
from services.upload.operations.actors import SYSTEM, candidate

log = logger(__name__)


def extend(session: Session, message: RequestsExtended) -> None:
    """More time. What is overdue stays so: the area decides already, knowing it (R21)."""
    application = lock(session, message.application_id)
    now = database_now(session)
    for request in _known(session, message, due_at=message.due_at):
        is_later = message.due_at > request.due_at
        if request.state == RequestState.OPEN and is_later:
            request.due_at, request.extended_at = message.due_at, now
            request.change_reason = message.reason
    _note(session, application, message, "requests.extended")


def withdraw(session: Session, message: RequestsWithdrawn) -> None:
    """No longer asked: what the requests named is locked again, answers to them are dropped."""
    application = lock(session, message.application_id)
    now = database_now(session)
    ended = []
    for request in _known(session, message, due_at=None):
        if request.state == RequestState.OPEN:
            request.state, request.ended_at = RequestState.WITHDRAWN, now
            request.change_reason = message.reason
            ended.append(request.id)
    _drop_answers(session, ended, now=now)
    session.flush()
    relock_without_requests(session, application)
    _note(session, application, message, "requests.withdrawn")


def record_correction(session: Session, message: CorrectionPushed) -> None:
    """The registration system has the FIX, or would not have it; a yes is never taken back."""
    application_id = session.execute(
        select(Request.application_id).where(Request.id == message.request_id)
    ).scalar_one_or_none()
    if application_id is None:
        return
    application = lock(session, application_id)
    column = Request.pushed_at if message.accepted else Request.push_refused_at
    session.execute(
        update(Request)
        .where(Request.id == message.request_id, Request.pushed_at.is_(None))
        .values({column: database_now(session)})
    )
    application.revision += 1
    if not message.accepted:
        log.error(
            "the registration system refused a correction",
            request=str(message.request_id),
            status=message.status,
        )
    audit.record(
        session,
        actor=SYSTEM,
        action="correction.pushed" if message.accepted else "correction.push_refused",
        subject=candidate(application_id),
        request=message.request_id,
        status=message.status,
    )


def relock_without_requests(session: Session, application: Application) -> None:
    """With the last open request gone there is nothing to answer: all is locked again."""
    still_open = session.scalars(
        select(Request.id).where(
            Request.application_id == application.id, Request.state == RequestState.OPEN
        )
    ).first()
    if still_open is None and application.state == State.RETURNED:
        new_state = after(State.RETURNED, Event.RELOCK)
        assert new_state is not None
        application.state = new_state


def apply_early(session: Session, request: Request, *, now: dt.datetime) -> None:
    """What was said of it before it came holds from its first moment."""
    early = session.get(RequestEarly, request.id)
    if early is None:
        return
    request.change_reason = early.reason
    if early.due_at is not None and early.due_at > request.due_at:
        request.due_at, request.extended_at = early.due_at, now
    if early.is_withdrawn:
        request.state, request.ended_at = RequestState.WITHDRAWN, now
    session.delete(early)


def _known(
    session: Session, message: RequestsExtended | RequestsWithdrawn, *, due_at: dt.datetime | None
) -> list[Request]:
    """Her requests that are here; of the others the word is kept until they come."""
    found = session.scalars(
        select(Request)
        .where(Request.id.in_(message.requests), Request.application_id == message.application_id)
        .execution_options(populate_existing=True)
    ).all()
    for request_id in set(message.requests) - {request.id for request in found}:
        given = {"is_withdrawn": due_at is None, "due_at": due_at, "reason": message.reason}
        word = insert(RequestEarly).values(request_id=request_id, **given)
        # Once withdrawn it stays so, whichever word comes last.
        session.execute(
            word.on_conflict_do_update(
                index_elements=[RequestEarly.request_id],
                set_=given,
                where=RequestEarly.is_withdrawn.is_(False),
            )
        )
    return list(found)


def _drop_answers(session: Session, ended: list[RequestId], *, now: dt.datetime) -> None:
    session.execute(
        update(Image)
        .where(Image.answers.in_(ended), Image.locked_at.is_(None), Image.deleted_at.is_(None))
        .values(deleted_at=now)
    )


def _note(
    session: Session,
    application: Application,
    message: RequestsExtended | RequestsWithdrawn,
    action: str,
) -> None:
    application.revision += 1
    audit.record(
        session,
        actor=f"case:{message.case_id}",
        action=action,
        subject=candidate(application.id),
        requests=[str(r) for r in message.requests],
    )
