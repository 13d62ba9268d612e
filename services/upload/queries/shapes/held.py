"""What is held of her (R28), as the page says it and as the file that she may keep."""

import dataclasses as dc
import datetime as dt
import uuid

from libs.common.messages import Finding, ImageId, RequestId
from services.upload.domain.exam import Site, Text
from services.upload.queries.shapes.registration import RegistrationPanel


@dc.dataclass(frozen=True, kw_only=True)
class Agreed:
    """A statement that she has read and agreed to, in its version."""

    what: str
    """`privacy`, `consent` or `pledge`."""
    title: Text
    version: str
    at: dt.datetime


@dc.dataclass(frozen=True, kw_only=True)
class HeldAccount:
    """How she enters, and what she agreed to."""

    activated_at: dt.datetime | None
    phone_verified_at: dt.datetime | None
    language: str
    agreed: tuple[Agreed, ...]


@dc.dataclass(frozen=True, kw_only=True)
class HeldImage:
    """One picture whose bytes are stored."""

    id: ImageId
    material: str
    title: Text
    position: int
    version: int
    sha256: str
    size_bytes: int
    format: str
    received_at: dt.datetime
    submitted_at: dt.datetime | None
    deleted_at: dt.datetime | None
    """She took it away; its bytes are removed within days."""
    findings: tuple[Finding, ...]
    kind: str
    """Kind of paper that the machine took it for."""


@dc.dataclass(frozen=True, kw_only=True)
class HeldPhoto:
    """A big photo that waits to be made smaller, or for her yes."""

    material: str
    title: Text
    size_bytes: int
    received_at: dt.datetime


@dc.dataclass(frozen=True, kw_only=True)
class HeldSubmission:
    """One round that she handed in."""

    round: int
    receipt_number: str
    submitted_at: dt.datetime
    digest: str
    images: int


@dc.dataclass(frozen=True, kw_only=True)
class HeldRequest:
    """What a reviewer asked, and what she answered in words."""

    id: RequestId
    kind: str
    title: Text | None
    words: str
    raised_at: dt.datetime
    due_at: dt.datetime
    state: str
    explanation: str | None


@dc.dataclass(frozen=True, kw_only=True)
class HeldWords:
    """Something that she wrote: why a material is absent, why a submission should come back."""

    what: str
    """`absence` or `reopening`."""
    title: Text | None
    words: str
    at: dt.datetime


@dc.dataclass(frozen=True, kw_only=True)
class HeldMessage:
    """A message of record."""

    titles: Text
    bodies: Text
    posted_at: dt.datetime
    read_at: dt.datetime | None


@dc.dataclass(frozen=True, kw_only=True)
class HeldBrowser:
    """A browser that is or was signed in."""

    id: uuid.UUID
    device: str
    since: dt.datetime
    seen_at: dt.datetime
    is_alive: bool


@dc.dataclass(frozen=True, kw_only=True)
class Look:
    """What was done with her papers from her own browsers."""

    action: str
    count: int
    last_at: dt.datetime


@dc.dataclass(frozen=True, kw_only=True)
class HeldOfHer:
    """All that this system holds of one candidate for one exam."""

    exam: str
    exam_name: Text
    zone: str
    area: Site
    site: Site
    state: str
    registration: RegistrationPanel
    began_at: dt.datetime
    """When the registration system first sent her facts."""
    account: HeldAccount
    images: tuple[HeldImage, ...]
    photos: tuple[HeldPhoto, ...]
    submissions: tuple[HeldSubmission, ...]
    requests: tuple[HeldRequest, ...]
    words: tuple[HeldWords, ...]
    messages: tuple[HeldMessage, ...]
    browsers: tuple[HeldBrowser, ...]
    looks: tuple[Look, ...]
    outcome: str | None
    published_at: dt.datetime | None
    told_at: dt.datetime | None
    """When the registration system took the result over."""
    retention_days: int
    kept_until: dt.datetime | None
    """None: counts from the publication, which is still to come."""

    @property
    def first_submitted_at(self) -> dt.datetime | None:
        """Since when reviewers may see what she handed in."""
        return self.submissions[0].submitted_at if self.submissions else None
