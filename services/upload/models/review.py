"""What the review says to a candidate: requests, messages, and the result on its way out."""

import datetime as dt
import uuid

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from libs.common.messages import ApplicationId, ImageId, NoticeId, RequestId
from services.upload.domain.application import ReopenAnswer, RequestKind, RequestState
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
    extended_at: Mapped[dt.datetime | None]
    change_reason: Mapped[str] = mapped_column(default="", server_default="")
    """Why there is more time, or why it is no longer asked."""
    pushed_at: Mapped[dt.datetime | None]
    """When the registration system took over a FIX."""
    push_refused_at: Mapped[dt.datetime | None]

    __table_args__ = (
        one_of("level", ("site", "area")),
        one_of("kind", RequestKind),
        one_of("state", RequestState),
        always("replace", "kind <> 'REPLACE' OR image_id IS NOT NULL"),
        always("add", "kind <> 'ADD' OR (material IS NOT NULL AND add_count >= 1)"),
        always("fix", "kind <> 'FIX' OR fact IS NOT NULL"),
        always("ended", "(state = 'open') = (ended_at IS NULL)"),
        Index("request_of_application_idx", "application_id"),
        Index("request_of_image_idx", "image_id", postgresql_where=text("image_id IS NOT NULL")),
        Index("request_due_idx", "due_at", postgresql_where=text("state = 'open'")),
    )


class RequestEarly(Table):
    """What was said of a request before the request itself arrived; messages may overtake."""

    __tablename__ = "request_early"

    request_id: Mapped[RequestId] = mapped_column(primary_key=True)
    is_withdrawn: Mapped[bool]
    due_at: Mapped[dt.datetime | None]
    reason: Mapped[str]


class ReopenAsk(Table):
    """Her wish to have a submitted round back, and what the site said (R17)."""

    __tablename__ = "reopen_ask"

    application_id: Mapped[ApplicationId] = mapped_column(
        ForeignKey("application.id"), primary_key=True
    )
    round: Mapped[int] = mapped_column(primary_key=True)
    reason: Mapped[str]
    asked_at: Mapped[dt.datetime]
    answer: Mapped[str | None]
    words: Mapped[str] = mapped_column(default="", server_default="")
    answered_at: Mapped[dt.datetime | None]

    __table_args__ = (
        always("reasoned", "reason <> ''"),
        one_of("answer", ReopenAnswer),
        always("answered", "(answer IS NULL) = (answered_at IS NULL)"),
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
    number: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    """In the order of arrival here: what the cursor of a pull counts."""
    recorded_at: Mapped[dt.datetime] = mapped_column(server_default=NOW)

    __table_args__ = (
        one_of("outcome", OUTCOMES),
        Index("result_push_number_key", "number", unique=True),
    )
