"""A member of staff's saved views."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.review.domain.staff import Reviewer
from services.review.models.staff import SavedView


def of(session: Session, who: Reviewer) -> list[SavedView]:
    """By name."""
    return list(
        session.scalars(
            select(SavedView).where(SavedView.staff_id == who.id).order_by(SavedView.name)
        )
    )
