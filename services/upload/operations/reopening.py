"""Submitted by mistake: she asks the site to give it back, and hears what the site says (R17)."""

import datetime as dt

from sqlalchemy import update
from sqlalchemy.orm import Session

from libs.common import audit, outbox
from libs.common.db import database_now
from libs.common.errors import Refusal
from libs.common.messages import (
    ApplicationId,
    ApplicationReopened,
    CaseReopened,
    ReopenAsked,
    ReopenDeclined,
)
from services.upload.domain.application import Event, ReopenAnswer, State, after
from services.upload.models.application import Application
from services.upload.models.holdings import Holdings
from services.upload.models.review import ReopenAsk
from services.upload.operations.access import hold, lock, touch, window_closed
from services.upload.operations.actors import SYSTEM, candidate
from services.upload.operations.submission import hand_in
from services.upload.vault import Vault

MAX_REASON = 300


def ask(
    session: Session, *, application_id: ApplicationId, reason: str, began_at: dt.datetime
) -> None:
    """She asks once per round, inside the window, with a reason; it stays locked meanwhile.

    Raises Refusal `not_submitted`, `returned_only`, `published`, `window_closed`,
    `reopen_asked`, `words_missing`, `words_too_long`.
    """
    held = hold(session, application_id)
    words = _checked(reason)
    _require_submitted(held)
    if not held.window.admits(began_at=began_at, written_at=held.now):
        raise window_closed(held)
    round_ = held.application.round
    if session.get(ReopenAsk, (application_id, round_)) is not None:
        raise Refusal("reopen_asked")
    session.add(
        ReopenAsk(application_id=application_id, round=round_, reason=words, asked_at=held.now)
    )
    touch(held)
    outbox.post(
        session,
        ReopenAsked(application_id=application_id, round=round_, reason=words, asked_at=held.now),
    )
    who = candidate(application_id)
    audit.record(session, actor=who, action="reopen.asked", subject=who, round=round_)


def reopen(session: Session, message: CaseReopened, *, vault: Vault) -> None:
    """The site gave the round back: open again inside the window; accepted images keep their ✓
    and their lock. A word that comes after the window's end takes nothing from her: the round is
    handed in again as it was, and she is not told that she may change it.
    """
    held = hold(session, message.application_id)
    application = held.application
    new_state = after(State(application.state), Event.REOPEN)
    if application.round != message.round or new_state is None:
        return
    _answer(session, application, ReopenAnswer.GRANTED, message.words, now=held.now)
    application.state = new_state
    who = candidate(application.id)
    audit.record(
        session,
        actor=f"case:{message.case_id}",
        action="application.reopened",
        subject=who,
        round=message.round,
    )
    if held.now >= held.window.closes_at:
        hand_in(session, held, vault=vault, actor=SYSTEM)
        return
    for image in held.current():
        if image.accepted_at is None:
            image.locked_at = None
    touch(held)
    outbox.post(
        session,
        ApplicationReopened(
            application_id=application.id,
            case_id=message.case_id,
            round=message.round,
            words=message.words,
        ),
    )


def hear_declined(session: Session, message: ReopenDeclined) -> None:
    """The site did not give it back, and says why."""
    application = lock(session, message.application_id)
    _answer(
        session,
        application,
        ReopenAnswer.DECLINED,
        message.words,
        now=database_now(session),
        round_=message.round,
    )
    application.revision += 1
    audit.record(
        session,
        actor=f"case:{message.case_id}",
        action="reopen.declined",
        subject=candidate(application.id),
        round=message.round,
    )


def _answer(
    session: Session,
    application: Application,
    answer: ReopenAnswer,
    words: str,
    *,
    now: dt.datetime,
    round_: int | None = None,
) -> None:
    """The first answer stands; a copy changes nothing."""
    session.execute(
        update(ReopenAsk)
        .where(
            ReopenAsk.application_id == application.id,
            ReopenAsk.round == (round_ or application.round),
            ReopenAsk.answer.is_(None),
        )
        .values(answer=answer, words=words, answered_at=now)
    )


def _require_submitted(held: Holdings) -> None:
    match State(held.application.state):
        case State.SUBMITTED:
            return
        case State.RETURNED:
            raise Refusal("returned_only")
        case State.PUBLISHED:
            raise Refusal("published")
    raise Refusal("not_submitted")


def _checked(reason: str) -> str:
    words = reason.strip()
    if not words:
        raise Refusal("words_missing")
    if len(words) > MAX_REASON:
        raise Refusal("words_too_long", max=MAX_REASON)
    return words
