"""Who may work at the delivery desk."""

import datetime as dt
import uuid

from sqlalchemy import BigInteger, func, text
from sqlalchemy.orm import Mapped, mapped_column

from services.notify.models.table import NOW, Base


class Operator(Base):
    """An account of the desk; `may_see_phones` is the role that sees a number in clear."""

    __tablename__ = "operator"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, server_default=func.uuidv7())
    login: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str]
    totp_secret: Mapped[bytes]
    """Encrypted at `operator:totp_secret:<id>`."""
    totp_step: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    """The last time step whose code was used: none is believed twice."""
    may_see_phones: Mapped[bool] = mapped_column(server_default=text("false"))
    failures: Mapped[int] = mapped_column(server_default=text("0"))
    locked_until: Mapped[dt.datetime | None]
    closed_at: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime] = mapped_column(server_default=NOW)
