"""Results are published, told, and pushed to the registration system (R24)."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from libs.common import audit, outbox
from libs.common.db import database_now
from libs.common.logs import logger
from libs.common.messages import (
    ApplicationId,
    PublishedResult,
    PushAgain,
    PushResult,
    ResultAnswered,
    ResultPushed,
    ResultsPublished,
    ResultsShown,
)
from services.upload.domain.application import Event, RequestState, State, after
from services.upload.models.candidate import Registration
from services.upload.models.review import Request, ResultPush
from services.upload.operations.access import lock
from services.upload.operations.actors import SYSTEM, candidate

log = logger(__name__)


def publish(session: Session, message: ResultsPublished) -> None:
    """The outcomes are visible from now on, and each goes to the registration system once.

    One that comes before the end (an extension that the review had not heard of yet when it
    published) is left out and never holds up the others: the review publishes it anew. Who is
    shown a result is told so, nobody else.
    """
    now = database_now(session)
    shown = []
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
        shown.append(application.id)
    _tell_shown(session, message, shown)
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


def _end_open_requests(
    session: Session, application_id: ApplicationId, *, now: dt.datetime
) -> None:
    session.execute(
        update(Request)
        .where(Request.application_id == application_id, Request.state == RequestState.OPEN)
        .values(state=RequestState.WITHDRAWN, ended_at=now)
    )


def _tell_shown(
    session: Session, message: ResultsPublished, shown: Sequence[ApplicationId]
) -> None:
    if shown:
        outbox.post(
            session,
            ResultsShown(
                exam=message.exam,
                batch_id=message.batch_id,
                published_at=message.published_at,
                applications=tuple(shown),
            ),
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
