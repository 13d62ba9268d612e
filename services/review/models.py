"""The tables of the review room; CHECKs pin every state that the domain knows."""

import datetime as dt
import uuid
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from services.review.domain.case import Level, Outcome, Recommendation, State
from services.review.domain.judging import Choice
from services.review.domain.request import Kind, Standing
from services.review.domain.staff import Role

NOW = text("clock_timestamp()")


class Table(DeclarativeBase):
    """Base of all tables of this database."""

    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        str: Text,
        bytes: LargeBinary,
        dt.datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
        list[Any]: JSONB,
        list[str]: ARRAY(Text),
    }


def _one_of(column: str, kind: type[StrEnum], name: str) -> CheckConstraint:
    words = ", ".join(f"'{member.value}'" for member in kind)
    return CheckConstraint(f"{column} IN ({words})", name=name)


class Exam(Table):
    """What this room knows of an exam's pack (ExamLoaded)."""

    __tablename__ = "exam"
    code: Mapped[str] = mapped_column(primary_key=True)
    pack_version: Mapped[str]
    zone: Mapped[str]
    names: Mapped[dict[str, Any]]
    sites: Mapped[dict[str, Any]]
    materials: Mapped[dict[str, Any]]
    reasons: Mapped[dict[str, Any]]
    settings: Mapped[dict[str, Any]]
    facts: Mapped[dict[str, Any]]


class Case(Table):
    """The review side of an application."""

    __tablename__ = "review_case"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    application_id: Mapped[uuid.UUID] = mapped_column(unique=True)
    exam: Mapped[str]
    site: Mapped[str]
    registration_number: Mapped[str]
    masked_name: Mapped[str]
    state: Mapped[str]
    since: Mapped[dt.datetime]
    """When it came into this state: the queues' order."""
    round: Mapped[int]
    receipt_number: Mapped[str]
    submitted_at: Mapped[dt.datetime]
    facts: Mapped[dict[str, Any]]
    personal: Mapped[bytes]
    """JSON, encrypted at the place `review_case:personal:<id>` (R26)."""
    materials: Mapped[list[str]]
    absences: Mapped[list[Any]]
    explanations: Mapped[list[Any]]
    resumes_at: Mapped[str | None]
    recommendation: Mapped[str | None]
    recommendation_words: Mapped[str] = mapped_column(server_default="")
    returned_words: Mapped[str | None]
    """Why the area sent it back to the site; None when it did not."""
    outcome: Mapped[str | None]
    outcome_words: Mapped[str] = mapped_column(server_default="")
    overrules: Mapped[bool] = mapped_column(server_default="false")
    concluded_by: Mapped[uuid.UUID | None]
    has_overdue: Mapped[bool] = mapped_column(server_default="false")
    version: Mapped[int] = mapped_column(server_default="1")
    """Grows when the case moves or another reviewer takes it: what he saw is then stale."""
    last_by: Mapped[uuid.UUID | None]
    """Who made it grow, said to whoever comes too late; None: a machine or the candidate."""
    __table_args__ = (
        _one_of("state", State, "case_state"),
        _one_of("resumes_at", Level, "case_resumes_at"),
        _one_of("recommendation", Recommendation, "case_recommendation"),
        _one_of("outcome", Outcome, "case_outcome"),
        CheckConstraint("(state = 'waiting') = (resumes_at IS NOT NULL)", name="case_waits"),
        CheckConstraint(
            "(state IN ('concluded', 'published')) = (outcome IS NOT NULL)", name="case_decided"
        ),
        CheckConstraint("(outcome IS NULL) = (concluded_by IS NULL)", name="case_decider"),
        CheckConstraint("outcome <> 'not_passed' OR outcome_words <> ''", name="case_reasoned"),
        CheckConstraint("round >= 1", name="case_round"),
        Index("case_queue", "state", "site", "since"),
        Index("case_exam", "exam", "site", "state"),
        Index(
            "case_number",
            "registration_number",
            postgresql_ops={"registration_number": "text_pattern_ops"},
        ),
        Index("case_masked_name", "masked_name"),
    )


class Image(Table):
    """An image of a case as it was handed in; older versions stay to be compared."""

    __tablename__ = "image"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("review_case.id"), index=True)
    material: Mapped[str]
    position: Mapped[int]
    round: Mapped[int]
    """The round in which it first came."""
    handed_in_at: Mapped[dt.datetime]
    sha256: Mapped[str]
    size_bytes: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    state: Mapped[str]
    view_key: Mapped[str | None]
    grid_key: Mapped[str | None]
    findings: Mapped[list[Any]]
    replaces: Mapped[uuid.UUID | None]
    answers: Mapped[uuid.UUID | None]
    is_current: Mapped[bool]
    """Part of the newest round."""
    __table_args__ = (
        CheckConstraint("state IN ('checking', 'checked', 'refused')", name="image_state"),
    )


class EarlyCheck(Table):
    """A late check that came before the submission which it belongs to."""

    __tablename__ = "early_check"
    image_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    application_id: Mapped[uuid.UUID]
    body: Mapped[dict[str, Any]]
    at: Mapped[dt.datetime] = mapped_column(server_default=NOW)


class Claim(Table):
    """Who works on a case: at most one, until it expires (R18)."""

    __tablename__ = "claim"
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("review_case.id"), primary_key=True)
    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"), index=True)
    claimed_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime] = mapped_column(index=True)


class Verdict(Table):
    """A verdict on an image; the newest that was not taken back holds."""

    __tablename__ = "verdict"
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("review_case.id"), index=True)
    image_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("image.id"))
    level: Mapped[str]
    choice: Mapped[str]
    staff_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    """None: the machine found it damaged (R15)."""
    at: Mapped[dt.datetime]
    taken_back_at: Mapped[dt.datetime | None]
    __table_args__ = (
        _one_of("level", Level, "verdict_level"),
        _one_of("choice", Choice, "verdict_choice"),
        Index("verdict_holds", "image_id", "level", "id", postgresql_where="taken_back_at IS NULL"),
    )


class Request(Table):
    """更换/补充/信息更正要求 (R19)."""

    __tablename__ = "request"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("review_case.id"), index=True)
    level: Mapped[str]
    round: Mapped[int]
    standing: Mapped[str]
    kind: Mapped[str]
    material: Mapped[str | None]
    image_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("image.id"))
    add_count: Mapped[int]
    fact: Mapped[str | None]
    reason: Mapped[str]
    words: Mapped[str]
    mark: Mapped[list[Any] | None]
    due_hours: Mapped[int]
    due_at: Mapped[dt.datetime | None]
    written_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    """None: the machine asked (R15)."""
    written_at: Mapped[dt.datetime]
    verdict_id: Mapped[int | None] = mapped_column(ForeignKey("verdict.id"))
    __table_args__ = (
        _one_of("level", Level, "request_level"),
        _one_of("standing", Standing, "request_standing"),
        _one_of("kind", Kind, "request_kind"),
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
        Index(
            "request_one_draft",
            "image_id",
            unique=True,
            postgresql_where="standing = 'draft' AND kind = 'REPLACE'",
        ),
    )


class CaseEvent(Table):
    """What happened to a case, in order: the record that the desk shows."""

    __tablename__ = "case_event"
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("review_case.id"), index=True)
    kind: Mapped[str]
    level: Mapped[str | None]
    round: Mapped[int]
    words: Mapped[str]
    count: Mapped[int]
    seconds: Mapped[int | None]
    """How long the reviewer had claimed it, where he finished it."""
    staff_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[dt.datetime]
    __table_args__ = (Index("case_event_staff", "staff_id", "at"),)


class Suspicion(Table):
    """涉嫌虚假: seen by few (R19)."""

    __tablename__ = "suspicion"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("review_case.id"), index=True)
    image_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("image.id"))
    level: Mapped[str]
    words: Mapped[str]
    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[dt.datetime]
    withdrawn_at: Mapped[dt.datetime | None]
    __table_args__ = (_one_of("level", Level, "suspicion_level"),)


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


class Staff(Table):
    """A member of staff, with both factors of his sign-in."""

    __tablename__ = "staff"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str]
    totp_secret: Mapped[bytes]
    """Encrypted at the place `staff:totp_secret:<id>`."""
    totp_step: Mapped[int] = mapped_column(server_default="0")
    """The last used step: an older or equal code is a replay."""
    failures: Mapped[int] = mapped_column(server_default="0")
    locked_until: Mapped[dt.datetime | None]
    language: Mapped[str | None]
    single_keys: Mapped[bool] = mapped_column(server_default="true")
    is_active: Mapped[bool] = mapped_column(server_default="true")
    created_at: Mapped[dt.datetime] = mapped_column(server_default=NOW)
    __table_args__ = (
        CheckConstraint("login = lower(login) AND login <> ''", name="staff_login"),
        CheckConstraint("language IN ('zh-CN', 'en')", name="staff_language"),
    )


class StaffRole(Table):
    """A role of a member of staff."""

    __tablename__ = "staff_role"
    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    __table_args__ = (_one_of("role", Role, "staff_role_known"),)


class StaffSite(Table):
    """A site of a member of staff's scope."""

    __tablename__ = "staff_site"
    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    site: Mapped[str] = mapped_column(primary_key=True)


class Batch(Table):
    """A publication: proposed by one person, confirmed by another (R24)."""

    __tablename__ = "batch"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    exam: Mapped[str]
    site: Mapped[str | None]
    """None: the whole exam."""
    results: Mapped[int]
    proposed_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"))
    proposed_at: Mapped[dt.datetime]
    confirmed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
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
    batch_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("batch.id"), primary_key=True)
    application_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    registration_number: Mapped[str]
    outcome: Mapped[str]
    version: Mapped[int | None]
    """The case's version when it was proposed; None where nothing was submitted."""
    __table_args__ = (
        UniqueConstraint("batch_id", "registration_number", name="batch_result_number"),
        CheckConstraint(
            "outcome IN ('passed', 'not_passed', 'not_submitted')", name="batch_outcome"
        ),
    )
