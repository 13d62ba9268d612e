"""What an administrator asked of the upload room and was answered: more time, a load of a pack."""

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.review.domain.asking import Asked, asked
from services.review.models.case import Exam
from services.review.models.staff import Staff
from services.review.models.table import Table


class Question(Table):
    """First a rehearsal, then, confirmed, the real question; each has its own answer."""

    __abstract__ = True
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    exam: Mapped[str] = mapped_column(ForeignKey(Exam.code))
    asked_by: Mapped[uuid.UUID] = mapped_column(ForeignKey(Staff.id))
    asked_at: Mapped[dt.datetime]
    confirmed_at: Mapped[dt.datetime | None]
    answered_at: Mapped[dt.datetime | None]
    """The answer to the rehearsal, or once confirmed to the question itself."""
    refusal: Mapped[str | None]

    @property
    def state(self) -> Asked:
        """How far it has come."""
        return asked(
            is_confirmed=self.confirmed_at is not None,
            is_answered=self.answered_at is not None,
            is_refused=self.refusal is not None,
        )


class AskedExtension(Question):
    """More time; its rehearsal says whom it would concern."""

    __tablename__ = "asked_extension"
    window: Mapped[str]
    site: Mapped[str | None]
    number: Mapped[str | None]
    ends_at: Mapped[dt.datetime]
    reason: Mapped[str]
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


class AskedLoad(Question):
    """The load of a pack; its rehearsal is the comparison with the one that holds."""

    __tablename__ = "asked_load"
    version: Mapped[str | None]
    """Of the pack that lies ready on the server."""
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
