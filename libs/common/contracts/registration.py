"""What the registration system is told."""

import dataclasses as dc
import datetime as dt

from libs.common.contracts.message import (
    ApplicationId,
    BatchId,
    CheckId,
    Message,
    Outcome,
    RequestId,
)


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


@dc.dataclass(frozen=True, kw_only=True)
class ResultAnswered(Message):
    """upload → review. What the registration system answered to one published result (R24)."""

    application_id: ApplicationId
    accepted: bool
    status: int
    """HTTP status of its answer."""
    answered_at: dt.datetime


@dc.dataclass(frozen=True, kw_only=True)
class PushAgain(Message):
    """review → upload. What was refused of a batch is pushed once more: the cause is mended."""

    exam: str
    batch_id: BatchId
    by: str
    """The lead's sign-in name, for the audit log."""


@dc.dataclass(frozen=True, kw_only=True)
class AskResultsHeld(Message):
    """review → results. Ask the registration system what it holds of an exam, by count and hash."""

    check_id: CheckId
    exam: str


@dc.dataclass(frozen=True, kw_only=True)
class HeldResults:
    """The results of one outcome that the registration system holds."""

    outcome: Outcome
    count: int
    digest: str
    """SHA-256, hex, of their registration numbers in order, each with a line feed behind it."""


@dc.dataclass(frozen=True, kw_only=True)
class ResultsHeld(Message):
    """results → review. What it holds; nothing where it did not answer or does not offer it."""

    check_id: CheckId
    answered: bool
    status: int
    """HTTP status of its answer; 0: there was none."""
    held: tuple[HeldResults, ...]


@dc.dataclass(frozen=True, kw_only=True)
class PushCorrection(Message):
    """upload → results. A FIX request: the registration system is asked to correct a fact (R19)."""

    request_id: RequestId
    exam: str
    registration_number: str
    fact: str
    reason: str
    """Code of the reason, and its zh-CN words in `words` with the reviewer's own."""
    words: str
    due_at: dt.datetime


@dc.dataclass(frozen=True, kw_only=True)
class CorrectionPushed(Message):
    """results → upload. The registration system has answered."""

    request_id: RequestId
    accepted: bool
    status: int
    """HTTP status of its answer."""
