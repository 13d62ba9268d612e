"""A reviewer's requests arrive, and unlock just what they name (R19, R20)."""

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import and_, select, update
from sqlalchemy.orm import Session

from libs.common import audit, outbox
from libs.common.db import database_now
from libs.common.errors import Refusal
from libs.common.messages import (
    ApplicationId,
    ImageId,
    PushCorrection,
    RaisedRequest,
    RequestsRaised,
)
from services.upload.domain.application import (
    Event,
    RequestKind,
    RequestState,
    State,
    after,
)
from services.upload.models.application import Image
from services.upload.models.candidate import Registration
from services.upload.models.packs import the_exam
from services.upload.models.review import Request
from services.upload.operations.access import lock
from services.upload.operations.actors import candidate
from services.upload.operations.requests_changed import apply_early


def raise_requests(session: Session, message: RequestsRaised) -> None:
    """Unlock just what the requests name (R20); what was accepted gets its ✓.

    Raises Refusal `not_submitted` and `published`.
    """
    application = lock(session, message.application_id)
    now = database_now(session)
    state = State(application.state)
    new_state = after(state, Event.REQUEST)
    if new_state is None:
        raise Refusal("published" if state is State.PUBLISHED else "not_submitted")
    accept_images(session, application.id, message.accepted, now=now)
    new = [_add(session, message, raised, now=now) for raised in message.requests]
    if any(new):
        application.state = new_state
    application.revision += 1
    audit.record(
        session,
        actor=f"case:{message.case_id}",
        action="requests.raised",
        subject=candidate(application.id),
        requests=[str(r.request_id) for r in message.requests],
    )


def accept_images(
    session: Session,
    application_id: ApplicationId,
    images: Iterable[ImageId],
    *,
    now: dt.datetime,
) -> None:
    """What the reviewers accepted gets its ✓, once."""
    session.execute(
        update(Image)
        .where(
            Image.application_id == application_id,
            Image.id.in_(list(images)),
            Image.accepted_at.is_(None),
        )
        .values(accepted_at=now)
    )


def _add(
    session: Session, message: RequestsRaised, raised: RaisedRequest, *, now: dt.datetime
) -> bool:
    """Whether the request is new and open: a copy, one on an image that gave way, or one that was
    withdrawn meanwhile is not.
    """
    if session.get(Request, raised.request_id) is not None:
        return False
    if raised.image_id is not None:
        image = session.get(Image, raised.image_id)
        if image is None or image.application_id != message.application_id:
            raise Refusal("no_image")
        if image.superseded_at is not None or image.deleted_at is not None:
            return False
    request = _request(message, raised, now=now)
    session.add(request)
    apply_early(session, request, now=now)
    session.flush()
    if request.state != RequestState.OPEN:
        return False
    _adopt_answers(session, message.application_id, raised)
    if request.kind == RequestKind.FIX:
        _push_correction(session, request)
    return True


def _request(message: RequestsRaised, raised: RaisedRequest, *, now: dt.datetime) -> Request:
    return Request(
        id=raised.request_id,
        application_id=message.application_id,
        case_id=message.case_id,
        round=message.round,
        level=message.level,
        kind=raised.kind,
        material=raised.material,
        image_id=raised.image_id,
        add_count=raised.add_count,
        fact=raised.fact,
        reason=raised.reason,
        words=raised.words,
        mark=None if raised.mark is None else list(raised.mark),
        raised_at=now,
        due_at=raised.due_at,
        state=RequestState.OPEN,
    )


def _push_correction(session: Session, request: Request) -> None:
    """The registration system is asked to have the fact corrected (R19)."""
    registration = session.get_one(Registration, request.application_id)
    exam = the_exam(session, registration.exam)
    known = [reason.words.zh for reason in exam.reasons if reason.code == request.reason]
    words = " ".join(word for word in (*known, request.words) if word)
    outbox.post(
        session,
        PushCorrection(
            request_id=request.id,
            exam=registration.exam,
            registration_number=registration.number,
            fact=request.fact or "",
            reason=request.reason,
            words=words,
            due_at=request.due_at,
        ),
    )


def _adopt_answers(session: Session, application_id: ApplicationId, raised: RaisedRequest) -> None:
    """What she uploaded for an overdue request, and never handed in, answers the new one."""
    overdue = select(Request.id).where(
        Request.application_id == application_id, Request.state == RequestState.OVERDUE
    )
    names = Image.replaces == raised.image_id
    if raised.kind == RequestKind.ADD:
        names = and_(Image.replaces.is_(None), Image.material == raised.material)
    session.execute(
        update(Image)
        .where(
            Image.application_id == application_id,
            Image.locked_at.is_(None),
            Image.deleted_at.is_(None),
            Image.answers.in_(overdue),
            names,
        )
        .values(answers=raised.request_id)
    )
