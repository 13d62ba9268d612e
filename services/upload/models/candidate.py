"""Who a candidate is: registration, account, and what guards the entry."""

import datetime as dt
import uuid

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint, false, func
from sqlalchemy.orm import Mapped, mapped_column

from libs.common.messages import ApplicationId
from services.upload.domain.activation import Released, Step
from services.upload.models.table import Json, Table, always, one_of

NOW = func.clock_timestamp()


class Registration(Table):
    """The facts that the registration system holds; personal ones are encrypted (R26).

    Encrypted columns are authenticated for `registration:<column>:<application_id>`.
    """

    __tablename__ = "registration"

    application_id: Mapped[ApplicationId] = mapped_column(
        ForeignKey("application.id"), primary_key=True
    )
    exam: Mapped[str] = mapped_column(ForeignKey("exam.code"))
    number: Mapped[str]
    version: Mapped[int] = mapped_column(BigInteger, default=0)
    """The registration system's own count; 0 where it gives none."""
    revision: Mapped[int]
    """Ours: grows with each change."""
    facts: Mapped[Json]
    masked_name: Mapped[str]
    name: Mapped[bytes]
    id_number: Mapped[bytes]
    id_number_index: Mapped[bytes]
    birth_date: Mapped[bytes]
    sex: Mapped[bytes]
    phone: Mapped[bytes]
    work_unit: Mapped[bytes]
    unit_phone: Mapped[bytes]
    received_at: Mapped[dt.datetime] = mapped_column(server_default=NOW)

    __table_args__ = (
        UniqueConstraint("exam", "number"),
        UniqueConstraint("exam", "id_number_index"),
        Index(None, "number"),
        Index(None, "id_number_index"),
        always("revision", "revision >= 1"),
    )


class RegistrationChange(Table):
    """What one corrected record changed: the note on her page (R3).

    `before` and `after` hold the words of facts that are not personal; of personal ones only the
    names stand in `personal`.
    """

    __tablename__ = "registration_change"

    application_id: Mapped[ApplicationId] = mapped_column(
        ForeignKey("application.id"), primary_key=True
    )
    revision: Mapped[int] = mapped_column(primary_key=True)
    changed_at: Mapped[dt.datetime]
    before: Mapped[Json]
    after: Mapped[Json]
    personal: Mapped[list[str]]
    came: Mapped[list[str]]
    """Codes of materials that are required now."""
    went: Mapped[list[str]]
    """Codes of materials that are no longer asked; what was uploaded stays."""
    was_submitted: Mapped[bool]
    seen_at: Mapped[dt.datetime | None]


class Account(Table):
    """How a candidate signs in; `step` is what activation asks next (R2)."""

    __tablename__ = "account"

    application_id: Mapped[ApplicationId] = mapped_column(
        ForeignKey("application.id"), primary_key=True
    )
    step: Mapped[str] = mapped_column(default=Step.IDENTITY)
    language: Mapped[str] = mapped_column(default="zh-CN")
    large_type: Mapped[bool] = mapped_column(default=False, server_default=false())
    """大字模式."""
    contact_revision: Mapped[int] = mapped_column(default=1)
    """Grows with each ContactChanged, whatever caused it."""
    identity_at: Mapped[dt.datetime | None]
    phone_at: Mapped[dt.datetime | None]
    privacy_version: Mapped[str | None]
    privacy_at: Mapped[dt.datetime | None]
    consent_version: Mapped[str | None]
    consent_at: Mapped[dt.datetime | None]
    pledge_version: Mapped[str | None]
    pledge_at: Mapped[dt.datetime | None]
    password_hash: Mapped[str | None]
    activated_at: Mapped[dt.datetime | None]

    __table_args__ = (
        one_of("step", Step),
        one_of("language", ("zh-CN", "en")),
        always(
            "activated",
            "step <> 'done' OR (identity_at IS NOT NULL AND phone_at IS NOT NULL AND privacy_at"
            " IS NOT NULL AND consent_at IS NOT NULL AND pledge_at IS NOT NULL"
            " AND password_hash IS NOT NULL AND activated_at IS NOT NULL)",
        ),
    )


class LaunchToken(Table):
    """A launch token that was used; its key makes it single use (R1)."""

    __tablename__ = "launch_token"

    jti: Mapped[str] = mapped_column(primary_key=True)
    exam: Mapped[str]
    number: Mapped[str]
    expires_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime] = mapped_column(server_default=NOW)


class ApiNonce(Table):
    """A signed request of the registration system that was used; single use by its key."""

    __tablename__ = "api_nonce"

    key_id: Mapped[str] = mapped_column(primary_key=True)
    nonce: Mapped[str] = mapped_column(primary_key=True)
    used_at: Mapped[dt.datetime] = mapped_column(server_default=NOW)


class PhoneCode(Table):
    """A one-time code that was sent to a candidate's phone; only its keyed hash is kept."""

    __tablename__ = "phone_code"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    application_id: Mapped[ApplicationId] = mapped_column(ForeignKey("application.id"))
    purpose: Mapped[str]
    code_hash: Mapped[bytes]
    sent_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[dt.datetime | None]

    __table_args__ = (
        one_of("purpose", ("activation", "password")),
        always("tries", "tries BETWEEN 0 AND 5"),
        Index(None, "application_id", "purpose", "sent_at"),
    )


class Guard(Table):
    """Counts failures at an entry, known name or not: a soft lock that doubles."""

    __tablename__ = "guard"

    key: Mapped[bytes] = mapped_column(primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[dt.datetime] = mapped_column(server_default=NOW)
    locked_until: Mapped[dt.datetime | None]


class Release(Table):
    """What one of the staff has asked for at her entry, and a second has to confirm (R28).

    What came of it stands in the audit log.
    """

    __tablename__ = "release"

    application_id: Mapped[ApplicationId] = mapped_column(
        ForeignKey("application.id"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str]
    asked_by: Mapped[str]
    asked_at: Mapped[dt.datetime]

    __table_args__ = (one_of("kind", Released), always("reason", "reason <> ''"))


class VisitRate(Table):
    """How often somebody asked within a minute what anybody may ask; the key tells nobody who."""

    __tablename__ = "visit_rate"

    key: Mapped[bytes] = mapped_column(primary_key=True)
    since: Mapped[dt.datetime]
    visits: Mapped[int]

    __table_args__ = (always("visits", "visits >= 1"),)
