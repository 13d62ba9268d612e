"""What the review says besides requests and results: stages, messages of record (R22, R23)."""

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from libs.common import outbox
from libs.common.db import database_now
from libs.common.messages import (
    ApplicationId,
    CaseAdvanced,
    InAppPosted,
    NoticeId,
    NoticesRead,
)
from services.upload.models.review import InAppMessage
from services.upload.operations.access import lock
from services.upload.operations.requests import accept_images


def advance(session: Session, message: CaseAdvanced) -> None:
    """The stage that she may see (R23). An older word never overwrites a newer one."""
    application = lock(session, message.application_id)
    accept_images(session, application.id, message.accepted, now=database_now(session))
    application.revision += 1
    said = (message.round, message.case_version)
    if said > (application.stage_round, application.stage_version):
        application.stage = message.stage
        application.stage_round, application.stage_version = said


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
