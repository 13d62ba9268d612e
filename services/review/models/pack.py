"""A pack that an administrator wants loaded, and what the upload room answered."""

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.review.domain.asking import Asked, asked
from services.review.models.case import Exam
from services.review.models.staff import Staff
from services.review.models.table import Table


class AskedLoad(Table):
    """First a comparison, then, confirmed, the load; each has its own answer."""

    __tablename__ = "asked_load"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    exam: Mapped[str] = mapped_column(ForeignKey(Exam.code))
    asked_by: Mapped[uuid.UUID] = mapped_column(ForeignKey(Staff.id))
    asked_at: Mapped[dt.datetime]
    confirmed_at: Mapped[dt.datetime | None]
    answered_at: Mapped[dt.datetime | None]
    """The answer to the comparison, or once confirmed to the load."""
    version: Mapped[str | None]
    """Of the pack that lies ready on the server."""
    refusal: Mapped[str | None]
    faults: Mapped[list[Any]] = mapped_column(server_default="[]")
    changes: Mapped[list[Any]] = mapped_column(server_default="[]")
    """`place`, `before`, `after`, as they were compared."""
    differences: Mapped[int] = mapped_column(server_default="0")
    """How many there are in all."""
    __table_args__ = (
        CheckConstraint("refusal IS NULL OR answered_at IS NOT NULL", name="asked_load_answered"),
        CheckConstraint("confirmed_at IS NULL OR version IS NOT NULL", name="asked_load_compared"),
        Index("asked_load_exam", "exam", "asked_at"),
    )

    @property
    def state(self) -> Asked:
        """How far it has come."""
        return asked(
            is_confirmed=self.confirmed_at is not None,
            is_answered=self.answered_at is not None,
            is_refused=self.refusal is not None,
        )
