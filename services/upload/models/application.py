"""Applications and what they hold: images, absences, submissions."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any, Literal, get_args

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint, false, func, text
from sqlalchemy.orm import Mapped, mapped_column

from libs.common.messages import (
    ApplicationId,
    Finding,
    ImageId,
    Outcome,
    RequestId,
    Stage,
    SubmissionId,
)
from services.upload.domain.application import CheckState, State
from services.upload.models.table import Json, JsonList, Table, always, one_of

NOW = func.clock_timestamp()
STAGES: tuple[Stage, ...] = get_args(Stage)
"""In the order in which a case passes them."""
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)


class Application(Table):
    """What one candidate uploads for one exam. Its row is locked by whoever changes any part."""

    __tablename__ = "application"

    id: Mapped[ApplicationId] = mapped_column(primary_key=True)
    exam: Mapped[str] = mapped_column(ForeignKey("exam.code"))
    site: Mapped[str]
    state: Mapped[str] = mapped_column(default=State.OPEN)
    round: Mapped[int] = mapped_column(default=0)
    stage: Mapped[Stage | None] = mapped_column(Text)
    stage_round: Mapped[int] = mapped_column(default=0)
    stage_version: Mapped[int] = mapped_column(default=0)
    """Round and case version of which `stage` was said: an older word never overwrites it."""
    outcome: Mapped[Outcome | None] = mapped_column(Text)
    """Null until it is published: there is nothing to leak before (R23)."""
    revision: Mapped[int] = mapped_column(default=1)
    """Grows with every change that a page shows; the ETag of the status."""
    submitted_at: Mapped[dt.datetime | None]
    locked_at: Mapped[dt.datetime | None]
    published_at: Mapped[dt.datetime | None]
    second_submitted_at: Mapped[dt.datetime | None]
    """When the deferred materials were handed in (R5)."""
    second_locked_at: Mapped[dt.datetime | None]
    """When it was written down that the second window had ended for her."""
    is_held: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Legal hold: suspected false papers stay, and are carried over to no other exam (R27)."""
    hold_set_at: Mapped[dt.datetime | None]
    """When the review last said so or took it back: an older word never overwrites a newer one."""

    __table_args__ = (
        one_of("state", State),
        one_of("stage", STAGES),
        one_of("outcome", OUTCOMES),
        always("round", "round >= 0"),
        always("handed_in", "state NOT IN ('submitted', 'returned') OR round >= 1"),
        always("locked", "state <> 'locked' OR locked_at IS NOT NULL"),
        always("published", "(state = 'published') = (outcome IS NOT NULL)"),
        always("published_at", "(outcome IS NULL) = (published_at IS NULL)"),
        Index(
            "application_unsubmitted_idx", "exam", "site", postgresql_where=text("state = 'open'")
        ),
        Index(
            "application_second_idx",
            "exam",
            postgresql_where=text(
                "state IN ('submitted', 'returned') AND second_submitted_at IS NULL"
                " AND second_locked_at IS NULL"
            ),
        ),
    )


class Image(Table):
    """One uploaded picture of a material, with its lock, check and history.

    It counts while `deleted_at` and `superseded_at` are null and it was not refused.
    """

    __tablename__ = "image"

    id: Mapped[ImageId] = mapped_column(primary_key=True)
    application_id: Mapped[ApplicationId] = mapped_column(ForeignKey("application.id"))
    material: Mapped[str]
    position: Mapped[int]
    """Order within the material; pages count from 1 in this order."""
    version: Mapped[int] = mapped_column(default=1)
    """2 for what replaces a first version, and so on."""
    idempotency_key: Mapped[str]
    original_key: Mapped[str]
    sha256: Mapped[str]
    size_bytes: Mapped[int]
    orientation: Mapped[int]
    format: Mapped[str]
    received_at: Mapped[dt.datetime]
    began_at: Mapped[dt.datetime]
    check_state: Mapped[str] = mapped_column(default=CheckState.PENDING)
    checker: Mapped[str | None]
    width: Mapped[int] = mapped_column(default=0)
    height: Mapped[int] = mapped_column(default=0)
    findings: Mapped[JsonList] = mapped_column(default=list)
    used_anyway: Mapped[list[str]] = mapped_column(default=list)
    """Codes of the warnings that she has read and answered by 仍然使用."""
    signals: Mapped[Json] = mapped_column(default=dict)
    reader: Mapped[str | None]
    """Which engines read it; null: not read yet."""
    kind: Mapped[str] = mapped_column(default="unknown")
    compared: Mapped[Json] = mapped_column(default=dict)
    """Fact → how the paper compares with the registration; never what was read."""
    view_key: Mapped[str | None]
    grid_key: Mapped[str | None]
    checked_at: Mapped[dt.datetime | None]
    locked_at: Mapped[dt.datetime | None]
    """When it was submitted; from then on only a request can touch it (R16)."""
    accepted_at: Mapped[dt.datetime | None]
    answers: Mapped[RequestId | None] = mapped_column(ForeignKey("request.id", use_alter=True))
    replaces: Mapped[ImageId | None] = mapped_column(ForeignKey("image.id"))
    valid_until: Mapped[dt.date | None]
    """The end of the paper's validity, as the reader saw it: an expired one is not carried over."""
    carried_from: Mapped[ImageId | None]
    """The image of an earlier exam whose bytes these are; it may be purged before this one."""
    carried_exam: Mapped[Json] = mapped_column(default=dict, server_default=text("'{}'"))
    """The name of that exam by language tag."""
    first_received_at: Mapped[dt.datetime | None]
    """When the carried bytes first came, however often they were carried since."""
    superseded_at: Mapped[dt.datetime | None]
    """When a newer version was submitted in its place."""
    deleted_at: Mapped[dt.datetime | None]

    __table_args__ = (
        UniqueConstraint("application_id", "idempotency_key"),
        one_of("check_state", CheckState),
        one_of("format", ("jpeg", "png")),
        always("size_bytes", "size_bytes > 0"),
        always("orientation", "orientation BETWEEN 1 AND 8"),
        always("sha256", "sha256 ~ '^[0-9a-f]{64}$'"),
        always("seen", "check_state <> 'checked' OR (view_key IS NOT NULL AND width > 0)"),
        always("kept", "deleted_at IS NULL OR locked_at IS NULL"),
        always(
            "carried",
            "(carried_from IS NULL) = (carried_exam = '{}')"
            " AND (carried_from IS NULL) = (first_received_at IS NULL)",
        ),
        Index("image_sha256_idx", "sha256"),
        Index("image_original_idx", "original_key"),
        Index("image_view_idx", "view_key", postgresql_where=text("view_key IS NOT NULL")),
        Index("image_grid_idx", "grid_key", postgresql_where=text("grid_key IS NOT NULL")),
        Index("image_replaced_idx", "replaces", postgresql_where=text("replaces IS NOT NULL")),
        Index("image_answers_idx", "answers", postgresql_where=text("answers IS NOT NULL")),
        Index("image_deleted_idx", "deleted_at", postgresql_where=text("deleted_at IS NOT NULL")),
        Index("image_of_application_idx", "application_id", "material", "position"),
        Index(
            "image_replacing_idx",
            "replaces",
            unique=True,
            # What was refused counts for nothing: another may stand in the same place.
            postgresql_where=text(
                "replaces IS NOT NULL AND deleted_at IS NULL AND check_state <> 'refused'"
            ),
        ),
    )


def findings_of(image: Image) -> tuple[Finding, ...]:
    """Its findings as messages carry them."""
    return tuple(
        Finding(**(finding | {"image_id": other_of(finding)})) for finding in image.findings
    )


def other_of(finding: Mapping[str, Any]) -> ImageId | None:
    """The other image of which a stored finding speaks."""
    other = finding.get("image_id")
    return ImageId(uuid.UUID(other)) if other else None


def open_warnings(image: Image) -> tuple[str, ...]:
    """Codes of the warnings that still wait for her: exchange the picture, or use it anyway."""
    return tuple(
        str(finding["code"])
        for finding in image.findings
        if finding["severity"] == "warn" and finding["code"] not in image.used_anyway
    )


class Absence(Table):
    """暂缺/不适用: a material answered by a reason instead of an image (R5)."""

    __tablename__ = "absence"

    application_id: Mapped[ApplicationId] = mapped_column(
        ForeignKey("application.id"), primary_key=True
    )
    material: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str]
    said_at: Mapped[dt.datetime]

    __table_args__ = (always("reasoned", "reason <> ''"),)


class Submission(Table):
    """One round in which the application was handed in, with its receipt (R15)."""

    __tablename__ = "submission"

    id: Mapped[SubmissionId] = mapped_column(primary_key=True)
    application_id: Mapped[ApplicationId] = mapped_column(ForeignKey("application.id"))
    round: Mapped[int]
    kind: Mapped[Literal["main", "second"]] = mapped_column(Text, default="main")
    """The window to which it belongs."""
    receipt_number: Mapped[str] = mapped_column(unique=True)
    digest: Mapped[str]
    submitted_at: Mapped[dt.datetime]
    images: Mapped[JsonList]
    """What the receipt proves: id, material, position, sha256, size_bytes, state."""
    absences: Mapped[JsonList]
    explanations: Mapped[JsonList]
    later: Mapped[list[str]] = mapped_column(default=list, server_default=text("'[]'"))
    """Codes of the materials that the second window still asked for then (R5)."""

    __table_args__ = (
        UniqueConstraint("application_id", "round"),
        always("round", "round >= 1"),
        one_of("kind", ("main", "second")),
        Index(
            "submission_proves_idx",
            "images",
            postgresql_using="gin",
            postgresql_ops={"images": "jsonb_path_ops"},
        ),
    )
