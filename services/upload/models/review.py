"""What the review says to a candidate: requests, messages, and the result on its way out."""

import datetime as dt
import uuid

from sqlalchemy import ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from libs.common.messages import ApplicationId, ImageId, NoticeId, RequestId
from services.upload.domain.application import RequestKind, RequestState
from services.upload.models.application import OUTCOMES
from services.upload.models.table import Json, Table, always, one_of

NOW = func.clock_timestamp()


class Request(Table):
    """A reviewer's demand; it unlocks just what it names (R19, R20)."""

    __tablename__ = "request"

    id: Mapped[RequestId] = mapped_column(primary_key=True)
    application_id: Mapped[ApplicationId] = mapped_column(ForeignKey("application.id"))
    case_id: Mapped[uuid.UUID]
    round: Mapped[int]
    level: Mapped[str]
    kind: Mapped[str]
    material: Mapped[str | None]
    image_id: Mapped[ImageId | None] = mapped_column(ForeignKey("image.id"))
    add_count: Mapped[int] = mapped_column(default=0)
    fact: Mapped[str | None]
    reason: Mapped[str]
    words: Mapped[str] = mapped_column(default="")
    mark: Mapped[list[float] | None]
    raised_at: Mapped[dt.datetime]
    due_at: Mapped[dt.datetime]
    state: Mapped[str] = mapped_column(default=RequestState.OPEN)
    explanation: Mapped[str | None]
    """Her words instead of an image; changeable until she submits."""
    fixed_at: Mapped[dt.datetime | None]
    """When a corrected registration changed the fact that a FIX asks for."""
    ended_at: Mapped[dt.datetime | None]

    __table_args__ = (
        one_of("level", ("site", "area")),
        one_of("kind", RequestKind),
        one_of("state", RequestState),
        always("replace", "kind <> 'REPLACE' OR image_id IS NOT NULL"),
        always("add", "kind <> 'ADD' OR (material IS NOT NULL AND add_count >= 1)"),
        always("fix", "kind <> 'FIX' OR fact IS NOT NULL"),
        always("ended", "(state = 'open') = (ended_at IS NULL)"),
        Index("request_of_application_idx", "application_id"),
        Index("request_due_idx", "due_at", postgresql_where=text("state = 'open'")),
    )


class InAppMessage(Table):
    """A notice of record on the candidate's page (R22)."""

    __tablename__ = "in_app_message"

    id: Mapped[NoticeId] = mapped_column(primary_key=True)
    application_id: Mapped[ApplicationId] = mapped_column(ForeignKey("application.id"))
    fact: Mapped[str]
    titles: Mapped[Json]
    bodies: Mapped[Json]
    posted_at: Mapped[dt.datetime]
    read_at: Mapped[dt.datetime | None]

    __table_args__ = (Index(None, "application_id", "posted_at"),)


class ResultPush(Table):
    """One final result on its way to the registration system (R24)."""

    __tablename__ = "result_push"

    application_id: Mapped[ApplicationId] = mapped_column(
        ForeignKey("application.id"), primary_key=True
    )
    batch_id: Mapped[uuid.UUID]
    outcome: Mapped[str]
    published_at: Mapped[dt.datetime]
    accepted_at: Mapped[dt.datetime | None]
    refused_at: Mapped[dt.datetime | None]
    status: Mapped[int | None]
    """HTTP status of the registration system's last answer."""

    __table_args__ = (one_of("outcome", OUTCOMES),)
