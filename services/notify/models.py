"""Notify's tables. Migrations make them; a test compares the two."""

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from services.notify.domain.delivery import State
from services.notify.domain.facts import Channel

_NOW = func.clock_timestamp()


def _one_of(column: str, words: type[State | Channel]) -> CheckConstraint:
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=f"delivery_{column}")


class Base(DeclarativeBase):
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        dt.datetime: TIMESTAMP(timezone=True),
        str: Text,
        dict[str, Any]: JSONB,
    }


class Exam(Base):
    """What ExamLoaded said: the words and the zone that notices need."""

    __tablename__ = "exam"

    code: Mapped[str] = mapped_column(primary_key=True)
    pack_version: Mapped[str]
    zone: Mapped[str]
    names: Mapped[dict[str, Any]]
    titles: Mapped[dict[str, Any]]
    """Material code → language → title."""
    facts: Mapped[dict[str, Any]]
    """Name of a registration fact → language → label."""


class Contact(Base):
    """An application that notify has heard of, and how its candidate is reached.

    `revision` 0 means that ContactChanged has not come yet: SMS wait for it.
    """

    __tablename__ = "contact"

    application_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    exam: Mapped[str]
    revision: Mapped[int] = mapped_column(server_default=text("0"))
    language: Mapped[str] = mapped_column(server_default="zh-CN")
    phone: Mapped[bytes | None]
    """Encrypted at `contact:phone:<application_id>`."""
    unit_phone: Mapped[bytes | None]
    """Encrypted at `contact:unit_phone:<application_id>`."""


class Notice(Base):
    """One fact told to one candidate. `params` hold ids, codes and times, nothing personal."""

    __tablename__ = "notice"
    __table_args__ = (Index("notice_application", "application_id", "created_at"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, server_default=func.uuidv7())
    key: Mapped[str] = mapped_column(unique=True)
    """Made of what the fact is about: the same fact heard twice is one notice."""
    fact: Mapped[str]
    application_id: Mapped[uuid.UUID | None]
    language: Mapped[str | None]
    """Asked for by the requester; None means the contact's."""
    params: Mapped[dict[str, Any]]
    trace: Mapped[str]
    created_at: Mapped[dt.datetime] = mapped_column(server_default=_NOW)


class Delivery(Base):
    """A notice on its way over one channel."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("notice_id", "channel", name="delivery_once"),
        _one_of("channel", Channel),
        _one_of("state", State),
        CheckConstraint("tries >= 0", name="delivery_tries"),
        CheckConstraint("state <> 'queued' OR due_at IS NOT NULL", name="delivery_due"),
        Index("delivery_due_at", "due_at", postgresql_where=text("state IN ('queued', 'unknown')")),
        Index(
            "delivery_silent",
            "state_at",
            postgresql_where=text("state IN ('accepted', 'unknown') AND channel <> 'in_app'"),
        ),
        Index("delivery_recent", "state_at", postgresql_where=text("channel <> 'in_app'")),
        Index("delivery_vendor", "vendor_id", postgresql_where=text("vendor_id IS NOT NULL")),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, server_default=func.uuidv7())
    notice_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("notice.id"))
    channel: Mapped[Channel] = mapped_column(Text)
    state: Mapped[State] = mapped_column(Text)
    state_at: Mapped[dt.datetime] = mapped_column(server_default=_NOW)
    tries: Mapped[int] = mapped_column(server_default=text("0"))
    due_at: Mapped[dt.datetime | None]
    reason: Mapped[str] = mapped_column(server_default="")
    """Class of the gateway's refusal, carrier's code, or why it was skipped."""
    vendor: Mapped[str | None]
    vendor_code: Mapped[str | None]
    vendor_id: Mapped[str | None]
    created_at: Mapped[dt.datetime] = mapped_column(server_default=_NOW)

    notice: Mapped[Notice] = relationship()


class RawReceipt(Base):
    """What a vendor pushed, as it came, encrypted: it names phones."""

    __tablename__ = "raw_receipt"
    __table_args__ = (
        Index("raw_receipt_due", "next_at", postgresql_where=text("done_at IS NULL")),
        Index("raw_receipt_old", "done_at", postgresql_where=text("done_at IS NOT NULL")),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    vendor: Mapped[str]
    body: Mapped[bytes]
    """Encrypted at `raw_receipt:body:<id>`."""
    received_at: Mapped[dt.datetime] = mapped_column(server_default=_NOW)
    next_at: Mapped[dt.datetime] = mapped_column(server_default=_NOW)
    tries: Mapped[int] = mapped_column(server_default=text("0"))
    done_at: Mapped[dt.datetime | None]
    outcome: Mapped[str] = mapped_column(server_default="")
    """`matched`, `orphan` (nothing of ours after 72 h) or `unreadable`."""
