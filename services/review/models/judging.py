"""What reviewers do with a case: claims, verdicts, requests, suspicions."""

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
)
from sqlalchemy.orm import Mapped, mapped_column

from services.review.domain.case import Level
from services.review.domain.judging import Choice
from services.review.domain.request import Kind, Standing
from services.review.models.case import Case, Image
from services.review.models.staff import Staff
from services.review.models.table import Table, one_of


class Claim(Table):
    """Who works on a case: at most one, until it expires (R18)."""

    __tablename__ = "claim"
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(Case.id), primary_key=True)
    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(Staff.id), index=True)
    claimed_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime] = mapped_column(index=True)


LAPSED_CLAIMS = "review_claims_lapsed"
"""The tally of claims that ended because nobody worked on the case."""


class Tally(Table):
    """A number that only grows, of what leaves no row behind."""

    __tablename__ = "tally"
    name: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger)


class Verdict(Table):
    """A verdict on an image; the newest that was not taken back holds."""

    __tablename__ = "verdict"
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(Case.id), index=True)
    image_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(Image.id))
    level: Mapped[str]
    choice: Mapped[str]
    staff_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey(Staff.id))
    """None: the machine found it damaged (R15)."""
    at: Mapped[dt.datetime]
    taken_back_at: Mapped[dt.datetime | None]
    __table_args__ = (
        one_of("level", Level, "verdict_level"),
        one_of("choice", Choice, "verdict_choice"),
        Index("verdict_holds", "image_id", "level", "id", postgresql_where="taken_back_at IS NULL"),
        Index("verdict_of_image", "image_id"),
    )


class Request(Table):
    """更换/补充/信息更正要求 (R19)."""

    __tablename__ = "request"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(Case.id), index=True)
    level: Mapped[str]
    round: Mapped[int]
    standing: Mapped[str]
    kind: Mapped[str]
    material: Mapped[str | None]
    image_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey(Image.id))
    add_count: Mapped[int]
    fact: Mapped[str | None]
    reason: Mapped[str]
    words: Mapped[str]
    mark: Mapped[list[Any] | None]
    due_hours: Mapped[int]
    due_at: Mapped[dt.datetime | None]
    written_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey(Staff.id))
    """None: the machine asked (R15)."""
    written_at: Mapped[dt.datetime]
    verdict_id: Mapped[int | None] = mapped_column(ForeignKey(Verdict.id))
    __table_args__ = (
        one_of("level", Level, "request_level"),
        one_of("standing", Standing, "request_standing"),
        one_of("kind", Kind, "request_kind"),
        CheckConstraint(
            "CASE kind WHEN 'REPLACE' THEN image_id IS NOT NULL AND material IS NOT NULL"
            " WHEN 'ADD' THEN material IS NOT NULL AND add_count >= 1"
            " ELSE fact IS NOT NULL END",
            name="request_target",
        ),
        CheckConstraint(
            "standing IN ('draft', 'withdrawn') OR due_at IS NOT NULL", name="request_due"
        ),
        Index("request_used", "reason", "written_by"),
        Index("request_of_image", "image_id", postgresql_where="image_id IS NOT NULL"),
        Index("request_of_verdict", "verdict_id", postgresql_where="verdict_id IS NOT NULL"),
        Index(
            "request_one_draft",
            "image_id",
            unique=True,
            postgresql_where="standing = 'draft' AND kind = 'REPLACE'",
        ),
    )


class Suspicion(Table):
    """涉嫌虚假: seen by few (R19)."""

    __tablename__ = "suspicion"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(Case.id), index=True)
    image_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey(Image.id))
    level: Mapped[str]
    words: Mapped[str]
    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(Staff.id))
    at: Mapped[dt.datetime]
    withdrawn_at: Mapped[dt.datetime | None]
    __table_args__ = (
        one_of("level", Level, "suspicion_level"),
        Index("suspicion_of_image", "image_id", postgresql_where="image_id IS NOT NULL"),
    )
