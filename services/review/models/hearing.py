"""What is asked of the staff beside the papers: wishes, duplicates, telephone calls."""

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.review.domain.call import Outcome, Standing
from services.review.domain.wish import Answer
from services.review.models.staff import Staff
from services.review.models.table import NOW, Table, one_of


class Wish(Table):
    """Submitted by mistake: she asks for her application back (R17)."""

    __tablename__ = "wish"
    application_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True)
    reason: Mapped[str]
    asked_at: Mapped[dt.datetime]
    answer: Mapped[str | None]
    words: Mapped[str] = mapped_column(server_default="")
    answered_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey(Staff.id))
    answered_at: Mapped[dt.datetime | None]
    __table_args__ = (
        one_of("answer", Answer, "wish_answer"),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="wish_answered"),
        CheckConstraint("answer <> 'declined' OR words <> ''", name="wish_reasoned"),
        Index("wish_open", "asked_at", postgresql_where="answer IS NULL"),
    )


class Duplicate(Table):
    """The same picture with two candidates, told once for each pair of images."""

    __tablename__ = "duplicate"
    image_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    other_image_id: Mapped[uuid.UUID] = mapped_column(primary_key=True, index=True)
    application_id: Mapped[uuid.UUID] = mapped_column(index=True)
    other_application_id: Mapped[uuid.UUID] = mapped_column(index=True)
    exam: Mapped[str]
    distance: Mapped[float]
    """0: the same bytes."""
    found_at: Mapped[dt.datetime] = mapped_column(server_default=NOW)
    cleared_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey(Staff.id))
    cleared_at: Mapped[dt.datetime | None]
    words: Mapped[str] = mapped_column(server_default="")
    """Why it is harmless, e.g. one registration slip of a shared work unit."""
    __table_args__ = (
        CheckConstraint("(cleared_by IS NULL) = (cleared_at IS NULL)", name="duplicate_cleared"),
        Index("duplicate_open", "found_at", postgresql_where="cleared_at IS NULL"),
    )


class Call(Table):
    """Somebody has to telephone, or had to (R22)."""

    __tablename__ = "call"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    application_id: Mapped[uuid.UUID] = mapped_column(index=True)
    exam: Mapped[str]
    site: Mapped[str]
    target: Mapped[str]
    fact: Mapped[str]
    cause: Mapped[str]
    due_at: Mapped[dt.datetime | None]
    contact: Mapped[bytes]
    """The number, encrypted at the place `call:contact:<id>` (R26)."""
    standing: Mapped[str]
    next_try_at: Mapped[dt.datetime | None]
    opened_at: Mapped[dt.datetime] = mapped_column(server_default=NOW)
    __table_args__ = (
        one_of("standing", Standing, "call_standing"),
        CheckConstraint("target IN ('candidate', 'work_unit')", name="call_target"),
        CheckConstraint("cause IN ('sms_failed', 'no_reaction')", name="call_cause"),
        Index("call_sheet", "site", "due_at", postgresql_where="standing = 'open'"),
    )


class EarlyClose(Table):
    """A call that was over before this room heard of it."""

    __tablename__ = "early_close"
    call_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    cause: Mapped[str]
    at: Mapped[dt.datetime] = mapped_column(server_default=NOW)


class CallTry(Table):
    """What came of telephoning once."""

    __tablename__ = "call_try"
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    call_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(Call.id), index=True)
    outcome: Mapped[str]
    words: Mapped[str]
    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(Staff.id))
    called_at: Mapped[dt.datetime]
    next_try_at: Mapped[dt.datetime | None]
    __table_args__ = (one_of("outcome", Outcome, "call_outcome"),)
