"""What the image check found (R15): a fact that arrives late, twice, or never."""

import uuid

from sqlalchemy.orm import Session

from libs.common import audit, outbox
from libs.common.db import database_now
from libs.common.envelopes import body_of
from libs.common.messages import Finding, ImageChecked, ImageId, SubmittedImageChecked
from libs.common.outbox import CrashedCommand
from services.upload.domain.application import CheckState
from services.upload.models.application import Image, findings_of
from services.upload.operations import duplicates, readings
from services.upload.operations.access import lock_with_image
from services.upload.operations.actors import SYSTEM, candidate

CRASHES_THAT_MEAN_DAMAGED = 2
"""A picture on which two workers died is not tried a third time."""
CRASHED = "crashed"
"""Stands where the checker's version would, when no check came to an end."""
DAMAGED = Finding(code="damaged", severity="refuse", measured=0.0, threshold=0.0)


def record_check(session: Session, message: ImageChecked) -> None:
    """Write down what was found; damage found after submission is told to the review.

    What was found before she turned the image holds no longer, and is not written.
    Raises Refusal `no_image`.
    """
    application, image = lock_with_image(session, message.image_id)
    refused = message.view_key is None or any(f.severity == "refuse" for f in message.findings)
    if not _is_wanted(image, message, refused=refused):
        return
    _write(session, image, message, refused=refused)
    application.revision += 1
    session.flush()
    if image.locked_at is not None:
        outbox.post(session, _late(image, refused=refused))
        duplicates.tell(session, [image])
    if refused:
        audit.record(
            session,
            actor=SYSTEM,
            action="image.refused",
            subject=candidate(application.id),
            image=image.id,
            codes=[f.code for f in message.findings],
        )


def _is_wanted(image: Image, message: ImageChecked, *, refused: bool) -> bool:
    """Whether the answer is to the image as it stands: a first check, or one by a newer checker.

    A re-check takes nothing away from what was handed in, and crashes change nothing there.
    """
    if image.orientation != message.orientation:
        return False
    if image.check_state == CheckState.CHECKED:
        is_newer = message.checker not in (image.checker, CRASHED)
        return is_newer and not (refused and image.locked_at is not None)
    return image.check_state == CheckState.PENDING


def _write(session: Session, image: Image, message: ImageChecked, *, refused: bool) -> None:
    image.check_state = CheckState.REFUSED if refused else CheckState.CHECKED
    image.checker = message.checker
    image.width, image.height = message.width, message.height
    image.findings = body_of(message)["findings"]
    image.signals = dict(message.signals)
    image.view_key = None if refused else message.view_key
    image.grid_key = None if refused else message.grid_key
    image.checked_at = database_now(session)
    if not refused:
        readings.ask(session, image)
        duplicates.remember(session, image, message)
        duplicates.look_again(session, image)


def count_crash(session: Session, command: CrashedCommand) -> bool:
    """A worker died on a picture; the second time it counts as damaged, and nothing is retried."""
    if command.type != "CheckImage" or command.crashes < CRASHES_THAT_MEAN_DAMAGED:
        return False
    record_check(
        session,
        ImageChecked(
            image_id=ImageId(uuid.UUID(command.body["image_id"])),
            orientation=command.body["orientation"],
            checker=CRASHED,
            format="unknown",
            width=0,
            height=0,
            findings=(DAMAGED,),
            signals={},
            view_key=None,
            grid_key=None,
        ),
    )
    return True


def _late(image: Image, *, refused: bool) -> SubmittedImageChecked:
    return SubmittedImageChecked(
        application_id=image.application_id,
        image_id=image.id,
        refused=refused,
        width=image.width,
        height=image.height,
        view_key=image.view_key,
        grid_key=image.grid_key,
        findings=findings_of(image),
    )
