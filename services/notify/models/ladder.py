"""What notices are followed by: requests that fall due, and calls."""

import datetime as dt
import uuid

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from services.notify.domain.ladder import CallEnd, Cause, Target
from services.notify.models.table import NOW, Base, one_of


class Request(Base):
    """A reviewer's request as far as notify must remind of it. Its facts may come in any order."""

    __tablename__ = "request"
    __table_args__ = (
        Index("request_application", "application_id", postgresql_where=text("ended_at IS NULL")),
        Index(
            "request_remind_at",
            "remind_at",
            postgresql_where=text("remind_at IS NOT NULL AND ended_at IS NULL"),
        ),
    )

    request_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    application_id: Mapped[uuid.UUID]
    round: Mapped[int] = mapped_column(server_default=text("0"))
    """The round that it asks about; 0 while RequestsRaised has not come."""
    due_at: Mapped[dt.datetime | None]
    remind_at: Mapped[dt.datetime | None]
    ended_at: Mapped[dt.datetime | None]


class Call(Base):
    """A call that staff are asked to make; review keeps their list."""

    __tablename__ = "call"
    __table_args__ = (
        one_of("call", "target", Target),
        one_of("call", "cause", Cause),
        one_of("call", "end_cause", CallEnd),
        Index(
            "call_open",
            "application_id",
            unique=True,
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index("call_notice", "notice_id"),
    )

    call_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    notice_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("notice.id"))
    application_id: Mapped[uuid.UUID]
    target: Mapped[Target] = mapped_column(Text)
    cause: Mapped[Cause] = mapped_column(Text)
    due_at: Mapped[dt.datetime | None]
    requested_at: Mapped[dt.datetime] = mapped_column(server_default=NOW)
    tries: Mapped[int] = mapped_column(server_default=text("0"))
    called_at: Mapped[dt.datetime | None]
    called_by: Mapped[str] = mapped_column(server_default="")
    next_try_at: Mapped[dt.datetime | None]
    closed_at: Mapped[dt.datetime | None]
    end_cause: Mapped[CallEnd | None] = mapped_column(Text)
