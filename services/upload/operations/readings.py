"""What the reader saw (R19's hints): compared here, told to her in words, to reviewers as a hint.

A reader that is behind or down costs nobody anything: what was not read is not compared.
"""

from typing import cast

from sqlalchemy.orm import Session

from libs.common import outbox
from libs.common.errors import BadMessage
from libs.common.messages import ImageRead, ReadImage, SubmittedImageRead
from services.upload.domain.application import CheckState
from services.upload.domain.reading import (
    FROM_READING,
    Candidates,
    Expected,
    valid_until,
    verdict,
)
from services.upload.models.application import Application, Image, findings_of
from services.upload.models.candidate import Registration
from services.upload.models.packs import the_exam
from services.upload.operations.access import lock_with_image
from services.upload.vault import Vault


def ask(session: Session, image: Image) -> None:
    """The image passed its check: read it."""
    if image.view_key is not None:
        outbox.post(
            session,
            ReadImage(image_id=image.id, view_key=image.view_key, orientation=image.orientation),
        )


def record(session: Session, message: ImageRead, *, vault: Vault) -> None:
    """Compare and write down; after submission the review is told.

    What was read before she turned the image holds no longer. Raises Refusal `no_image`.
    """
    application, image = lock_with_image(session, message.image_id)
    is_current = image.orientation == message.orientation
    if image.check_state != CheckState.CHECKED or not is_current:
        return
    seen = _seen(message, vault)
    said = verdict(message.kind, seen, _expected(session, application, image, vault))
    kept = [f for f in image.findings if f["code"] not in FROM_READING]
    found = [finding.as_json() for finding in (*message.findings, *said.findings)]
    image.findings = [*kept, *found]
    image.signals = {**image.signals, **message.signals}
    image.reader, image.kind, image.compared = message.reader, message.kind, dict(said.compared)
    image.valid_until = valid_until(message.kind, seen)
    application.revision += 1
    session.flush()
    if image.locked_at is not None:
        outbox.post(session, _told(image))


def _seen(message: ImageRead, vault: Vault) -> Candidates:
    read = vault.unsealed(message.read)
    if set(read) != {"id_numbers", "names", "dates"}:
        raise BadMessage("what was read has another shape")
    return Candidates(**{name: cast("list[str]", values) for name, values in read.items()})


def _expected(session: Session, application: Application, image: Image, vault: Vault) -> Expected:
    registration = session.get_one(Registration, application.id)
    exam = the_exam(session, application.exam)
    material = next((m for m in exam.materials if m.code == image.material), None)
    return Expected(
        id_number=vault.read(registration, "id_number"),
        name=vault.read(registration, "name"),
        exam_day=exam.exam_day,
        kinds=material.kinds if material is not None else (),
    )


def _told(image: Image) -> SubmittedImageRead:
    return SubmittedImageRead(
        application_id=image.application_id,
        image_id=image.id,
        kind=image.kind,
        compared=image.compared,
        findings=findings_of(image),
    )
