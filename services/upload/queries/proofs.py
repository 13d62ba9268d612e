"""What a receipt proves, for those who hold a file or print the receipt (R15)."""

import dataclasses as dc
import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from libs.common.messages import ImageId
from services.upload.domain.exam import Text
from services.upload.models.application import Application, Image, Submission
from services.upload.models.packs import the_exam
from services.upload.queries.papers import title_of
from services.upload.queries.shapes.receipts import ReceiptPage

PROOFS_SHOWN = 5
"""One picture is handed in once a round; more than a few receipts of it say nothing more."""


@dc.dataclass(frozen=True, kw_only=True)
class Proof:
    """That a file was handed in: where and when, and nothing of whose it is."""

    exam_name: Text
    zone: str
    title: Text
    submitted_at: dt.datetime
    receipt_ending: str
    """The last group of the receipt's number: who holds the receipt knows it again."""
    size_bytes: int


def proofs_of(session: Session, sha256: str) -> tuple[Proof, ...]:
    """The submissions in which a file of this hash was handed in, the oldest first."""
    rows = session.execute(
        select(Submission, Application.exam)
        .join(Application, Application.id == Submission.application_id)
        .where(Submission.images.contains([{"sha256": sha256}]))
        .order_by(Submission.submitted_at, Submission.id)
        .limit(PROOFS_SHOWN)
    ).all()
    return tuple(
        _proof(session, submission, code, image)
        for submission, code in rows
        for image in submission.images
        if image["sha256"] == sha256
    )[:PROOFS_SHOWN]


def grid_keys(session: Session, receipt: ReceiptPage) -> dict[ImageId, str]:
    """Where the thumbnails of a receipt's images are; one that was never made is absent."""
    rows = session.execute(
        select(Image.id, Image.grid_key).where(
            Image.id.in_([line.image_id for line in receipt.images])
        )
    )
    return {row.id: row.grid_key for row in rows if row.grid_key is not None}


def _proof(
    session: Session, submission: Submission, code: str, image: dict[str, str | int]
) -> Proof:
    exam = the_exam(session, code)
    return Proof(
        exam_name=exam.name,
        zone=exam.zone,
        title=title_of(exam, str(image["material"])),
        submitted_at=submission.submitted_at,
        receipt_ending=submission.receipt_number.rpartition("-")[2],
        size_bytes=int(image["size_bytes"]),
    )
