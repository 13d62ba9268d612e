"""Letting go: cases and rows past their retention time, and objects that nobody holds (R27)."""

import dataclasses as dc
import datetime as dt
import uuid
from typing import Literal

from libs.common.contracts.message import ApplicationId, Message

BucketName = Literal["originals", "renditions", "arrivals"]


@dc.dataclass(frozen=True, kw_only=True)
class PurgeCase(Message):
    """upload → review. The retention time is over: let go of the case, unless a hold stands.

    The review knows its holds best: it answers CasePurged, or LegalHoldSet and nothing else.
    """

    application_id: ApplicationId


@dc.dataclass(frozen=True, kw_only=True)
class CasePurged(Message):
    """review → upload. Nothing of this application is left in the review."""

    application_id: ApplicationId


@dc.dataclass(frozen=True, kw_only=True)
class Purged(Message):
    """upload → notify. This application is gone: how she is reached and what she was told, too."""

    application_id: ApplicationId


@dc.dataclass(frozen=True, kw_only=True)
class EraseObjects(Message):
    """upload → eraser. Remove these objects; what is not there is no error."""

    bucket: BucketName
    keys: tuple[str, ...]
    """At most 100."""
    exam: str | None
    """On whose certificate they are counted; None: on none, as strays and what goes earlier."""
    older_than: dt.datetime | None = None
    """Spare what was written since then: a stray may have found its owner after it was listed."""


@dc.dataclass(frozen=True, kw_only=True)
class ObjectsErased(Message):
    """eraser → upload. They are gone."""

    bucket: BucketName
    exam: str | None
    erased: int
    spared: int


@dc.dataclass(frozen=True, kw_only=True)
class ListObjects(Message):
    """upload → eraser. The next keys of a bucket, so that upload can tell which are strays."""

    sweep_id: uuid.UUID
    bucket: BucketName
    after: str
    """The key after which to begin; empty: at the beginning."""
    older_than: dt.datetime
    """Only what was written before: a picture is stored before its row is."""


@dc.dataclass(frozen=True, kw_only=True)
class ObjectsListed(Message):
    """eraser → upload. At most 200 of its keys, in the bucket's order."""

    sweep_id: uuid.UUID
    bucket: BucketName
    keys: tuple[str, ...]
    next_after: str | None
    """Where to go on; None: the bucket was read to its end."""
