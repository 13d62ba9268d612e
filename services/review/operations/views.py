"""Saved views: a queue with its filters, under a name of one's own."""

import uuid

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from libs.common.errors import Refusal
from services.review.domain.staff import Reviewer
from services.review.domain.words import needed
from services.review.models.staff import SavedView

MOST_VIEWS = 20
MAX_NAME = 30


def save(session: Session, by: Reviewer, *, name: str, queue: str, filters: dict[str, str]) -> None:
    """Keep it; a name that he has already stands for the new one. Refuses `words_needed`,
    `words_too_long`, `views_full`.
    """
    said = needed(name, limit=MAX_NAME)
    others = session.scalar(
        select(func.count()).where(SavedView.staff_id == by.id, SavedView.name != said)
    )
    if (others or 0) >= MOST_VIEWS:
        raise Refusal("views_full", limit=MOST_VIEWS)
    values = {"queue": queue, "filters": filters}
    session.execute(
        insert(SavedView)
        .values(id=uuid.uuid4(), staff_id=by.id, name=said, **values)
        .on_conflict_do_update(constraint="saved_view_name", set_=values)
    )


def forget(session: Session, by: Reviewer, view_id: uuid.UUID) -> None:
    """Only his own."""
    session.execute(delete(SavedView).where(SavedView.id == view_id, SavedView.staff_id == by.id))
