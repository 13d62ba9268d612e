"""The same picture with two candidates: kept, shown side by side, cleared by a person."""

import uuid

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from libs.common import audit
from libs.common import messages as m
from libs.common.db import database_now
from libs.common.errors import Refusal
from services.review.domain.staff import Reviewer
from services.review.domain.words import needed
from services.review.models.hearing import Duplicate

MAX_WORDS = 300


def remember_duplicates(session: Session, message: m.DuplicatesFound) -> None:
    """Keep each pair once, whichever of the two is told first."""
    for other in message.others:
        pair = sorted(
            (
                (message.image_id, message.application_id),
                (other.image_id, other.application_id),
            )
        )
        (image_id, application_id), (other_image_id, other_application_id) = pair
        session.execute(
            insert(Duplicate)
            .values(
                image_id=image_id,
                application_id=application_id,
                other_image_id=other_image_id,
                other_application_id=other_application_id,
                exam=other.exam,
                distance=other.distance,
            )
            .on_conflict_do_nothing()
        )


def clear(
    session: Session, image_id: uuid.UUID, other_image_id: uuid.UUID, words: str, by: Reviewer
) -> None:
    """The pair is harmless, and why. Refuses `not_found`, `words_needed`, `words_too_long`."""
    said = needed(words, limit=MAX_WORDS)
    row = session.scalars(
        select(Duplicate)
        .where(
            Duplicate.image_id == image_id,
            Duplicate.other_image_id == other_image_id,
            Duplicate.cleared_at.is_(None),
        )
        .with_for_update()
    ).one_or_none()
    if row is None:
        raise Refusal("not_found")
    row.cleared_by, row.cleared_at, row.words = by.id, database_now(session), said
    audit.record(
        session,
        actor=f"staff:{by.id}",
        action="duplicate.cleared",
        subject=f"image:{image_id}",
        other=str(other_image_id),
    )
