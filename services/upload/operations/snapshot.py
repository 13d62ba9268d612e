"""What one round hands in: its images, the receipt that proves them, the message that tells it."""

import dataclasses as dc
import uuid
from collections import Counter
from collections.abc import Sequence

from sqlalchemy.orm import Session

from libs.common import messages
from libs.common.messages import ApplicationSubmitted, SubmissionId, SubmittedImage, WindowKind
from services.upload.domain import receipt
from services.upload.domain.application import CheckState
from services.upload.domain.readiness import lacks
from services.upload.models.application import Image, Submission, findings_of
from services.upload.models.holdings import Holdings
from services.upload.models.review import Request
from services.upload.vault import Vault


def images_of(images: Sequence[Image]) -> list[SubmittedImage]:
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
                kind=image.kind,
                compared=image.compared,
                used_anyway=tuple(image.used_anyway),
                carried_from=image.carried_exam,
            )
        )
    return found


@dc.dataclass(frozen=True, kw_only=True)
class Handed:
    """One round: its window, the materials of which it speaks, its images and answers."""

    kind: WindowKind
    materials: tuple[str, ...]
    images: Sequence[SubmittedImage]
    answered: Sequence[Request]
    restored: bool = False
    """Nobody pressed the button: what was given back stands as it was handed in (R17)."""


def prove(session: Session, held: Holdings, handed: Handed) -> Submission:
    """Keep the round with its receipt: what the digest covers can be checked by anybody (R15)."""
    number = receipt.new_number(held.exam.receipt_prefix)
    absences = [a for a in held.absences if a.material in handed.materials]
    lines = (
        *receipt.image_lines(
            receipt.ReceiptImage(
                material=image.material,
                position=image.position,
                sha256=image.sha256,
                size_bytes=image.size_bytes,
            )
            for image in handed.images
        ),
        *receipt.absence_lines(a.material for a in absences),
    )
    submission = Submission(
        id=SubmissionId(uuid.uuid4()),
        application_id=held.application.id,
        round=held.application.round,
        kind=handed.kind,
        receipt_number=number,
        digest=receipt.digest(number, submitted_at=held.now, lines=lines),
        submitted_at=held.now,
        images=[_kept(image) for image in handed.images],
        absences=[{"material": a.material, "reason": a.reason} for a in absences],
        explanations=[
            {"request_id": str(r.id), "text": r.explanation}
            for r in handed.answered
            if r.explanation
        ],
        later=list(_deferred(held, handed)),
    )
    session.add(submission)
    session.flush()
    return submission


def _kept(image: SubmittedImage) -> dict[str, object]:
    return {
        "image_id": str(image.image_id),
        "material": image.material,
        "position": image.position,
        "sha256": image.sha256,
        "size_bytes": image.size_bytes,
        "state": image.state,
    }


def told(
    held: Holdings, submission: Submission, handed: Handed, vault: Vault
) -> ApplicationSubmitted:
    """The round as the other rooms hear of it."""
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
        materials=handed.materials,
        images=tuple(handed.images),
        absences=tuple(
            messages.Absence(material=a["material"], reason=a["reason"])
            for a in submission.absences
        ),
        explanations=tuple(
            messages.Explanation(request_id=r.id, text=r.explanation)
            for r in handed.answered
            if r.explanation
        ),
        window=handed.kind,
        deferred=_deferred(held, handed),
        restored=handed.restored,
        missing=_missing(held, handed) if handed.restored else (),
    )


def _missing(held: Holdings, handed: Handed) -> tuple[str, ...]:
    """What today's list asks for beyond a round that was restored without her (R3, R17)."""
    counts = Counter(image.material for image in handed.images)
    return tuple(lack.material for lack in lacks(held.entries, counts=counts, absent=held.absent))


def _deferred(held: Holdings, handed: Handed) -> tuple[str, ...]:
    """What the second window will still ask for, beyond the images of this round (R5)."""
    if held.application.second_submitted_at is not None:
        return ()
    counts = Counter(image.material for image in handed.images)
    return tuple(lack.material for lack in lacks(held.deferred, counts=counts, absent=()))
