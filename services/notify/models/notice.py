"""Notices, their deliveries over each channel, and every step of these."""

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.notify.domain.delivery import State
from services.notify.domain.facts import SENT_OVER, Channel
from services.notify.domain.ladder import End
from services.notify.models.table import NOW, Base, in_time_order, one_of


class Notice(Base):
    """One fact told to one candidate. `params` hold ids, codes and times, nothing personal."""

    __tablename__ = "notice"
    __table_args__ = (
        Index("notice_application", "application_id", "created_at"),
        Index("notice_call_at", "call_at", postgresql_where=text("call_at IS NOT NULL")),
        Index(
            "notice_awaited",
            "due_at",
            postgresql_where=text("due_at IS NOT NULL AND read_at IS NULL AND ended_at IS NULL"),
        ),
        one_of("notice", "end_cause", End),
        CheckConstraint("(ended_at IS NULL) = (end_cause IS NULL)", name="notice_ended"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, server_default=func.uuidv7())
    key: Mapped[str] = mapped_column(unique=True)
    """Made of what the fact is about: the same fact heard twice is one notice."""
    fact: Mapped[str]
    application_id: Mapped[uuid.UUID | None]
    language: Mapped[str | None]
    """Asked for by the requester; None means the contact's."""
    params: Mapped[dict[str, Any]]
    trace: Mapped[str]
    created_at: Mapped[dt.datetime] = mapped_column(server_default=NOW)
    due_at: Mapped[dt.datetime | None]
    """When what she is told about ends."""
    call_at: Mapped[dt.datetime | None]
    """When somebody has to telephone, unless something happens before."""
    read_at: Mapped[dt.datetime | None]
    """When she opened it on her page."""
    ended_at: Mapped[dt.datetime | None]
    end_cause: Mapped[End | None] = mapped_column(Text)
    """Why nobody needs to be reached about it any more."""


class Delivery(Base):
    """A notice on its way over one channel. Staff may send again: then it has a next `turn`."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("notice_id", "channel", "turn", name="delivery_once"),
        one_of("delivery", "channel", SENT_OVER),
        one_of("delivery", "state", State),
        CheckConstraint("tries >= 0", name="delivery_tries"),
        CheckConstraint("state <> 'queued' OR due_at IS NOT NULL", name="delivery_due"),
        Index("delivery_due_at", "due_at", postgresql_where=text("state IN ('queued', 'unknown')")),
        Index(
            "delivery_silent",
            "state_at",
            postgresql_where=text("state IN ('accepted', 'unknown') AND channel <> 'in_app'"),
        ),
        Index("delivery_sent", "sent_at", postgresql_where=text("sent_at IS NOT NULL")),
        Index("delivery_recent", "state_at", postgresql_where=text("channel <> 'in_app'")),
        Index("delivery_vendor", "vendor_id", postgresql_where=text("vendor_id IS NOT NULL")),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, server_default=func.uuidv7())
    notice_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("notice.id"))
    channel: Mapped[Channel] = mapped_column(Text)
    turn: Mapped[int] = mapped_column(server_default=text("1"))
    state: Mapped[State] = mapped_column(Text)
    state_at: Mapped[dt.datetime] = mapped_column(server_default=NOW)
    tries: Mapped[int] = mapped_column(server_default=text("0"))
    due_at: Mapped[dt.datetime | None]
    sent_at: Mapped[dt.datetime | None]
    """When it last went to the gateway; limits count by it."""
    reason: Mapped[str] = mapped_column(server_default="")
    """Class of the gateway's refusal, carrier's code, or why it was skipped."""
    vendor: Mapped[str | None]
    vendor_code: Mapped[str | None]
    vendor_id: Mapped[str | None]
    created_at: Mapped[dt.datetime] = mapped_column(server_default=NOW)

    notice: Mapped[Notice] = relationship()


class DeliveryStep(Base):
    """One step of an SMS or code, as it was taken: what staff read, and what the breaker counts."""

    __tablename__ = "delivery_step"
    __table_args__ = (
        Index("delivery_step_delivery", "delivery_id", "at"),
        Index("delivery_step_vendor", "at", "vendor", postgresql_where=text("vendor IS NOT NULL")),
    )

    id: Mapped[uuid.UUID] = mapped_column(
        primary_key=True, default=in_time_order, server_default=func.uuidv7()
    )
    delivery_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("delivery.id"))
    at: Mapped[dt.datetime]
    state: Mapped[State] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(server_default="")
    vendor: Mapped[str | None]
    vendor_code: Mapped[str | None]
    by: Mapped[str] = mapped_column(server_default="")
    """Who of the staff took it; empty for the machine."""
