"""What comes of photos at the shrink door (R8): made smaller, refused, given up, cleared.

Whatever the end of a photo, its bytes are cleared by command: none outlives its purpose.
"""

import datetime as dt
import uuid

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from libs.common import audit, outbox
from libs.common.db import database_now
from libs.common.envelopes import body_of
from libs.common.errors import Refusal
from libs.common.messages import ClearShrink, ImageId, ImageShrunk, ShrinkCleared
from libs.common.outbox import CrashedCommand
from services.upload.domain.application import State
from services.upload.domain.shrink import KEPT, OPEN, ShrinkState
from services.upload.models.application import Application
from services.upload.models.shrink import Shrink
from services.upload.operations.access import lock
from services.upload.operations.actors import SYSTEM, candidate
from services.upload.operations.checks import CRASHED, CRASHES_THAT_MEAN_DAMAGED, DAMAGED

EXPIRED_AT_ONCE = 100
"""Applications whose photos one sweep gives up."""
CLOSED = (State.LOCKED, State.PUBLISHED)
"""States in which no photo can become an image any more."""


def record(session: Session, message: ImageShrunk) -> None:
    """Write down what was made of it. Raises Refusal `no_shrink`."""
    application_id = session.execute(
        select(Shrink.application_id).where(Shrink.id == message.image_id)
    ).scalar_one_or_none()
    if application_id is None:
        raise Refusal("no_shrink")
    application = lock(session, application_id)
    shrink = session.get_one(Shrink, message.image_id, populate_existing=True)
    if shrink.state != ShrinkState.PENDING:
        # It ended while it was made smaller; the same answer twice changes nothing.
        if message.key is not None and shrink.key is None:
            _clear(session, shrink, message.key)
        return
    shrink.shrinker = message.shrinker
    shrink.shrunk_at = database_now(session)
    application.revision += 1
    if message.key is None:
        shrink.state = ShrinkState.REFUSED
        shrink.findings = body_of(message)["findings"]
        _clear(session, shrink, shrink.original_key)
        codes = [finding.code for finding in message.findings]
        note(session, "shrink.refused", shrink, actor=SYSTEM, codes=codes)
        return
    shrink.state = ShrinkState.READY
    shrink.key, shrink.sha256 = message.key, message.sha256
    shrink.size_bytes, shrink.width, shrink.height = (
        message.size_bytes,
        message.width,
        message.height,
    )


def count_crash(session: Session, command: CrashedCommand) -> bool:
    """A worker died on a photo; the second time it counts as damaged, and nothing is retried."""
    if command.type != "ShrinkImage" or command.crashes < CRASHES_THAT_MEAN_DAMAGED:
        return False
    record(session, _hopeless(ImageId(uuid.UUID(command.body["image_id"]))))
    return True


def expire(session: Session) -> int:
    """Give up what nobody can or will confirm any more; how many there were."""
    given_up = and_(Shrink.application_id == Application.id, Shrink.state.in_(OPEN), _is_given_up())
    applications = session.scalars(
        select(Application)
        .where(select(Shrink.id).where(given_up).exists())
        .limit(EXPIRED_AT_ONCE)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    now, ended = database_now(session), 0
    for application in applications:
        for shrink in session.scalars(
            select(Shrink).join(Application, given_up).where(Application.id == application.id)
        ):
            end(session, shrink, ShrinkState.EXPIRED, at=now)
            note(session, "shrink.expired", shrink, actor=SYSTEM)
            ended += 1
        application.revision += 1
    return ended


def _is_given_up() -> ColumnElement[bool]:
    """Too old, or nothing can become of it: the application is closed, what it answers is over, it
    was left behind by a submission, or the second window has ended (R5).
    """
    is_over = or_(
        Shrink.answers.is_not(None),
        Shrink.received_at <= Application.submitted_at,
        Application.second_locked_at.is_not(None),
    )
    return or_(
        Shrink.received_at < func.clock_timestamp() - KEPT,
        Application.state.in_(CLOSED),
        and_(Application.state == State.SUBMITTED, is_over),
    )


def record_cleared(session: Session, message: ShrinkCleared) -> None:
    """The bytes are gone. Raises Refusal `no_shrink`."""
    shrink = session.get(Shrink, message.image_id, with_for_update=True)
    if shrink is None:
        raise Refusal("no_shrink")
    shrink.cleared_at = database_now(session)


def end(session: Session, shrink: Shrink, state: ShrinkState, *, at: dt.datetime) -> None:
    """The photo has come to its end; whatever is left of it is cleared."""
    # A refused photo was cleared when it was refused.
    keys = [] if shrink.state == ShrinkState.REFUSED else [shrink.original_key]
    keys += [shrink.key] if shrink.key is not None else []
    shrink.state, shrink.ended_at = state, at
    if keys:
        _clear(session, shrink, *keys)


def _clear(session: Session, shrink: Shrink, *keys: str) -> None:
    outbox.post(session, ClearShrink(image_id=shrink.id, keys=keys))


def note(
    session: Session, action: str, shrink: Shrink, *, actor: str | None = None, **detail: object
) -> None:
    """Write it into the audit log; by the candidate unless `actor` says otherwise."""
    who = candidate(shrink.application_id)
    audit.record(
        session,
        actor=actor or who,
        action=action,
        subject=who,
        image=shrink.id,
        material=shrink.material,
        **detail,
    )


def _hopeless(image_id: ImageId) -> ImageShrunk:
    return ImageShrunk(
        image_id=image_id,
        shrinker=CRASHED,
        key=None,
        sha256="",
        size_bytes=0,
        width=0,
        height=0,
        findings=(DAMAGED,),
    )
