"""What she is told: messages and the result."""

import dataclasses as dc
import datetime as dt

from libs.common.messages import NoticeId, Outcome, Stage
from services.upload.domain.exam import Site, Text


@dc.dataclass(frozen=True, kw_only=True)
class MessageView:
    """One notice of record; titles and bodies by language tag."""

    id: NoticeId
    fact: str
    title: dict[str, str]
    body: dict[str, str]
    posted_at: dt.datetime
    is_read: bool


@dc.dataclass(frozen=True, kw_only=True)
class MessagesPage:
    """The newest messages first."""

    unread: int
    messages: tuple[MessageView, ...]


@dc.dataclass(frozen=True, kw_only=True)
class ResultPage:
    """The final result, or nothing but the stage before its publication (R23)."""

    exam_name: Text
    registration_number: str
    masked_name: str
    stage: Stage | None
    outcome: Outcome | None
    published_at: dt.datetime | None
    zone: str
    area: Site
    site: Site
