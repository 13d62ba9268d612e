"""Exams' words, and the applications that notify has heard of."""

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.notify.models.table import Base


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
    sites: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    """Site code → language → name."""
    request_reminder_hours: Mapped[int] = mapped_column(server_default=text("24"))
    loaded_at: Mapped[dt.datetime | None]
    """Of two words on an exam the later one holds, whichever is heard last."""


class Contact(Base):
    """An application that notify has heard of, and how its candidate is reached.

    `revision` 0 means that ContactChanged has not come yet: SMS wait for it.
    """

    __tablename__ = "contact"
    __table_args__ = (
        Index("contact_number", "number", postgresql_where=text("number <> ''")),
        Index("contact_phone_mark", "phone_mark", postgresql_where=text("phone_mark IS NOT NULL")),
    )

    application_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    exam: Mapped[str]
    site: Mapped[str] = mapped_column(server_default="")
    number: Mapped[str] = mapped_column(server_default="")
    """Registration number, by which staff look her up."""
    round: Mapped[int] = mapped_column(server_default=text("0"))
    """The newest round that she has handed in."""
    revision: Mapped[int] = mapped_column(server_default=text("0"))
    language: Mapped[str] = mapped_column(server_default="zh-CN")
    phone: Mapped[bytes | None]
    """Encrypted at `contact:phone:<application_id>`."""
    unit_phone: Mapped[bytes | None]
    """Encrypted at `contact:unit_phone:<application_id>`."""
    phone_mark: Mapped[bytes | None]
    """Blind index of the phone: limits hold for a number, whoever gives it."""
