"""Who she is here: activation and the signed-in header."""

import dataclasses as dc
import datetime as dt
from typing import Literal

from libs.common.messages import ApplicationId
from services.upload.domain.activation import Step
from services.upload.domain.exam import Site, Statement, Text


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
