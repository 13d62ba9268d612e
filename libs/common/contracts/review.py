"""What review says: requests, stages, results."""

import dataclasses as dc
import datetime as dt
from typing import Literal

from libs.common.contracts.message import (
    ApplicationId,
    BatchId,
    CaseId,
    ImageId,
    Message,
    Outcome,
    RequestId,
    RequestKind,
    Stage,
)


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
    """review → upload. One part (at most 200 results) of a published batch (R24)."""

    exam: str
    batch_id: BatchId
    part: int
    parts: int
    published_at: dt.datetime
    results: tuple[PublishedResult, ...]


@dc.dataclass(frozen=True, kw_only=True)
class RequestsExtended(Message):
    """review → upload, notify. More time for these requests, with a reason."""

    application_id: ApplicationId
    case_id: CaseId
    requests: tuple[RequestId, ...]
    due_at: dt.datetime
    reason: str


@dc.dataclass(frozen=True, kw_only=True)
class RequestsWithdrawn(Message):
    """review → upload, notify. These requests are no longer asked; what they name locks again."""

    application_id: ApplicationId
    case_id: CaseId
    requests: tuple[RequestId, ...]
    reason: str


@dc.dataclass(frozen=True, kw_only=True)
class CaseReopened(Message):
    """review → upload. The site gave the application back (R17); upload tells what came of it."""

    application_id: ApplicationId
    case_id: CaseId
    round: int
    words: str


@dc.dataclass(frozen=True, kw_only=True)
class ReopenDeclined(Message):
    """review → upload, notify. The site did not give it back, and says why (R17)."""

    application_id: ApplicationId
    case_id: CaseId
    round: int
    words: str


@dc.dataclass(frozen=True, kw_only=True)
class LegalHoldSet(Message):
    """review → upload. Suspected false papers may not be purged while the hold stands (R27), and
    nothing of them is carried over to another exam.
    """

    application_id: ApplicationId
    held: bool
    reason: str
    set_at: dt.datetime | None = None
    """An older word never overwrites a newer one; None where an older review says it."""
