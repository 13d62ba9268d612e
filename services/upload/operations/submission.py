"""提交审核 (R15): nothing missing, all locked, a receipt, and the round told to the review."""

import dataclasses as dc
import datetime as dt
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from libs.common import audit, outbox
from libs.common.errors import Refusal
from libs.common.messages import (
    ApplicationId,
    Stage,
    SubmissionId,
    WindowKind,
)
from services.upload.domain.application import Event, RequestState, State, after
from services.upload.domain.readiness import Readiness
from services.upload.models.application import Application, Image, Submission
from services.upload.models.holdings import Holdings, read_holdings
from services.upload.operations import duplicates
from services.upload.operations.access import hold, require_open, require_second, touch
from services.upload.operations.actors import SYSTEM, candidate, wall
from services.upload.operations.endings import end_requests
from services.upload.operations.snapshot import Handed, images_of, prove, told
from services.upload.operations.standing import restored
from services.upload.vault import Vault


@dc.dataclass(frozen=True, kw_only=True)
class HandedIn:
    """The submission that stands now; `is_new` is False for a second press of the button."""

    submission_id: SubmissionId
    receipt_number: str
    is_new: bool


def readiness(session: Session, application_id: ApplicationId) -> Readiness:
    """What a submission would meet now; changes nothing."""
    return read_holdings(session, application_id).readiness()


def submit(
    session: Session,
    *,
    application_id: ApplicationId,
    began_at: dt.datetime,
    vault: Vault,
    round_: int | None = None,
    kind: WindowKind = "main",
) -> HandedIn:
    """Hand the application in: one submission, however often the button was pressed.

    `round_` is the round that the page's button makes. A round is made once, so it is the
    button's one-shot token: pressed again, even rounds later, it leads to that round's receipt.
    `kind` is the window: the second one's round is of its own (R5).
    Raises Refusal `not_ready` (the page lists `readiness`), `request_over`, and those of
    `require_open`. A check that is still running never refuses.
    """
    held = hold(session, application_id)
    state = State(held.application.state)
    made = None if round_ is None else _submission(session, application_id, round_)
    if made is not None and made.kind == kind:
        return _made(made)
    if kind == "second" and held.takes_deferred:
        require_second(held, began_at=began_at)
        held = _last_round_stands(session, held, vault=vault)
        found = held.readiness_of_deferred()
    elif state is State.SUBMITTED:
        return _made(latest_submission(session, application_id))
    else:
        _require_round(held, state, began_at=began_at)
        found, kind = held.readiness(), "main"
    if not found.is_ready:
        raise Refusal("not_ready", missing=len(found.lacks), unanswered=len(found.unanswered))
    actor = candidate(application_id)
    submission = hand_in(session, held, vault=vault, actor=actor, kind=kind)
    return HandedIn(
        submission_id=submission.id, receipt_number=submission.receipt_number, is_new=True
    )


def _require_round(held: Holdings, state: State, *, began_at: dt.datetime) -> None:
    if state is State.RETURNED:
        _require_open_requests(held, began_at=began_at)
    else:
        require_open(held, began_at=began_at)


def _last_round_stands(session: Session, held: Holdings, *, vault: Vault) -> Holdings:
    """What the site gave back is over with the main window, whether or not a tick has written it
    down (R13): its last round is handed in before the deferred materials are.
    """
    if held.application.state != State.OPEN:
        return held
    hand_in(session, restored(session, held), vault=vault, actor=SYSTEM)
    return read_holdings(session, held.application.id, application=held.application)


def _made(submission: Submission) -> HandedIn:
    return HandedIn(
        submission_id=submission.id, receipt_number=submission.receipt_number, is_new=False
    )


def _submission(session: Session, application_id: ApplicationId, round_: int) -> Submission | None:
    return session.scalars(
        select(Submission).where(
            Submission.application_id == application_id, Submission.round == round_
        )
    ).one_or_none()


def latest_submission(session: Session, application_id: ApplicationId) -> Submission:
    """The submission of the last round."""
    return session.scalars(
        select(Submission)
        .where(Submission.application_id == application_id)
        .order_by(Submission.round.desc())
        .limit(1)
    ).one()


def hand_in(
    session: Session, held: Holdings, *, vault: Vault, actor: str, kind: WindowKind = "main"
) -> Submission:
    """Lock what is there and tell it; the rules were asked before.

    1. Requests end: answered, or overdue by the clock. 2. Images are locked, old versions give
    way. 3. The receipt. 4. The round's snapshot goes to the review.
    """
    application = held.application
    is_restored = actor == SYSTEM and kind == "main" and application.round > 0
    images, materials = _handed_in(held, kind)
    ended = end_requests(session, held)
    replaced = {image.replaces for image in images if image.replaces is not None}
    for image in held.images:
        if image.id in replaced and image.superseded_at is None:
            image.superseded_at = held.now
    fresh = _lock(images, held.now)
    _advance(held, kind)
    handed = Handed(
        kind=kind,
        materials=materials,
        images=images_of(images),
        answered=ended,
        restored=is_restored,
    )
    submission = prove(session, held, handed)
    outbox.post(session, told(held, submission, handed, vault))
    duplicates.tell(session, fresh)
    audit.record(
        session,
        actor=actor,
        action="application.submitted",
        subject=candidate(application.id),
        round=application.round,
        window=kind,
        receipt=submission.receipt_number,
        images=len(images),
    )
    return submission


def _lock(images: Iterable[Image], now: dt.datetime) -> list[Image]:
    """Those that were open until now."""
    fresh = [image for image in images if image.locked_at is None]
    for image in fresh:
        image.locked_at = now
    return fresh


def _advance(held: Holdings, kind: WindowKind) -> None:
    """The application's own row after this round."""
    application = held.application
    application.round += 1
    state = State(application.state)
    new_state = after(state, Event.SUBMIT if kind == "main" else Event.SUPPLEMENT)
    if new_state is None:
        raise Refusal("locked")
    application.state = new_state
    application.stage = _stage_of(state, application) if kind == "main" else "area_review"
    if kind == "second":
        application.second_submitted_at = held.now
    application.stage_round, application.stage_version = application.round, 0
    application.submitted_at = held.now
    touch(held)


def _handed_in(held: Holdings, kind: WindowKind) -> tuple[list[Image], tuple[str, ...]]:
    """The images of this round, and the materials of which it speaks.

    A main round leaves what is uploaded for the second window to that one. The second one speaks
    of its own materials, and of those whose open requests it answers.
    """
    later = [entry.code for entry in held.takes_deferred]
    counting = held.counting()
    if kind == "main":
        mine = [i for i in counting if i.locked_at or i.answers or i.material not in later]
        return mine, tuple(e.code for e in held.entries if e.takes_images)
    new = {image.material for image in counting if image.locked_at is None}
    codes = tuple(m.code for m in held.exam.materials if m.code in new or m.code in later)
    return [image for image in counting if image.material in codes], codes


def _stage_of(state: State, application: Application) -> Stage:
    """Where the round goes: the first to the site, answers to the area (R20); what the site gave
    back to where it was (R17).
    """
    if state is State.OPEN and application.stage is not None:
        return application.stage
    return "area_review" if state is State.RETURNED else "site_review"


def _require_open_requests(held: Holdings, *, began_at: dt.datetime) -> None:
    """At least one request still admits an answer that began then; the last due time decides."""
    admitted = [
        request
        for request in held.requests
        if request.state == RequestState.OPEN
        and held.request_window(request).admits(began_at=began_at, written_at=held.now)
    ]
    if not admitted:
        due = max(r.due_at for r in held.requests)
        raise Refusal("request_over", due=wall(due, held.exam.zone), zone=held.exam.zone)
