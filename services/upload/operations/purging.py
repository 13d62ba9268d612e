"""The end of the retention time (R27): asked of the review first, then everything goes.

1. `ask_due` finds what is past its time and not under hold, and asks the review.
2. The review lets go of its case and says so; of a held one it says the hold.
3. `purge` removes all rows here, has the objects erased and notify forget, in one transaction.
4. The eraser reports; the certificate counts.

Killed between any two, the messages that wait in an outbox go on from there.
"""

import datetime as dt

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from libs.common import audit, outbox
from libs.common.db import database_now
from libs.common.forgetting import belonging, forget, forget_parked
from libs.common.logs import logger
from libs.common.messages import ApplicationId, CasePurged, ObjectsErased, PurgeCase, Purged
from services.upload.domain.application import State
from services.upload.models.application import Application, Image
from services.upload.models.exam import ExamWindow, LoadedExam
from services.upload.models.holdings import read_holdings
from services.upload.models.packs import the_exam
from services.upload.models.retention import Certificate, PurgeAsk
from services.upload.models.review import RequestEarly
from services.upload.models.shrink import Shrink
from services.upload.models.table import Table
from services.upload.operations import objects
from services.upload.operations.access import lock
from services.upload.operations.actors import SYSTEM, candidate

BATCH = 200
"""Applications that are asked about in one minute: 20,000 in less than two hours."""
ASK_AGAIN = dt.timedelta(days=1)
"""Of what the review would not let go of, unless it says that the hold has ended."""

log = logger(__name__)


def ask_due(session: Session) -> int:
    """Ask the review to let go of what is past its retention time; how many there were."""
    now, asked = database_now(session), 0
    for code in session.scalars(select(LoadedExam.code).order_by(LoadedExam.code)).all():
        days = the_exam(session, code).settings.retention_days
        for application in _past(session, code, dt.timedelta(days=days), BATCH - asked):
            until = read_holdings(session, application.id, application=application).kept_until
            if until is None or until > now:
                continue
            values = {"application_id": application.id, "asked_at": now}
            session.execute(
                insert(PurgeAsk)
                .values(**values)
                .on_conflict_do_update(index_elements=[PurgeAsk.application_id], set_=values)
            )
            outbox.post(session, PurgeCase(application_id=application.id))
            asked += 1
    return asked


def _past(session: Session, exam: str, kept: dt.timedelta, most: int) -> list[Application]:
    now = func.clock_timestamp()
    last_end = select(func.max(ExamWindow.ends_at)).where(ExamWindow.exam == exam).scalar_subquery()
    never_handed_in = and_(
        Application.published_at.is_(None),
        Application.round == 0,
        Application.state.in_([State.OPEN, State.LOCKED]),
        last_end + kept <= now,
    )
    asked_lately: ColumnElement[bool] = exists().where(
        PurgeAsk.application_id == Application.id, PurgeAsk.asked_at > now - ASK_AGAIN
    )
    return list(
        session.scalars(
            select(Application)
            .where(
                Application.exam == exam,
                Application.is_held.is_(False),
                or_(Application.published_at + kept <= now, never_handed_in),
                ~asked_lately,
            )
            .order_by(Application.id)
            .limit(most)
            .with_for_update(skip_locked=True)
            .execution_options(populate_existing=True)
        )
    )


def purge(session: Session, message: CasePurged) -> None:
    """The review has let go of it: nothing of it stays here either.

    Raises Refusal `no_application` when it is gone already.
    """
    application = lock(session, message.application_id)
    if session.get(PurgeAsk, application.id) is None or application.is_held:
        log.error("a case was purged that nobody asked for", application=str(application.id))
        return
    exam, outcome = application.exam, application.outcome or "unpublished"
    images = session.scalars(select(Image).where(Image.application_id == application.id)).all()
    photos = session.scalars(select(Shrink).where(Shrink.application_id == application.id)).all()
    arrivals = {key for photo in photos for key in (photo.original_key, photo.key) if key}
    originals = {image.original_key for image in images}
    renditions = {k for image in images for k in (image.view_key, image.grid_key) if k}
    removed = _forget(session, application.id)
    asked = (
        objects.erase(session, "originals", originals, exam=exam)
        + objects.erase(session, "renditions", renditions, exam=exam)
        + objects.erase(session, "arrivals", arrivals, exam=exam)
    )
    _certify(session, exam, outcome, removed, objects_asked=asked)
    outbox.post(session, Purged(application_id=message.application_id))
    audit.record(
        session,
        actor=SYSTEM,
        action="application.purged",
        subject=candidate(message.application_id),
        rows=sum(removed.values()),
        objects=asked,
    )


def _forget(session: Session, application_id: ApplicationId) -> dict[str, int]:
    session.expunge_all()
    # An image and the request that it answers name one another.
    session.execute(
        update(Image).where(Image.application_id == application_id).values(answers=None)
    )
    early = RequestEarly.request_id.in_(
        select(Table.metadata.tables["request"].c.id).where(
            Table.metadata.tables["request"].c.application_id == application_id
        )
    )
    conditions = belonging(
        Table.metadata,
        application_id,
        roots={
            "application": Application.id == application_id,
            "request_early": early,
        },
    )
    removed = forget(session, Table.metadata, conditions)
    session.execute(text("DELETE FROM browser_session WHERE subject = :id"), {"id": application_id})
    forget_parked(session, application_id)
    return removed


def _certify(
    session: Session, exam: str, outcome: str, removed: dict[str, int], *, objects_asked: int
) -> None:
    counts = {
        "applications": 1,
        outcome: 1,
        "images": removed["image"],
        "submissions": removed["submission"],
        "requests": removed["request"],
        "messages": removed["in_app_message"],
        "objects_asked": objects_asked,
    }
    session.execute(insert(Certificate).values(exam=exam).on_conflict_do_nothing())
    session.execute(
        update(Certificate)
        .where(Certificate.exam == exam)
        .values(
            last_at=func.clock_timestamp(),
            **{name: getattr(Certificate, name) + count for name, count in counts.items()},
        )
    )


def count_erased(session: Session, message: ObjectsErased) -> None:
    """The eraser has removed objects; those of strays stand on nobody's certificate."""
    if message.exam is None:
        if message.spared:
            log.info("strays were spared", bucket=message.bucket, count=message.spared)
        return
    session.execute(
        update(Certificate)
        .where(Certificate.exam == message.exam)
        .values(objects_erased=Certificate.objects_erased + message.erased)
    )
