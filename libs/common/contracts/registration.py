"""What the registration system is told."""

import dataclasses as dc
import datetime as dt

from libs.common.contracts.message import ApplicationId, Message, Outcome, RequestId


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
