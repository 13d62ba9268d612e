"""Members of staff: their sign-in, roles and sites."""

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from services.review.domain.staff import Role
from services.review.models.table import NOW, Table, one_of


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
    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(Staff.id), primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    __table_args__ = (one_of("role", Role, "staff_role_known"),)


class Invitation(Table):
    """A link with which somebody sets up his own sign-in; of its token only the hash."""

    __tablename__ = "invitation"
    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(Staff.id), index=True)
    invited_by: Mapped[uuid.UUID] = mapped_column(ForeignKey(Staff.id))
    ends_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None]


class Passkey(Table):
    """A security key of a member of staff (WebAuthn): it may stand for the code of an app."""

    __tablename__ = "passkey"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(Staff.id), index=True)
    name: Mapped[str]
    credential_id: Mapped[bytes] = mapped_column(unique=True)
    public_key: Mapped[bytes]
    """COSE, as the key gave it."""
    sign_count: Mapped[int]
    """Grows with each answer of a key that counts; 0: it does not."""
    added_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None]
    __table_args__ = (CheckConstraint("name <> ''", name="passkey_named"),)


class AnsweredChallenge(Table):
    """A challenge that a key has answered: no second answer to it is believed."""

    __tablename__ = "answered_challenge"
    challenge: Mapped[bytes] = mapped_column(primary_key=True)
    ends_at: Mapped[dt.datetime] = mapped_column(index=True)


class SavedView(Table):
    """A queue with its filters under a name of his own."""

    __tablename__ = "saved_view"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(Staff.id), index=True)
    name: Mapped[str]
    queue: Mapped[str]
    filters: Mapped[dict[str, Any]]
    __table_args__ = (UniqueConstraint("staff_id", "name", name="saved_view_name"),)


class StaffSite(Table):
    """A site of a member of staff's scope."""

    __tablename__ = "staff_site"
    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(Staff.id), primary_key=True)
    site: Mapped[str] = mapped_column(primary_key=True)
