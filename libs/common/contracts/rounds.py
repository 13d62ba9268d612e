"""The rounds of an application: what she hands in, and what changes afterwards."""

import dataclasses as dc
import datetime as dt
from typing import Literal

from libs.common.contracts.message import (
    ApplicationId,
    BatchId,
    CaseId,
    Finding,
    ImageId,
    Message,
    RequestId,
    Sealed,
    SubmissionId,
)

Comparison = Literal["match", "compare", "differs", "not_read"]
"""`compare`: one or two characters differ, a person should look."""


@dc.dataclass(frozen=True, kw_only=True)
class Duplicate:
    """The other candidate's image, and how far apart the two pictures are."""

    application_id: ApplicationId
    image_id: ImageId
    exam: str
    distance: float
    """0 for the same bytes; else the distance of the two brightness maps, 0-1."""


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
    kind: str = "unknown"
    """Kind of paper that the reader saw; `unknown` also when it has not read yet."""
    compared: dict[str, Comparison] = dc.field(default_factory=dict)
    """Fact (`id_number`, `name`, `expiry`) → how the paper compares; empty: not read yet."""
    used_anyway: tuple[str, ...] = ()
    """Codes of the warnings that she read before she used the picture all the same."""
    carried_from: dict[str, str] = dc.field(default_factory=dict)
    """Name by language tag of the earlier exam at which it was accepted; empty: taken anew."""


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
    window: Literal["main", "second"] = "main"
    """The second window's round goes to the area (R5)."""
    deferred: tuple[str, ...] = ()
    """Materials that a later window will ask for: a conclusion before it is conditional."""
    restored: bool = False
    """Nobody pressed the button: it was given back, the window ended, and the last round stands."""
    missing: tuple[str, ...] = ()
    """What a restored round lacks: a record that was corrected meanwhile has made it required."""


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
class RequestsOverdue(Message):
    """upload → review, notify. Not answered when due: relocked (R21)."""

    application_id: ApplicationId
    requests: tuple[RequestId, ...]
    overdue_at: dt.datetime
    unsubmitted: tuple[SubmittedImage, ...] = ()
    """Answers that were uploaded and never submitted: they go along, marked 未提交."""


@dc.dataclass(frozen=True, kw_only=True)
class RequestsFixed(Message):
    """upload → notify. A corrected record has answered these FIX requests by itself (R3)."""

    application_id: ApplicationId
    requests: tuple[RequestId, ...]
    fixed_at: dt.datetime


@dc.dataclass(frozen=True, kw_only=True)
class ApplicationLocked(Message):
    """upload → review, notify. The window ended without a submission (R13)."""

    application_id: ApplicationId
    exam: str
    site: str
    registration_number: str
    masked_name: str
    locked_at: dt.datetime
    window: Literal["main", "second"] = "main"
    """Of `second`: she has submitted, but not the deferred materials (R5)."""


@dc.dataclass(frozen=True, kw_only=True)
class SubmittedImageRead(Message):
    """upload → review. What the reader's reading says against the registration facts."""

    application_id: ApplicationId
    image_id: ImageId
    kind: str
    compared: dict[str, Comparison]
    """Fact (`id_number`, `name`, `expiry`) → how the paper compares."""
    findings: tuple[Finding, ...]


@dc.dataclass(frozen=True, kw_only=True)
class DuplicatesFound(Message):
    """upload → review. The same picture is with another candidate; reviewers only."""

    application_id: ApplicationId
    image_id: ImageId
    others: tuple[Duplicate, ...]


@dc.dataclass(frozen=True, kw_only=True)
class RegistrationChanged(Message):
    """upload → review. A corrected record arrived after submission (R3).

    It answers the open FIX requests on facts in `changed`: they close by themselves.
    """

    application_id: ApplicationId
    revision: int
    """Grows with each change; an older one never overwrites a newer one."""
    facts: dict[str, str]
    personal: Sealed
    masked_name: str
    changed: tuple[str, ...]
    """Names of the facts that differ, personal ones too; never their values."""
    materials: tuple[str, ...]
    newly_required: tuple[str, ...]
    """Each becomes an ADD request by itself."""
    no_longer_asked: tuple[str, ...]
    changed_at: dt.datetime


@dc.dataclass(frozen=True, kw_only=True)
class ReopenAsked(Message):
    """upload → review. Submitted by mistake inside the window: she asks the site (R17)."""

    application_id: ApplicationId
    round: int
    reason: str
    asked_at: dt.datetime


@dc.dataclass(frozen=True, kw_only=True)
class ApplicationReopened(Message):
    """upload → notify. What the site gave back is open to her again (R17): it came in time."""

    application_id: ApplicationId
    case_id: CaseId
    round: int
    words: str
    """What the site says to her."""


@dc.dataclass(frozen=True, kw_only=True)
class ResultsShown(Message):
    """upload → notify. These see their result from now on (R24); one that came before the end of
    their window is not among them.
    """

    exam: str
    batch_id: BatchId
    published_at: dt.datetime
    applications: tuple[ApplicationId, ...]
    """At most 200, as in the published part."""
