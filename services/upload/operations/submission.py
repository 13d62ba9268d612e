"""提交审核 (R15): nothing missing, all locked, a receipt, and the round told to the review."""

import dataclasses as dc
import datetime as dt
import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from libs.common import audit, messages, outbox
from libs.common.errors import Refusal
from libs.common.messages import (
    ApplicationId,
    ApplicationSubmitted,
    Finding,
    RequestsOverdue,
    SubmissionId,
    SubmittedImage,
)
from services.upload.domain import receipt
from services.upload.domain.application import CheckState, Event, RequestState, State, after
from services.upload.domain.readiness import Readiness
from services.upload.models.application import Image, Submission
from services.upload.models.holdings import Holdings, read_holdings
from services.upload.models.review import Request
from services.upload.operations.access import hold, require_open, touch
from services.upload.operations.actors import candidate, wall
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
    session: Session, *, application_id: ApplicationId, began_at: dt.datetime, vault: Vault
) -> HandedIn:
    """Hand the application in: one submission, however often the button was pressed.

    Raises Refusal `not_ready` (the page lists `readiness`), `request_over`, and those of
    `require_open`. A check that is still running never refuses.
    """
    held = hold(session, application_id)
    state = State(held.application.state)
    if state is State.SUBMITTED:
        latest = latest_submission(session, application_id)
        return HandedIn(submission_id=latest.id, receipt_number=latest.receipt_number, is_new=False)
    if state is State.RETURNED:
        _require_open_requests(held, began_at=began_at)
    else:
        require_open(held, began_at=began_at)
    found = held.readiness()
    if not found.is_ready:
        raise Refusal("not_ready", missing=len(found.lacks), unanswered=len(found.unanswered))
    submission = hand_in(session, held, vault=vault, actor=candidate(application_id))
    return HandedIn(
        submission_id=submission.id, receipt_number=submission.receipt_number, is_new=True
    )


def latest_submission(session: Session, application_id: ApplicationId) -> Submission:
    """The submission of the last round."""
    return session.scalars(
        select(Submission)
        .where(Submission.application_id == application_id)
        .order_by(Submission.round.desc())
        .limit(1)
    ).one()


def hand_in(session: Session, held: Holdings, *, vault: Vault, actor: str) -> Submission:
    """Lock what is there and tell it; the rules were asked before.

    1. Requests end: answered, or overdue by the clock. 2. Images are locked, old versions give
    way. 3. The receipt. 4. The round's snapshot goes to the review.
    """
    application = held.application
    ended = end_requests(session, held)
    images = held.counting()
    replaced = {image.replaces for image in images if image.replaces is not None}
    for image in held.images:
        if image.id in replaced and image.superseded_at is None:
            image.superseded_at = held.now
    for image in images:
        image.locked_at = image.locked_at or held.now
    application.round += 1
    new_state = after(State(application.state), Event.SUBMIT)
    if new_state is None:
        raise Refusal("locked")
    application.state = new_state
    application.stage = "site_review" if application.round == 1 else "area_review"
    application.stage_round, application.stage_version = application.round, 0
    application.submitted_at = held.now
    touch(held)
    snapshot = _snapshot(images)
    submission = _receipt(session, held, snapshot, ended)
    outbox.post(session, _submitted(held, submission, snapshot, ended, vault))
    audit.record(
        session,
        actor=actor,
        action="application.submitted",
        subject=candidate(application.id),
        round=application.round,
        receipt=submission.receipt_number,
        images=len(snapshot),
    )
    return submission


def end_requests(session: Session, held: Holdings) -> list[Request]:
    """Open requests become answered, or overdue by the clock; the answered ones."""
    still_open = [r for r in held.requests if r.state == RequestState.OPEN]
    answered = [r for r in still_open if held.is_answered(r)]
    overdue = [r for r in still_open if not held.is_answered(r)]
    for request in still_open:
        request.state = RequestState.ANSWERED if request in answered else RequestState.OVERDUE
        request.ended_at = held.now
    tell_overdue(session, held, overdue)
    return answered


def tell_overdue(session: Session, held: Holdings, overdue: Sequence[Request]) -> None:
    """Say which requests were not answered when due (R21)."""
    if overdue:
        outbox.post(
            session,
            RequestsOverdue(
                application_id=held.application.id,
                requests=tuple(r.id for r in overdue),
                overdue_at=held.now,
            ),
        )


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


def _snapshot(images: Sequence[Image]) -> list[SubmittedImage]:
    """The images as they are handed in, numbered from 1 within each material."""
    positions: dict[str, int] = {}
    found = []
    for image in sorted(images, key=lambda i: (i.material, i.position, i.received_at, i.id)):
        positions[image.material] = positions.get(image.material, 0) + 1
        checked = image.check_state == CheckState.CHECKED
        found.append(
            SubmittedImage(
                image_id=image.id,
                material=image.material,
                position=positions[image.material],
                sha256=image.sha256,
                size_bytes=image.size_bytes,
                width=image.width,
                height=image.height,
                state="checked" if checked else "checking",
                view_key=image.view_key,
                grid_key=image.grid_key,
                findings=findings_of(image),
                replaces=image.replaces,
                answers=image.answers,
            )
        )
    return found


def findings_of(image: Image) -> tuple[Finding, ...]:
    """The image's findings as messages carry them."""
    return tuple(Finding(**finding) for finding in image.findings)


def _receipt(
    session: Session, held: Holdings, images: list[SubmittedImage], answered: list[Request]
) -> Submission:
    number = receipt.new_number(held.exam.receipt_prefix)
    absences = [a for a in held.absences if any(e.code == a.material for e in held.entries)]
    lines = (
        *receipt.image_lines(
            receipt.ReceiptImage(
                material=image.material,
                position=image.position,
                sha256=image.sha256,
                size_bytes=image.size_bytes,
            )
            for image in images
        ),
        *receipt.absence_lines(a.material for a in absences),
    )
    submission = Submission(
        id=SubmissionId(uuid.uuid4()),
        application_id=held.application.id,
        round=held.application.round,
        receipt_number=number,
        digest=receipt.digest(number, submitted_at=held.now, lines=lines),
        submitted_at=held.now,
        images=[
            {
                "image_id": str(image.image_id),
                "material": image.material,
                "position": image.position,
                "sha256": image.sha256,
                "size_bytes": image.size_bytes,
                "state": image.state,
            }
            for image in images
        ],
        absences=[{"material": a.material, "reason": a.reason} for a in absences],
        explanations=[
            {"request_id": str(r.id), "text": r.explanation} for r in answered if r.explanation
        ],
    )
    session.add(submission)
    session.flush()
    return submission


def _submitted(
    held: Holdings,
    submission: Submission,
    images: list[SubmittedImage],
    answered: list[Request],
    vault: Vault,
) -> ApplicationSubmitted:
    application, registration = held.application, held.registration
    return ApplicationSubmitted(
        application_id=application.id,
        submission_id=submission.id,
        exam=application.exam,
        site=application.site,
        registration_number=registration.number,
        round=application.round,
        receipt_number=submission.receipt_number,
        submitted_at=submission.submitted_at,
        facts=dict(registration.facts),
        personal=vault.seal_for_review(vault.person(registration)),
        masked_name=registration.masked_name,
        materials=tuple(e.code for e in held.entries if e.takes_images),
        images=tuple(images),
        absences=tuple(
            messages.Absence(material=a["material"], reason=a["reason"])
            for a in submission.absences
        ),
        explanations=tuple(
            messages.Explanation(request_id=r.id, text=r.explanation)
            for r in answered
            if r.explanation
        ),
    )
