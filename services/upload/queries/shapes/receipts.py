"""What a receipt proves."""

import dataclasses as dc
import datetime as dt

from libs.common.messages import ApplicationId, ImageId, SubmissionId
from services.upload.domain.deadline import Window
from services.upload.domain.exam import Site, Text


@dc.dataclass(frozen=True, kw_only=True)
class ReceiptLine:
    """One image as the receipt proves it."""

    image_id: ImageId
    material: str
    title: Text
    position: int
    sha256: str
    size_bytes: int
    was_checking: bool


@dc.dataclass(frozen=True, kw_only=True)
class ReceiptPage:
    """A receipt; the public page shows it without the candidate (R15)."""

    application_id: ApplicationId
    submission_id: SubmissionId
    number: str
    digest: str
    round: int
    exam_name: Text
    zone: str
    site: Site
    registration_number: str
    masked_name: str
    submitted_at: dt.datetime
    images: tuple[ReceiptLine, ...]
    absences: tuple[tuple[Text, str], ...]
    """Material's title and her reason."""
    explanations: int
    later: tuple[Text, ...]
    """Titles of what the second window still asked for when it was handed in (R5)."""
    later_window: Window | None
    """That window as it holds for her now, extensions included."""
    lines: tuple[str, ...]
    """What the digest covers, besides number and time."""
