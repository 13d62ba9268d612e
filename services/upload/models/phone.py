"""The way from a computer's page to the candidate's phone."""

import datetime as dt
import uuid

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from libs.common.messages import ApplicationId, RequestId
from services.upload.models.table import Table, always


class PhoneLink(Table):
    """A QR code that opens one material of one application on a phone, once, for ten minutes."""

    __tablename__ = "phone_link"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    application_id: Mapped[ApplicationId] = mapped_column(ForeignKey("application.id"))
    material: Mapped[str]
    request_id: Mapped[RequestId | None] = mapped_column(ForeignKey("request.id"))
    """The request that the pictures answer, if any."""
    made_at: Mapped[dt.datetime]
    ends_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None]
    ended_at: Mapped[dt.datetime | None]
    """When she took it back, or made another."""

    __table_args__ = (
        always("span", "made_at < ends_at"),
        Index("phone_link_of_application_idx", "application_id"),
    )
