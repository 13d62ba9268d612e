"""What vendors push."""

import datetime as dt
import uuid

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.notify.models.table import NOW, Base


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
    received_at: Mapped[dt.datetime] = mapped_column(server_default=NOW)
    next_at: Mapped[dt.datetime] = mapped_column(server_default=NOW)
    tries: Mapped[int] = mapped_column(server_default=text("0"))
    done_at: Mapped[dt.datetime | None]
    outcome: Mapped[str] = mapped_column(server_default="")
    """`matched`, `orphan` (nothing of ours after 72 h) or `unreadable`."""


class SmsDay(Base):
    """How many SMS left on one day of Beijing's: the daily cap counts here."""

    __tablename__ = "sms_day"

    day: Mapped[dt.date] = mapped_column(primary_key=True)
    sent: Mapped[int] = mapped_column(server_default=text("0"))
    cap: Mapped[int | None]
    """The cap that the consumer held to last: pages show it, and are told it nowhere else."""
