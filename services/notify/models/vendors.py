"""The vendors of SMS: their weights, and every move of these."""

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from services.notify.models.table import NOW, Base


class Vendor(Base):
    """One vendor's weight, now and at rest; `pinned_by` holds it where it is."""

    __tablename__ = "vendor"
    __table_args__ = (CheckConstraint("weight >= 0", name="vendor_weight"),)

    name: Mapped[str] = mapped_column(primary_key=True)
    weight: Mapped[int]
    resting: Mapped[int]
    changed_at: Mapped[dt.datetime] = mapped_column(server_default=NOW)
    pinned_by: Mapped[str] = mapped_column(server_default=text("''"))
    is_used: Mapped[bool] = mapped_column(server_default=text("true"))


class VendorChange(Base):
    """What moved a weight: the machine (`by` empty) or a person, and why."""

    __tablename__ = "vendor_change"
    __table_args__ = (Index("vendor_change_at", "at"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, server_default=func.uuidv7())
    at: Mapped[dt.datetime] = mapped_column(server_default=NOW)
    name: Mapped[str]
    weight: Mapped[int]
    reason: Mapped[str]
    by: Mapped[str] = mapped_column(server_default=text("''"))
