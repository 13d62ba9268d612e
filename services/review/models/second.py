"""Second readings: what was concluded first, what the blind reader made of it, who settled it."""

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.review.domain.case import Outcome
from services.review.domain.judging import Choice
from services.review.domain.second import Ending, Reading, Settlement
from services.review.models.case import Case, Image
from services.review.models.staff import Staff
from services.review.models.table import Table, one_of


class SecondReading(Table):
    """One conclusion that was drawn to be read again, blind."""

    __tablename__ = "second_reading"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(Case.id, ondelete="CASCADE"), index=True)
    round: Mapped[int]
    state: Mapped[str]
    drawn_at: Mapped[dt.datetime]
    outcome: Mapped[str]
    """What was concluded."""
    words: Mapped[str]
    first: Mapped[dict[str, Any]]
    """Image id → `choice` and `reason` as they held at the conclusion."""
    concluded_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey(Staff.id))
    reader_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey(Staff.id))
    expires_at: Mapped[dt.datetime | None]
    """Until when it is hers unless she goes on; None: free, or read."""
    ending: Mapped[str | None]
    ending_words: Mapped[str] = mapped_column(server_default="")
    read_at: Mapped[dt.datetime | None]
    agrees: Mapped[bool | None]
    settlement: Mapped[str | None]
    settled_words: Mapped[str] = mapped_column(server_default="")
    settled_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey(Staff.id))
    settled_at: Mapped[dt.datetime | None]
    __table_args__ = (
        one_of("state", Reading, "second_state"),
        one_of("outcome", Outcome, "second_outcome"),
        one_of("ending", Ending, "second_ending"),
        one_of("settlement", Settlement, "second_settlement"),
        CheckConstraint(
            "(state = 'read') = (ending IS NOT NULL AND read_at IS NOT NULL"
            " AND reader_id IS NOT NULL AND agrees IS NOT NULL)",
            name="second_read",
        ),
        CheckConstraint("ending <> 'not_passed' OR ending_words <> ''", name="second_reasoned"),
        CheckConstraint(
            "(settlement IS NULL) = (settled_by IS NULL OR settled_at IS NULL)",
            name="second_settled",
        ),
        CheckConstraint("settlement IS NULL OR agrees = false", name="second_differs"),
        Index("second_one_waiting", "case_id", unique=True, postgresql_where="state = 'waiting'"),
        Index("second_line", "drawn_at", postgresql_where="state = 'waiting'"),
        Index(
            "second_unsettled",
            "case_id",
            postgresql_where="agrees = false AND settlement IS NULL",
        ),
    )


class SecondVerdict(Table):
    """What the second reader makes of one image; kept apart from the verdicts that count."""

    __tablename__ = "second_verdict"
    reading_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey(SecondReading.id, ondelete="CASCADE"), primary_key=True
    )
    image_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey(Image.id, ondelete="CASCADE"), primary_key=True
    )
    choice: Mapped[str]
    reason: Mapped[str] = mapped_column(server_default="")
    at: Mapped[dt.datetime]
    __table_args__ = (
        one_of("choice", Choice, "second_choice"),
        Index("second_verdict_of_image", "image_id"),
        CheckConstraint("choice <> 'ask' OR reason <> ''", name="second_verdict_reasoned"),
    )
