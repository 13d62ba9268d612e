"""One image, and one photo on its way to become one."""

import dataclasses as dc
import datetime as dt
from typing import Literal

from libs.common.messages import Finding, ImageId, RequestId
from services.upload.domain.exam import Text
from services.upload.domain.shrink import ShrinkState


@dc.dataclass(frozen=True)
class Place:
    """Where an image stands, for a sentence that speaks of it beside another one."""

    title: Text
    """Of its material."""
    slots: tuple[Text, ...]
    position: int
    is_former: bool
    """It has been replaced since."""


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
    carried_from: Text | None
    """Name of the earlier exam at which it was accepted; None: taken for this one."""
    repeats: Place | None
    """Which of her images shows the same picture."""


@dc.dataclass(frozen=True, kw_only=True)
class OfferView:
    """An accepted image of an earlier exam that she may use again."""

    id: ImageId
    position: int
    """From 1, as it stood there."""
    exam_name: Text
    received_at: dt.datetime
    valid_until: dt.date | None
    width: int
    height: int
    size_bytes: int
    sha256: str


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
