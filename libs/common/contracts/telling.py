"""Telling people: notices, their deliveries, and how people are reached."""

import dataclasses as dc
import datetime as dt
from typing import Literal

from libs.common.contracts.message import (
    ApplicationId,
    CallId,
    DeliveryId,
    Message,
    NoticeId,
    Sealed,
)


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
    registration_number: str = ""
    """By which staff look her up; empty from a producer that does not say it yet."""


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
    vendor: str = ""
    """By whom it is sent; empty: the worker's first."""


@dc.dataclass(frozen=True, kw_only=True)
class SendCode(Message):
    """notify → codes. Like SendSms, on a queue that bulk never delays; never sent twice."""

    delivery_id: DeliveryId
    template: str
    secret: Sealed
    expires_at: dt.datetime
    vendor: str = ""
    """By whom it is sent; empty: the worker's first."""


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
    is_listed: bool = True
    """False: a code that no table of ours lists, taken for `content`; somebody must look at it."""


@dc.dataclass(frozen=True, kw_only=True)
class NoticesRead(Message):
    """upload → notify. She has opened these messages on her page."""

    application_id: ApplicationId
    notices: tuple[NoticeId, ...]
    read_at: dt.datetime


@dc.dataclass(frozen=True, kw_only=True)
class CallRequested(Message):
    """notify → review. Nobody was reached, or time runs out: somebody has to telephone (R22)."""

    call_id: CallId
    application_id: ApplicationId
    exam: str
    site: str
    target: Literal["candidate", "work_unit"]
    fact: str
    """What she is to be told; the call's script is that notice's wording."""
    cause: Literal["sms_failed", "no_reaction"]
    due_at: dt.datetime | None
    """When what she is told about ends."""
    contact: Sealed
    """JSON with `phone`, sealed for review."""


@dc.dataclass(frozen=True, kw_only=True)
class CallClosed(Message):
    """notify → review. She has acted, or it is over: no call is needed any more."""

    call_id: CallId
    cause: Literal["acted", "over"]


@dc.dataclass(frozen=True, kw_only=True)
class CallReported(Message):
    """review → notify. What came of a call."""

    call_id: CallId
    outcome: Literal["reached", "not_reached", "wrong_number", "refused"]
    by: str
    """The caller's sign-in name."""
    called_at: dt.datetime
    next_try_at: dt.datetime | None
