"""The page of one application, and its small news."""

import dataclasses as dc
import datetime as dt
from enum import StrEnum

from libs.common.messages import ApplicationId, Outcome, Stage
from services.upload.domain.application import ReopenAnswer, State
from services.upload.domain.deadline import Phase
from services.upload.domain.exam import Group, Site, Text
from services.upload.domain.readiness import Readiness
from services.upload.queries.shapes.images import ShrinkView
from services.upload.queries.shapes.materials import MaterialEntry
from services.upload.queries.shapes.requests import RequestView


@dc.dataclass(frozen=True, kw_only=True)
class DeadlineView:
    """The window that holds for her, extensions included (R12, R14). Times are aware UTC."""

    phase: Phase
    opens_at: dt.datetime
    ends_at: dt.datetime
    closes_at: dt.datetime
    grace_seconds: int
    zone: str
    is_extended: bool
    extension_reason: str | None
    server_now: dt.datetime


class LaterState(StrEnum):
    """Where the second window stands for her."""

    BEFORE_SUBMISSION = "before_submission"
    """She has not handed in at all yet."""
    BEFORE = "before"
    OPEN = "open"
    DONE = "done"
    CLOSED = "closed"


@dc.dataclass(frozen=True, kw_only=True)
class LaterView:
    """The second window, where it asks something of her (R5)."""

    state: LaterState
    opens_at: dt.datetime
    ends_at: dt.datetime
    grace_seconds: int
    materials: tuple[tuple[str, Text], ...]
    """Code and title of each deferred material."""
    readiness: Readiness
    submitted_at: dt.datetime | None
    receipt_number: str | None


@dc.dataclass(frozen=True, kw_only=True)
class ReopeningView:
    """Her wish to have the submitted round back (R17)."""

    can_ask: bool
    asked_at: dt.datetime | None
    reason: str
    answer: ReopenAnswer | None
    """None while the site has not answered."""
    words: str
    """The site's."""


@dc.dataclass(frozen=True, kw_only=True)
class ApplicationPage:
    """Everything on the page of one application."""

    application_id: ApplicationId
    registration_number: str
    masked_name: str
    exam: str
    pack: str
    """Folder of the sample pictures: `exams/<pack>/samples/<code>.jpg`."""
    exam_name: Text
    area: Site
    site: Site
    source: Text
    state: State
    """By the clock: LOCKED from end + grace on, whether or not a worker has written it down."""
    round: int
    stage: Stage | None
    outcome: Outcome | None
    published_at: dt.datetime | None
    submitted_at: dt.datetime | None
    receipt_number: str | None
    deadline: DeadlineView
    notice: tuple[Text, ...]
    """R4, its {opens}, {ends}, {grace} already filled in."""
    footer: tuple[Text, ...]
    groups: tuple[Group, ...]
    """Headings that occur, in the list's order."""
    entries: tuple[MaterialEntry, ...]
    requests: tuple[RequestView, ...]
    """Every request of the last rounds that is open or overdue, also the FIX ones."""
    readiness: Readiness
    progress_done: int
    progress_total: int
    can_submit: bool
    """Whether the button 提交审核 stands there; pressing it may still be refused."""
    unread_messages: int
    revision: int
    shows_all: bool
    later: LaterView | None
    requests_close_at: dt.datetime | None
    """When the next open request is due, or None."""
    shrinks: tuple[ShrinkView, ...]
    """Photos that are no images yet (R8), oldest first."""
    reopening: ReopeningView


@dc.dataclass(frozen=True, kw_only=True)
class StatusPage:
    """Small news of one application; `etag` changes when any of it does (the clock aside)."""

    etag: str
    state: State
    stage: Stage | None
    checking: int
    unread_messages: int
    ends_at: dt.datetime
    closes_at: dt.datetime
    server_now: dt.datetime
