"""The shapes that pages read: frozen, without URLs (routes are made from ids by the pages)."""

import dataclasses as dc
import datetime as dt
from enum import StrEnum
from typing import Literal

from libs.common.messages import (
    ApplicationId,
    Finding,
    ImageId,
    NoticeId,
    Outcome,
    RequestId,
    Stage,
    SubmissionId,
)
from services.upload.domain.activation import Step
from services.upload.domain.application import ReopenAnswer, RequestKind, RequestState, State
from services.upload.domain.deadline import Phase
from services.upload.domain.exam import Group, Site, Statement, Text
from services.upload.domain.materials import Status
from services.upload.domain.readiness import Readiness
from services.upload.domain.shrink import ShrinkState


class EntryState(StrEnum):
    """What a material's line says; each has its icon, word and colour."""

    TODO = "todo"
    """Required, nothing there yet."""
    PARTIAL = "partial"
    """Some images, fewer than asked for."""
    CHECKING = "checking"
    """Enough images; a check is still running."""
    UPLOADED = "uploaded"
    """已上传，未提交."""
    NEEDS_ACTION = "needs_action"
    """A refused image, or a request without an answer."""
    ABSENT = "absent"
    """Answered 暂缺/不适用."""
    LOCKED = "locked"
    """Handed in, or the window has closed."""
    ACCEPTED = "accepted"
    """Every image was accepted by the reviewers."""
    OPTIONAL = "optional"
    """May stay empty, and is."""
    DEFERRED = "deferred"
    """Due in a later window, and empty."""
    WAIVED = "waived"
    NOT_ASKED = "not_asked"
    """Shown only in the whole list."""


@dc.dataclass(frozen=True, kw_only=True)
class DeadlineView:
    """The window that holds for her, extensions included (R12, R14). Times are aware UTC."""

    kind: str
    phase: Phase
    opens_at: dt.datetime
    ends_at: dt.datetime
    closes_at: dt.datetime
    grace_seconds: int
    zone: str
    is_extended: bool
    extension_reason: str | None
    server_now: dt.datetime


@dc.dataclass(frozen=True, kw_only=True)
class ImageView:
    """One tile."""

    id: ImageId
    material: str
    position: int
    """From 1, in the order shown."""
    version: int
    state: Literal["checking", "checked", "refused"]
    is_locked: bool
    is_accepted: bool
    can_delete: bool
    has_renditions: bool
    """Whether grid and view pictures exist; until then the original is shown."""
    width: int
    height: int
    size_bytes: int
    sha256: str
    received_at: dt.datetime
    findings: tuple[Finding, ...]
    """Words by `services.upload.findings`."""
    open_findings: tuple[Finding, ...]
    """Why it was refused, and the warnings that still wait for her: exchange it, or use it."""
    replaces: ImageId | None
    answers: RequestId | None


@dc.dataclass(frozen=True, kw_only=True)
class RequestView:
    """A reviewer's demand as she sees it (R19, R20)."""

    id: RequestId
    kind: RequestKind
    level: Literal["site", "area"]
    material: str | None
    image_id: ImageId | None
    """What a REPLACE asks to exchange."""
    add_count: int
    fact: str | None
    fact_label: Text | None
    reason: str
    reason_words: Text
    cure: Text
    words: str
    mark: tuple[float, float, float, float] | None
    raised_at: dt.datetime
    due_at: dt.datetime
    closes_at: dt.datetime
    state: RequestState
    """By the clock: OVERDUE at due + grace, whether or not a worker has written it down."""
    is_answered: bool
    explanation: str | None
    images: tuple[ImageView, ...]
    """New images that answer it, still not handed in or handed in."""
    old: ImageView | None
    """What a REPLACE asks to exchange, as it was handed in."""
    can_answer: bool
    can_upload: bool
    room: int
    """How many more images answer it."""
    is_extended: bool
    change_reason: str
    """Why there is more time, or why it is no longer asked."""
    is_pushed: bool
    """Whether the registration system has taken over a FIX."""
    is_fixed: bool
    """Whether a corrected registration has come."""
    ended_at: dt.datetime | None


@dc.dataclass(frozen=True, kw_only=True)
class ShrinkView:
    """A photo at the shrink door (R8)."""

    id: ImageId
    material: str
    request_id: RequestId | None
    state: ShrinkState
    original_bytes: int
    size_bytes: int
    """Of the image that she is asked to confirm; like its width and height 0 until it is there."""
    width: int
    height: int
    confirm_before: dt.datetime
    """The end of the window, or of the request's time (R12)."""
    findings: tuple[Finding, ...]
    received_at: dt.datetime


@dc.dataclass(frozen=True, kw_only=True)
class MaterialEntry:
    """One line of her list (R5)."""

    code: str
    title: Text
    requirement: Text
    hints: tuple[Text, ...]
    slots: tuple[Text, ...]
    group: Group
    status: Status
    state: EntryState
    because: Text
    min: int
    max: int
    """Including what ADD requests allow."""
    count: int
    """Images that count (not refused)."""
    free_slots: int
    can_upload: bool
    """An upload without a request; answers to requests are asked at the request."""
    absence_allowed: bool
    absence: str | None
    """Her reason of 暂缺/不适用."""
    deferred_to: str | None
    """The window in which a deferred material is due."""
    is_no_longer_asked: bool
    """Holds images although changed facts no longer ask for it (R3)."""
    images: tuple[ImageView, ...]
    requests: tuple[RequestView, ...]


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
class RoundView:
    """One submission."""

    round: int
    receipt_number: str
    submitted_at: dt.datetime
    images: int


@dc.dataclass(frozen=True, kw_only=True)
class AskedPage:
    """What reviewers ask for, and what became of it; and every round with its receipt (R20)."""

    page: ApplicationPage
    asked: tuple[RequestView, ...]
    """Open ones, the unanswered first."""
    past: tuple[RequestView, ...]
    """Answered, overdue or withdrawn, the newest first."""
    rounds: tuple[RoundView, ...]


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


@dc.dataclass(frozen=True, kw_only=True)
class ReceiptLine:
    """One image as the receipt proves it."""

    image_id: ImageId
    material: str
    title: Text
    position: int
    sha256: str
    size_bytes: int
    was_checking: bool


@dc.dataclass(frozen=True, kw_only=True)
class ReceiptPage:
    """A receipt; the public page shows it without the candidate (R15)."""

    application_id: ApplicationId
    submission_id: SubmissionId
    number: str
    digest: str
    round: int
    exam_name: Text
    zone: str
    site: Site
    registration_number: str
    masked_name: str
    submitted_at: dt.datetime
    images: tuple[ReceiptLine, ...]
    absences: tuple[tuple[Text, str], ...]
    """Material's title and her reason."""
    explanations: int
    lines: tuple[str, ...]
    """What the digest covers, besides number and time."""


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


@dc.dataclass(frozen=True, kw_only=True)
class ActivationPage:
    """Where activation stands, and what its step needs (R2)."""

    application_id: ApplicationId
    step: Step
    masked_name: str
    registration_number: str
    exam_name: Text
    site: Site
    masked_phone: str
    code_sent_at: dt.datetime | None
    code_counts: bool
    """Whether the code that was sent last can still be typed: neither late, nor used up."""
    resend_in_seconds: int
    """0: a code may be sent now."""
    privacy: Statement
    consent: Statement
    pledge: Statement
    footer: tuple[Text, ...]


@dc.dataclass(frozen=True, kw_only=True)
class PanelRow:
    """One fact of the registration: its label and its (masked) words."""

    name: str
    label: Text
    value: Text
    is_denied: bool
    """A claim that does not hold for her."""


@dc.dataclass(frozen=True, kw_only=True)
class RegistrationPanel:
    """The read-only panel of R3; ID number and phones masked."""

    number: str
    received_at: dt.datetime
    rows: tuple[PanelRow, ...]


@dc.dataclass(frozen=True, kw_only=True)
class ChangedFact:
    """One corrected fact; of a personal one only that it changed."""

    label: Text
    before: Text | None
    after: Text | None


@dc.dataclass(frozen=True, kw_only=True)
class RegistrationNote:
    """What one corrected record changed (R3): facts, and materials by code and title."""

    changed_at: dt.datetime
    facts: tuple[ChangedFact, ...]
    came: tuple[tuple[str, Text], ...]
    went: tuple[tuple[str, Text], ...]
    was_submitted: bool


@dc.dataclass(frozen=True, kw_only=True)
class StoredImage:
    """Where a tile's bytes are, for the route that streams them to their owner."""

    id: ImageId
    original_key: str
    format: Literal["jpeg", "png"]
    orientation: int
    sha256: str
    view_key: str | None
    grid_key: str | None


@dc.dataclass(frozen=True, kw_only=True)
class Signed:
    """Who is signed in: what every page's header needs."""

    application_id: ApplicationId
    masked_name: str
    registration_number: str
    exam: str
    exam_name: Text
    site: Site
    footer: tuple[Text, ...]
    language: Literal["zh-CN", "en"]
    step: Step
    large_type: bool
    is_notice_new: bool
    """Whether the exam's notice or consent has changed since she agreed to them."""
