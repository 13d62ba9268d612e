"""What the review says besides requests: stages, results, messages of record (R22–R24)."""

import datetime as dt

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from libs.common import audit, outbox
from libs.common.db import database_now
from libs.common.logs import logger
from libs.common.messages import (
    ApplicationId,
    CaseAdvanced,
    InAppPosted,
    NoticeId,
    NoticesRead,
    PublishedResult,
    PushAgain,
    PushResult,
    ResultAnswered,
    ResultPushed,
    ResultsPublished,
)
from services.upload.domain.application import (
    Event,
    RequestState,
    State,
    after,
)
from services.upload.models.candidate import Registration
from services.upload.models.review import InAppMessage, Request, ResultPush
from services.upload.operations.access import lock
from services.upload.operations.actors import SYSTEM, candidate
from services.upload.operations.requests import accept_images

log = logger(__name__)


def advance(session: Session, message: CaseAdvanced) -> None:
    """The stage that she may see (R23). An older word never overwrites a newer one."""
    application = lock(session, message.application_id)
    accept_images(session, application.id, message.accepted, now=database_now(session))
    application.revision += 1
    said = (message.round, message.case_version)
    if said > (application.stage_round, application.stage_version):
        application.stage = message.stage
        application.stage_round, application.stage_version = said


def publish(session: Session, message: ResultsPublished) -> None:
    """The outcomes are visible from now on, and each goes to the registration system once.

    One that comes before the end (an extension that the review had not heard of yet when it
    published) is left out and never holds up the others: the review publishes it anew.
    """
    now = database_now(session)
    for result in sorted(message.results, key=lambda r: r.application_id):
        application = lock(session, result.application_id)
        if application.state == State.PUBLISHED:
            continue
        new_state = after(State(application.state), Event.PUBLISH)
        if new_state is None:
            log.error("a result came before the end", application=str(application.id))
            audit.record(
                session,
                actor=f"batch:{message.batch_id}",
                action="result.too_early",
                subject=candidate(application.id),
                state=application.state,
            )
            continue
        _end_open_requests(session, application.id, now=now)
        application.state = new_state
        application.outcome = result.outcome
        application.published_at = message.published_at
        application.revision += 1
        _push(session, message, result)
    audit.record(
        session,
        actor=f"batch:{message.batch_id}",
        action="results.published",
        subject=f"exam:{message.exam}",
        part=message.part,
        count=len(message.results),
    )


def record_push(session: Session, message: ResultPushed) -> None:
    """The registration system has the result, or would not have it; a yes is never taken back."""
    column = ResultPush.accepted_at if message.accepted else ResultPush.refused_at
    now = database_now(session)
    session.execute(
        update(ResultPush)
        .where(
            ResultPush.application_id == message.application_id, ResultPush.accepted_at.is_(None)
        )
        .values({column: now, ResultPush.status: message.status})
    )
    outbox.post(
        session,
        ResultAnswered(
            application_id=message.application_id,
            accepted=message.accepted,
            status=message.status,
            answered_at=now,
        ),
    )
    if not message.accepted:
        log.error(
            "the registration system refused a result",
            application=str(message.application_id),
            status=message.status,
        )
    audit.record(
        session,
        actor=SYSTEM,
        action="result.pushed" if message.accepted else "result.push_refused",
        subject=candidate(message.application_id),
        status=message.status,
    )


def push_again(session: Session, message: PushAgain) -> None:
    """What was refused of the batch is tried once more; what was taken stays as it is."""
    refused = session.execute(
        update(ResultPush)
        .where(
            ResultPush.batch_id == message.batch_id,
            ResultPush.accepted_at.is_(None),
            ResultPush.refused_at.is_not(None),
            Registration.application_id == ResultPush.application_id,
        )
        .values(refused_at=None, status=None)
        .returning(
            ResultPush.application_id,
            Registration.number,
            ResultPush.outcome,
            ResultPush.published_at,
        )
    ).all()
    for row in refused:
        outbox.post(
            session,
            PushResult(
                application_id=row.application_id,
                exam=message.exam,
                registration_number=row.number,
                outcome=row.outcome,
                published_at=row.published_at,
            ),
        )
    audit.record(
        session,
        actor=f"administrator:{message.by}",
        action="results.pushed_again",
        subject=f"batch:{message.batch_id}",
        count=len(refused),
    )


def post_message(session: Session, message: InAppPosted) -> None:
    """The notice of record appears on her page (R22)."""
    application = lock(session, message.application_id)
    session.execute(
        insert(InAppMessage)
        .values(
            id=message.notice_id,
            application_id=message.application_id,
            fact=message.fact,
            titles=message.titles,
            bodies=message.bodies,
            posted_at=message.posted_at,
        )
        .on_conflict_do_nothing()
    )
    application.revision += 1


def mark_messages_read(
    session: Session, application_id: ApplicationId, notice_id: NoticeId | None = None
) -> int:
    """She has opened this message, or says that she has read all; how many were new. Who told her
    hears of it, once (R22).
    """
    application = lock(session, application_id)
    now = database_now(session)
    unread = update(InAppMessage).where(
        InAppMessage.application_id == application_id, InAppMessage.read_at.is_(None)
    )
    if notice_id is not None:
        unread = unread.where(InAppMessage.id == notice_id)
    read = session.scalars(unread.values(read_at=now).returning(InAppMessage.id)).all()
    if read:
        application.revision += 1
        outbox.post(
            session,
            NoticesRead(application_id=application_id, notices=tuple(sorted(read)), read_at=now),
        )
    return len(read)


def _end_open_requests(
    session: Session, application_id: ApplicationId, *, now: dt.datetime
) -> None:
    session.execute(
        update(Request)
        .where(Request.application_id == application_id, Request.state == RequestState.OPEN)
        .values(state=RequestState.WITHDRAWN, ended_at=now)
    )


def _push(session: Session, message: ResultsPublished, result: PublishedResult) -> None:
    """One PushResult per application: the row's key keeps a second one away."""
    added = session.execute(
        insert(ResultPush)
        .values(
            application_id=result.application_id,
            batch_id=message.batch_id,
            outcome=result.outcome,
            published_at=message.published_at,
        )
        .on_conflict_do_nothing()
        .returning(ResultPush.application_id)
    ).first()
    if added is not None:
        outbox.post(
            session,
            PushResult(
                application_id=result.application_id,
                exam=message.exam,
                registration_number=result.registration_number,
                outcome=result.outcome,
                published_at=message.published_at,
            ),
        )
