"""What the reader read, against the registration facts: hints for the desk, never a verdict."""

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from libs.common import messages as m
from libs.common.envelopes import body_of
from services.review.models.case import Case, EarlyReading, Image
from services.review.operations import cases

READING_CODES = frozenset(
    {
        *("wrong_kind", "id_not_read", "id_differs", "name_differs"),
        *("expired", "cut_off", "glare", "mirrored"),
    }
)
"""Every code that a reading can leave at an image."""


def record_reading(session: Session, message: m.SubmittedImageRead) -> None:
    """Keep how the paper compares; before its round is here, keep it for later. The newest
    reading holds: a corrected record is compared anew.
    """
    cases.take_turns(session, message.application_id)
    image = session.get(Image, message.image_id, with_for_update=True)
    if image is not None:
        _apply(image, body_of(message))
        return
    values = {"application_id": message.application_id, "body": body_of(message)}
    session.execute(
        insert(EarlyReading)
        .values(image_id=message.image_id, **values)
        .on_conflict_do_update(index_elements=[EarlyReading.image_id], set_=values)
    )


def apply_early(session: Session, case: Case) -> None:
    """Use the readings that came before the round to which they belong."""
    early = session.scalars(
        select(EarlyReading).where(EarlyReading.application_id == case.application_id)
    ).all()
    for reading in early:
        image = session.get(Image, reading.image_id)
        if image is not None:
            _apply(image, reading.body)
            session.execute(delete(EarlyReading).where(EarlyReading.image_id == image.id))


def _apply(image: Image, body: dict[str, object]) -> None:
    """The reader's warnings stand beside those of the checks, each code once; a newer reading
    takes the older one's place.
    """
    compared, findings = body["compared"], body["findings"]
    assert isinstance(compared, dict)
    assert isinstance(findings, list)
    image.kind, image.compared = str(body["kind"]), compared
    said = READING_CODES | {f["code"] for f in findings}
    used = {f["code"] for f in image.findings if f["used_anyway"]}
    newer = [f | {"used_anyway": f["code"] in used} for f in findings]
    image.findings = [f for f in image.findings if f["code"] not in said] + newer
