"""More time that an administrator asked for, and what the upload room answered."""

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.review.domain.asking import Asked, asked
from services.review.models.case import Exam
from services.review.models.staff import Staff
from services.review.models.table import Table


class AskedExtension(Table):
    """First a preview, then, confirmed, the real question; each has its own answer."""

    __tablename__ = "asked_extension"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    exam: Mapped[str] = mapped_column(ForeignKey(Exam.code))
    window: Mapped[str]
    site: Mapped[str | None]
    number: Mapped[str | None]
    ends_at: Mapped[dt.datetime]
    reason: Mapped[str]
    asked_by: Mapped[uuid.UUID] = mapped_column(ForeignKey(Staff.id))
    asked_at: Mapped[dt.datetime]
    confirmed_at: Mapped[dt.datetime | None]
    answered_at: Mapped[dt.datetime | None]
    """The answer to the preview, or once confirmed to the question itself."""
    refusal: Mapped[str | None]
    params: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    concerned: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    """State of the application → how many get the time."""
    __table_args__ = (
        CheckConstraint("\"window\" IN ('main', 'second')", name="asked_extension_window"),
        CheckConstraint("reason <> ''", name="asked_extension_reasoned"),
        CheckConstraint(
            "refusal IS NULL OR answered_at IS NOT NULL", name="asked_extension_answered"
        ),
        Index("asked_extension_exam", "exam", "asked_at"),
    )

    @property
    def state(self) -> Asked:
        """How far it has come."""
        return asked(
            is_confirmed=self.confirmed_at is not None,
            is_answered=self.answered_at is not None,
            is_refused=self.refusal is not None,
        )
