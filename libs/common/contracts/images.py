"""Images: checked, shrunk, turned and read."""

import dataclasses as dc
from typing import Literal

from libs.common.contracts.message import Finding, ImageId, Message


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
    orientation: int = 1
    """That of the command: an answer from before a turn (R7) is no longer wanted."""
    picture_hash: str | None = None
    """256 bits in hex of the upright picture's 16 x 16 lowest frequencies, for near duplicates."""
    luma: str | None = None
    """Base64 of the normalised 64 x 64 brightness map that settles whether two are the same."""
