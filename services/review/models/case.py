"""Cases: the exam as this room knows it, a case, its images, and what happened to it."""

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    desc,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from services.review.domain.case import Level, Outcome, Recommendation, State
from services.review.domain.judging import awaits_second
from services.review.models.staff import Staff
from services.review.models.table import NOW, Table, one_of

RANDOM_KEY = text("uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())")


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
    loaded_at: Mapped[dt.datetime | None]
    """When this was said; an older word that comes late overwrites nothing."""
    draw_key: Mapped[bytes] = mapped_column(server_default=RANDOM_KEY)
    """By which cases are drawn for the second reading; never leaves this database."""


class ExamVersion(Table):
    """A version of an exam's pack, and in what it differed from the one before."""

    __tablename__ = "exam_version"
    exam: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[str] = mapped_column(primary_key=True)
    learned_at: Mapped[dt.datetime]
    changes: Mapped[list[Any]]


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
    facts_at: Mapped[dt.datetime]
    """When these facts were true; older ones that come late do not overwrite them."""
    registration_revision: Mapped[int] = mapped_column(server_default="0")
    info_changed_at: Mapped[dt.datetime | None]
    """信息已变更: since when nobody has concluded knowing the new facts (R3)."""
    changed_facts: Mapped[list[str]] = mapped_column(server_default="{}")
    old_facts: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    old_personal: Mapped[bytes | None]
    """What was true before, encrypted at the place `review_case:old_personal:<id>`."""
    not_asked: Mapped[list[str]] = mapped_column(server_default="{}")
    """Materials that the corrected record does not ask for any more; they stay, marked."""
    main_round: Mapped[int] = mapped_column(server_default="0")
    second_round: Mapped[int] = mapped_column(server_default="0")
    """The newest round of each window; 0: none yet (R5)."""
    second_materials: Mapped[list[str]] = mapped_column(server_default="{}")
    deferred: Mapped[list[str]] = mapped_column(server_default="{}")
    """Materials that the second window will ask for."""
    second_closed_at: Mapped[dt.datetime | None]
    second_until: Mapped[dt.datetime | None]
    """When it ended for her without them, and the latest end that an extension has given it."""
    conditional: Mapped[bool] = mapped_column(server_default="false")
    """Passed, if the second window brings what is deferred: published after it (R5)."""
    legal_hold: Mapped[bool] = mapped_column(server_default="false")
    """Suspected false papers may not be purged (R27)."""
    __table_args__ = (
        one_of("state", State, "case_state"),
        one_of("resumes_at", Level, "case_resumes_at"),
        one_of("recommendation", Recommendation, "case_recommendation"),
        one_of("outcome", Outcome, "case_outcome"),
        CheckConstraint("(state = 'waiting') = (resumes_at IS NOT NULL)", name="case_waits"),
        CheckConstraint(
            "(state IN ('concluded', 'published')) = (outcome IS NOT NULL)", name="case_decided"
        ),
        CheckConstraint("(outcome IS NULL) = (concluded_by IS NULL)", name="case_decider"),
        CheckConstraint("outcome <> 'not_passed' OR outcome_words <> ''", name="case_reasoned"),
        CheckConstraint("round >= 1", name="case_round"),
        CheckConstraint("NOT conditional OR outcome = 'passed'", name="case_conditional"),
        Index("case_area_line", "state", desc("has_overdue"), "since", "id"),
        Index("case_site_line", "state", "site", desc("has_overdue"), "since", "id"),
        Index(
            "case_returned_line",
            "site",
            "since",
            postgresql_where="(state = 'site_review' AND returned_words IS NOT NULL)"
            " OR (state = 'area_review' AND round > 1)",
        ),
        Index(
            "case_ended_line",
            desc("has_overdue"),
            "since",
            "id",
            postgresql_where="state IN ('concluded', 'published')",
        ),
        Index("case_overdue_line", "site", "since", postgresql_where="has_overdue"),
        Index("case_held_back", "site", "since", postgresql_where="legal_hold"),
        Index("case_exam", "exam", "site", "state"),
        Index(
            "case_number",
            "registration_number",
            postgresql_ops={"registration_number": "text_pattern_ops"},
        ),
        Index("case_masked_name", "masked_name"),
        Index("case_info", "site", "since", postgresql_where="info_changed_at IS NOT NULL"),
    )

    @property
    def awaits_second(self) -> bool:
        """Whether the second window may still bring what it asks for (R5)."""
        return awaits_second(
            self.deferred,
            second_round=self.second_round,
            closed_at=self.second_closed_at,
            until=self.second_until,
        )


class Image(Table):
    """An image of a case as it was handed in; older versions stay to be compared."""

    __tablename__ = "image"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(Case.id), index=True)
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
    is_unsubmitted: Mapped[bool] = mapped_column(server_default="false")
    """未提交: an answer that was uploaded and never submitted when its time ran out (R21)."""
    kind: Mapped[str] = mapped_column(server_default="unknown")
    """The kind of paper that the reader saw."""
    compared: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    """Fact → how the paper compares; empty: not read."""
    carried_from: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    """Name by language tag of the earlier exam at which it was accepted; empty: taken anew."""
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


class EarlyReading(Table):
    """A reading that came before the submission which it belongs to."""

    __tablename__ = "early_reading"
    image_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    application_id: Mapped[uuid.UUID] = mapped_column(index=True)
    body: Mapped[dict[str, Any]]
    at: Mapped[dt.datetime] = mapped_column(server_default=NOW)


class EarlyChange(Table):
    """A corrected record that came before the submission which it belongs to; the newest."""

    __tablename__ = "early_change"
    application_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    revision: Mapped[int]
    body: Mapped[dict[str, Any]]
    at: Mapped[dt.datetime] = mapped_column(server_default=NOW)


class CaseEvent(Table):
    """What happened to a case, in order: the record that the desk shows."""

    __tablename__ = "case_event"
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(Case.id), index=True)
    kind: Mapped[str]
    level: Mapped[str | None]
    round: Mapped[int]
    words: Mapped[str]
    count: Mapped[int]
    seconds: Mapped[int | None]
    """How long the reviewer had claimed it, where he finished it."""
    staff_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey(Staff.id))
    at: Mapped[dt.datetime]
    __table_args__ = (Index("case_event_staff", "staff_id", "at"),)
