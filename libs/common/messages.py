"""Every message that moves between the rooms: the contracts.

Commands are imperative, facts past tense. A message carries ids, object keys, words, numbers and
UTC times; what is personal travels only as `Sealed` text for the one room that may open it (N8).
How they travel stands in `envelopes`; `tests/unit/common/golden/` holds the JSON of each contract,
and a change of shape needs a new version.
"""

import dataclasses as dc
import datetime as dt
import uuid
from typing import Any, ClassVar, Literal, NewType

MessageId = NewType("MessageId", uuid.UUID)
ApplicationId = NewType("ApplicationId", uuid.UUID)
CandidateId = NewType("CandidateId", uuid.UUID)
ImageId = NewType("ImageId", uuid.UUID)
SubmissionId = NewType("SubmissionId", uuid.UUID)
CaseId = NewType("CaseId", uuid.UUID)
RequestId = NewType("RequestId", uuid.UUID)
NoticeId = NewType("NoticeId", uuid.UUID)
DeliveryId = NewType("DeliveryId", uuid.UUID)
BatchId = NewType("BatchId", uuid.UUID)

Sealed = NewType("Sealed", str)
"""Base64 text that `libs.common.sealing` made; only the room it was sealed for can open it."""

Severity = Literal["refuse", "warn"]
RequestKind = Literal["REPLACE", "ADD", "FIX"]
Stage = Literal["site_review", "area_review", "awaiting_publication"]
Outcome = Literal["passed", "not_passed", "not_submitted"]


class Message:
    """Base of all contracts. Subclasses are frozen dataclasses of JSON-able fields."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}
    """What `envelopes` asks of the JSON; who speaks of messages needs no pydantic (N4)."""
    version: ClassVar[int] = 1
    ephemeral: ClassVar[bool] = False
    """Sent past the outbox and handled without the inbox: a copy or a loss does no harm."""


@dc.dataclass(frozen=True, kw_only=True)
class Finding:
    """What a machine check says of an image; the words belong to the service that shows it."""

    code: str
    severity: Severity
    measured: float
    threshold: float


# --- images -----------------------------------------------------------------------------------


@dc.dataclass(frozen=True, kw_only=True)
class CheckImage(Message):
    """upload → images. Decode, judge and render the stored original."""

    image_id: ImageId
    original_key: str
    sha256: str
    size_bytes: int
    orientation: int
    """EXIF orientation 1-8 as sent, cut from the stored bytes (R7)."""


@dc.dataclass(frozen=True, kw_only=True)
class ImageChecked(Message):
    """images → upload. `findings` with severity `refuse` mean that the image counts for nothing."""

    image_id: ImageId
    checker: str
    """Version of the checks, so that a later version can re-check."""
    format: Literal["jpeg", "png", "unknown"]
    width: int
    height: int
    """Upright size in pixels; 0 × 0 when it could not be decoded."""
    findings: tuple[Finding, ...]
    signals: dict[str, float]
    """Raw measurements, kept beside the reviewers' verdicts."""
    view_key: str | None
    grid_key: str | None
    """Rendition keys; None when the image was refused."""


# --- the round trip of an application ------------------------------------------------------------


@dc.dataclass(frozen=True, kw_only=True)
class SubmittedImage:
    """One image as it was handed in."""

    image_id: ImageId
    material: str
    position: int
    sha256: str
    size_bytes: int
    width: int
    height: int
    state: Literal["checking", "checked"]
    view_key: str | None
    grid_key: str | None
    findings: tuple[Finding, ...]
    replaces: ImageId | None
    """The older version that a REPLACE request asked to be exchanged."""
    answers: RequestId | None


@dc.dataclass(frozen=True, kw_only=True)
class Absence:
    """暂缺/不适用: a material answered by a reason instead of an image (R5)."""

    material: str
    reason: str


@dc.dataclass(frozen=True, kw_only=True)
class Explanation:
    """A request answered by words instead of an image (R20)."""

    request_id: RequestId
    text: str


@dc.dataclass(frozen=True, kw_only=True)
class ApplicationSubmitted(Message):
    """upload → review, notify. The snapshot of one round, complete: older ones are superseded."""

    application_id: ApplicationId
    submission_id: SubmissionId
    exam: str
    site: str
    registration_number: str
    round: int
    """1 for the first submission; each answer to requests is one more."""
    receipt_number: str
    submitted_at: dt.datetime
    facts: dict[str, str]
    """Registration facts that are not personal (level, category, education …)."""
    personal: Sealed
    """Name, ID number, birth date, sex and phones as JSON, sealed for review."""
    masked_name: str
    materials: tuple[str, ...]
    """Codes asked of her in this window, in the list's order."""
    images: tuple[SubmittedImage, ...]
    absences: tuple[Absence, ...]
    explanations: tuple[Explanation, ...]


@dc.dataclass(frozen=True, kw_only=True)
class SubmittedImageChecked(Message):
    """upload → review. A check that was still running at submission has ended (R15)."""

    application_id: ApplicationId
    image_id: ImageId
    refused: bool
    width: int
    height: int
    view_key: str | None
    grid_key: str | None
    findings: tuple[Finding, ...]


@dc.dataclass(frozen=True, kw_only=True)
class RaisedRequest:
    """A reviewer's demand (R19). REPLACE names an image, ADD a material, FIX a fact."""

    request_id: RequestId
    kind: RequestKind
    material: str | None
    image_id: ImageId | None
    add_count: int
    fact: str | None
    reason: str
    """Code of the reason; its words in both languages come with the exam."""
    words: str
    """The reviewer's own words to the candidate; may be empty."""
    mark: tuple[float, float, float, float] | None
    """Rectangle on the upright image: left, top, width, height as shares of its size."""
    due_at: dt.datetime


@dc.dataclass(frozen=True, kw_only=True)
class RequestsRaised(Message):
    """review → upload, notify. All requests of one round leave together (R20)."""

    application_id: ApplicationId
    case_id: CaseId
    level: Literal["site", "area"]
    round: int
    requests: tuple[RaisedRequest, ...]
    accepted: tuple[ImageId, ...]


@dc.dataclass(frozen=True, kw_only=True)
class RequestsOverdue(Message):
    """upload → review, notify. Not answered when due: relocked (R21)."""

    application_id: ApplicationId
    requests: tuple[RequestId, ...]
    overdue_at: dt.datetime


@dc.dataclass(frozen=True, kw_only=True)
class CaseAdvanced(Message):
    """review → upload, notify. The stage that the candidate may see (R23); never an outcome."""

    application_id: ApplicationId
    case_id: CaseId
    round: int
    case_version: int
    """Grows with each change of the case: of one round, the higher one is the newer word."""
    stage: Stage
    accepted: tuple[ImageId, ...]


@dc.dataclass(frozen=True, kw_only=True)
class PublishedResult:
    """The final result of one application, or that nothing was submitted."""

    application_id: ApplicationId
    registration_number: str
    outcome: Outcome


@dc.dataclass(frozen=True, kw_only=True)
class ResultsPublished(Message):
    """review → upload, notify. One part (at most 200 results) of a published batch (R24)."""

    exam: str
    batch_id: BatchId
    part: int
    parts: int
    published_at: dt.datetime
    results: tuple[PublishedResult, ...]


@dc.dataclass(frozen=True, kw_only=True)
class PushResult(Message):
    """upload → results. Tell the registration system one final result, signed."""

    application_id: ApplicationId
    exam: str
    registration_number: str
    outcome: Outcome
    published_at: dt.datetime


@dc.dataclass(frozen=True, kw_only=True)
class ResultPushed(Message):
    """results → upload. The registration system has confirmed it."""

    application_id: ApplicationId
    accepted: bool
    status: int
    """HTTP status of its answer."""


# --- time -----------------------------------------------------------------------------------------


@dc.dataclass(frozen=True, kw_only=True)
class DeadlineTick(Message):
    """deadlines → upload, review, notify. The clock; decides nothing."""

    ephemeral: ClassVar[bool] = True
    now: dt.datetime


@dc.dataclass(frozen=True, kw_only=True)
class ApplicationLocked(Message):
    """upload → review, notify. The window ended without a submission (R13)."""

    application_id: ApplicationId
    exam: str
    site: str
    registration_number: str
    masked_name: str
    locked_at: dt.datetime


@dc.dataclass(frozen=True, kw_only=True)
class WindowExtended(Message):
    """upload → review, notify. Whom it concerns (R14); site and application None mean all."""

    exam: str
    site: str | None
    applications: tuple[ApplicationId, ...]
    """Those who have not submitted yet and must be told; at most 200 in one message."""
    ends_at: dt.datetime
    reason: str


@dc.dataclass(frozen=True, kw_only=True)
class ExamLoaded(Message):
    """upload → review, notify. What the other rooms need of an exam's pack."""

    exam: str
    pack_version: str
    zone: str
    names: dict[str, str]
    """Language tag → the exam's name."""
    sites: dict[str, dict[str, str]]
    """Site code → zh-CN name, en name, phone, hours."""
    materials: dict[str, dict[str, str]]
    """Material code → zh-CN and en title, in the list's order."""
    reasons: dict[str, dict[str, str]]
    """Reason code → zh-CN and en words, `materials` they fit, pinyin initials, cure."""
    settings: dict[str, int]
    """Numbers with their unit in the name, such as `request_due_hours`."""
    facts: dict[str, dict[str, str]] = dc.field(default_factory=dict)
    """Fact name → zh-CN and en label, and each value's words as `value.zh-CN` and `value.en`."""


# --- telling people -------------------------------------------------------------------------------


@dc.dataclass(frozen=True, kw_only=True)
class ContactChanged(Message):
    """upload → notify. How a candidate is reached; `contact` is sealed for notify."""

    application_id: ApplicationId
    revision: int
    """Grows with each change; an older one never overwrites a newer one."""
    exam: str
    site: str
    language: Literal["zh-CN", "en"]
    contact: Sealed
    """JSON with `phone`, `unit_phone`."""


@dc.dataclass(frozen=True, kw_only=True)
class NoticeRequested(Message):
    """any → notify. Something to tell somebody; `secret` holds what is personal, e.g. a code."""

    fact: str
    application_id: ApplicationId | None
    language: Literal["zh-CN", "en"]
    params: dict[str, str]
    secret: Sealed | None
    """JSON, sealed for notify: `phone` and, for one-time codes, `code`."""


@dc.dataclass(frozen=True, kw_only=True)
class InAppPosted(Message):
    """notify → upload. The message of record for the candidate's page (R22)."""

    application_id: ApplicationId
    notice_id: NoticeId
    fact: str
    titles: dict[str, str]
    bodies: dict[str, str]
    posted_at: dt.datetime


@dc.dataclass(frozen=True, kw_only=True)
class SendSms(Message):
    """notify → sms. `secret` is sealed for the SMS worker."""

    delivery_id: DeliveryId
    template: str
    secret: Sealed
    """JSON with `phone` and `params` (a list of words, only for the one-time code)."""
    resend: bool = False
    """An earlier try ended `unknown`: ask the vendor by our delivery id before sending."""


@dc.dataclass(frozen=True, kw_only=True)
class SendCode(Message):
    """notify → codes. Like SendSms, on a queue that bulk never delays; never sent twice."""

    delivery_id: DeliveryId
    template: str
    secret: Sealed
    expires_at: dt.datetime


SmsClass = Literal[
    "accepted",
    "bad_recipient",
    "content",
    "account",
    "number_limit",
    "throttled",
    "retryable",
    "unknown",
]


@dc.dataclass(frozen=True, kw_only=True)
class SmsReported(Message):
    """sms, codes → notify. What the gateway said, in one of the classes above."""

    delivery_id: DeliveryId
    outcome: SmsClass
    vendor: str
    vendor_code: str
    vendor_id: str | None


# --- plumbing -------------------------------------------------------------------------------------


@dc.dataclass(frozen=True, kw_only=True)
class Receipt(Message):
    """consumer → producer. These messages were handled; their outbox rows are settled."""

    ephemeral: ClassVar[bool] = True
    ids: tuple[MessageId, ...]


@dc.dataclass(frozen=True, kw_only=True)
class Crashed(Message):
    """A stateless worker's parent → the command's producer: the child died on this message."""

    ephemeral: ClassVar[bool] = True
    command_id: MessageId
    cause: str


@dc.dataclass(frozen=True, kw_only=True)
class Ping(Message):
    """deadlines → every queue. A worker that sees none for a minute is not eating."""

    ephemeral: ClassVar[bool] = True


MESSAGES: dict[str, type[Message]] = {
    m.__name__: m
    for m in (
        CheckImage,
        ImageChecked,
        ApplicationSubmitted,
        SubmittedImageChecked,
        RequestsRaised,
        RequestsOverdue,
        CaseAdvanced,
        ResultsPublished,
        PushResult,
        ResultPushed,
        DeadlineTick,
        ApplicationLocked,
        WindowExtended,
        ExamLoaded,
        ContactChanged,
        NoticeRequested,
        InAppPosted,
        SendSms,
        SendCode,
        SmsReported,
        Receipt,
        Crashed,
        Ping,
    )
}
