"""What is published: batches with their results, and who handed nothing in."""

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from services.review.models.staff import Staff
from services.review.models.table import Table


class Unsubmitted(Table):
    """截止未提交: an application that its window's end locked (R13)."""

    __tablename__ = "unsubmitted"
    application_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    exam: Mapped[str]
    site: Mapped[str]
    registration_number: Mapped[str]
    masked_name: Mapped[str]
    locked_at: Mapped[dt.datetime]
    published_at: Mapped[dt.datetime | None]
    __table_args__ = (Index("unsubmitted_site", "exam", "site", "locked_at"),)


class Extension(Table):
    """The newest extension of one application's window (R14)."""

    __tablename__ = "extension"
    application_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    ends_at: Mapped[dt.datetime]


class Batch(Table):
    """A publication: proposed by one person, confirmed by another (R24)."""

    __tablename__ = "batch"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    exam: Mapped[str]
    site: Mapped[str | None]
    """None: the whole exam."""
    results: Mapped[int]
    proposed_by: Mapped[uuid.UUID] = mapped_column(ForeignKey(Staff.id))
    proposed_at: Mapped[dt.datetime]
    confirmed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey(Staff.id))
    published_at: Mapped[dt.datetime | None]
    withdrawn_at: Mapped[dt.datetime | None]
    __table_args__ = (
        CheckConstraint("confirmed_by <> proposed_by", name="batch_two_persons"),
        CheckConstraint("(confirmed_by IS NULL) = (published_at IS NULL)", name="batch_confirmed"),
        CheckConstraint("published_at IS NULL OR withdrawn_at IS NULL", name="batch_one_end"),
        Index(
            "batch_one_open",
            "exam",
            unique=True,
            postgresql_where="published_at IS NULL AND withdrawn_at IS NULL",
        ),
    )


class BatchResult(Table):
    """One result of a batch as it was proposed."""

    __tablename__ = "batch_result"
    batch_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(Batch.id), primary_key=True)
    application_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    registration_number: Mapped[str]
    outcome: Mapped[str]
    version: Mapped[int | None]
    """The case's version when it was proposed; None where nothing was submitted."""
    accepted_at: Mapped[dt.datetime | None]
    refused_at: Mapped[dt.datetime | None]
    status: Mapped[int | None]
    """HTTP status of the registration system's last answer."""
    __table_args__ = (
        Index("batch_result_application", "application_id"),
        UniqueConstraint("batch_id", "registration_number", name="batch_result_number"),
        CheckConstraint(
            "outcome IN ('passed', 'not_passed', 'not_submitted')", name="batch_outcome"
        ),
    )


class HeldCheck(Table):
    """One time that the registration system was asked what it holds of an exam."""

    __tablename__ = "held_check"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    exam: Mapped[str]
    asked_by: Mapped[uuid.UUID] = mapped_column(ForeignKey(Staff.id))
    asked_at: Mapped[dt.datetime]
    answered_at: Mapped[dt.datetime | None]
    status: Mapped[int | None]
    """HTTP status of its answer; 0: there was none."""
    held: Mapped[dict[str, Any] | None]
    """Outcome → `count` and `digest`; None where it did not say."""
    __table_args__ = (
        CheckConstraint("held IS NULL OR answered_at IS NOT NULL", name="held_check_answered"),
        Index("held_check_exam", "exam", "asked_at"),
    )
