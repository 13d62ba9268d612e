"""She asks to have erased what may go already (R28): what was never handed in.

What was handed in stays to the end of the retention time, and then goes by itself (`purging`).
Under legal hold nothing goes: her request waits, and no page says why (R19).
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, String, cast, exists, func, not_, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from libs.common import audit
from libs.common.db import database_now
from libs.common.errors import Refusal
from libs.common.messages import ApplicationId
from services.upload.domain.application import RequestState
from services.upload.domain.retention import DELETED_KEPT, TAKE_BACK, ErasureState
from services.upload.domain.shrink import OPEN, ShrinkState
from services.upload.models.application import Application, Image, Submission
from services.upload.models.candidate import Registration
from services.upload.models.holdings import Holdings
from services.upload.models.retention import Erasure
from services.upload.models.review import Request
from services.upload.models.shrink import Shrink
from services.upload.operations import objects, shrunk
from services.upload.operations.access import hold, lock, touch
from services.upload.operations.actors import SYSTEM, candidate

BATCH = 50
"""Requests that are carried out in one minute."""
DELETED_BATCH = 200
"""Images that one minute removes after their undo."""


def ask(session: Session, *, application_id: ApplicationId) -> None:
    """She asks. Raises Refusal `erasure_asked` while one of hers waits, `no_application`."""
    lock(session, application_id)
    if _open(session, application_id) is not None:
        raise Refusal("erasure_asked")
    now = database_now(session)
    session.add(Erasure(application_id=application_id, asked_at=now, due_at=now + TAKE_BACK))
    _note(session, "erasure.asked", application_id)


def withdraw(session: Session, *, application_id: ApplicationId) -> None:
    """She takes it back; nothing was erased. Raises Refusal `no_erasure`."""
    lock(session, application_id)
    erasure = _open(session, application_id)
    if erasure is None:
        raise Refusal("no_erasure")
    erasure.state, erasure.ended_at = ErasureState.WITHDRAWN, database_now(session)
    _note(session, "erasure.withdrawn", application_id)


def answer(
    session: Session, *, exam: str, number: str, words: str, declines: bool, actor: str
) -> None:
    """The organisers answer: declined for a reason that she reads, or carried out at once.

    Raises Refusal `no_registration`, `no_erasure`, `words_missing`.
    """
    application_id = session.execute(
        select(Registration.application_id).where(
            Registration.exam == exam, Registration.number == number
        )
    ).scalar_one_or_none()
    if application_id is None:
        raise Refusal("no_registration", number=number[:40])
    lock(session, application_id)
    erasure = _open(session, application_id)
    if erasure is None:
        raise Refusal("no_erasure")
    if declines and not words.strip():
        raise Refusal("words_missing")
    now = database_now(session)
    erasure.words, erasure.answered_by = words.strip(), actor
    if declines:
        erasure.state, erasure.ended_at = ErasureState.DECLINED, now
    else:
        erasure.due_at = now
    action = "erasure.declined" if declines else "erasure.granted"
    _note(session, action, application_id, actor=actor)


def carry_out_due(session: Session) -> int:
    """Erase for those whose time to take it back is over; how many there were."""
    due = session.scalars(
        select(Erasure)
        .join(Application, Application.id == Erasure.application_id)
        .where(
            Erasure.state == ErasureState.ASKED,
            Erasure.due_at <= func.clock_timestamp(),
            Application.is_held.is_(False),
        )
        .order_by(Erasure.due_at)
        .limit(BATCH)
        .with_for_update(of=Erasure, skip_locked=True)
    ).all()
    for erasure in due:
        held = hold(session, erasure.application_id)
        if not held.application.is_held:
            _carry_out(session, held, erasure)
    return len(due)


def remove_deleted(session: Session) -> int:
    """What she deleted goes for good once its undo is over; how many images there were."""
    images = session.scalars(
        select(Image)
        .join(Application, Application.id == Image.application_id)
        .where(
            Image.deleted_at < func.clock_timestamp() - DELETED_KEPT,
            Image.locked_at.is_(None),
            Application.is_held.is_(False),
            not_(_handed_in()),
            not_(exists().where(Request.image_id == Image.id)),
        )
        .order_by(Image.deleted_at)
        .limit(DELETED_BATCH)
        .with_for_update(of=Image, skip_locked=True)
    ).all()
    objects.remove(session, images)
    return len(images)


def never_handed_in(session: Session, application_id: ApplicationId) -> Sequence[Image]:
    """Images of hers that no submission holds, and that went to no reviewer: deleted ones too."""
    sent_unanswered = exists().where(
        Request.id == Image.answers, Request.state == RequestState.OVERDUE
    )
    return session.scalars(
        select(Image).where(
            Image.application_id == application_id,
            Image.locked_at.is_(None),
            not_(_handed_in()),
            not_(sent_unanswered),
            not_(exists().where(Request.image_id == Image.id)),
        )
    ).all()


def _handed_in() -> ColumnElement[bool]:
    """Whether a submission holds the image, also one that was given back since."""
    named = func.jsonb_build_array(func.jsonb_build_object("image_id", cast(Image.id, String)))
    return exists().where(
        Submission.application_id == Image.application_id,
        Submission.images.op("@>")(cast(named, JSONB)),
    )


def _carry_out(session: Session, held: Holdings, erasure: Erasure) -> None:
    application_id = held.application.id
    images = never_handed_in(session, application_id)
    objects.remove(session, images)
    for photo in session.scalars(
        select(Shrink).where(Shrink.application_id == application_id, Shrink.state.in_(OPEN))
    ):
        shrunk.end(session, photo, ShrinkState.DISMISSED, at=held.now)
    if held.application.round == 0:
        for absence in held.absences:
            session.delete(absence)
    for request in held.open_requests():
        request.explanation = None
    erasure.state, erasure.ended_at = ErasureState.DONE, held.now
    erasure.erased = len(images)
    touch(held)
    _note(session, "erasure.done", application_id, actor=SYSTEM, images=len(images))


def _open(session: Session, application_id: ApplicationId) -> Erasure | None:
    return session.scalars(
        select(Erasure)
        .where(Erasure.application_id == application_id, Erasure.state == ErasureState.ASKED)
        .with_for_update()
    ).one_or_none()


def _note(
    session: Session,
    action: str,
    application_id: ApplicationId,
    *,
    actor: str | None = None,
    **details: object,
) -> None:
    who = candidate(application_id)
    audit.record(session, actor=actor or who, action=action, subject=who, **details)
