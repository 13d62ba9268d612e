"""Images: checked, shrunk, turned and read."""

import dataclasses as dc
from typing import Literal

from libs.common.contracts.message import Finding, ImageId, Message, Sealed


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


@dc.dataclass(frozen=True, kw_only=True)
class ShrinkImage(Message):
    """upload → shrink. Make an image of R7 out of what no browser could shrink (R8)."""

    image_id: ImageId
    """That of the image which it becomes if she confirms."""
    original_key: str
    """In the arrivals; cleared once she has decided, or nobody will any more."""
    sha256: str
    size_bytes: int
    orientation: int
    """EXIF orientation 1-8 that was cut from a JPEG or PNG; 1 for HEIC, which turns itself."""


@dc.dataclass(frozen=True, kw_only=True)
class ImageShrunk(Message):
    """shrink → upload. The image that she is asked to confirm, or why there is none."""

    image_id: ImageId
    shrinker: str
    """Version of the ladder: the same bytes and the same version give the same image."""
    key: str | None
    """In the arrivals; None when `findings` refuse it."""
    sha256: str
    """Of the image, like its size; empty when there is none."""
    size_bytes: int
    width: int
    height: int
    findings: tuple[Finding, ...]


@dc.dataclass(frozen=True, kw_only=True)
class ClearShrink(Message):
    """upload → shrink. Remove what a shrink that has come to its end left in the arrivals."""

    image_id: ImageId
    keys: tuple[str, ...]


@dc.dataclass(frozen=True, kw_only=True)
class ShrinkCleared(Message):
    """shrink → upload. The bytes are gone."""

    image_id: ImageId
    keys: tuple[str, ...]


@dc.dataclass(frozen=True, kw_only=True)
class ReadImage(Message):
    """upload → reader. Read the upright view; what is expected never leaves upload."""

    image_id: ImageId
    view_key: str
    orientation: int
    """Echoed in the answer: a turn (R7) makes an older reading worthless."""


@dc.dataclass(frozen=True, kw_only=True)
class ImageRead(Message):
    """reader → upload. What stands on the paper, as far as upload needs it to compare."""

    image_id: ImageId
    reader: str
    """Engines and their versions, so that a later version can read again."""
    orientation: int
    kind: str
    """Kind of paper, or `unknown`, which accuses nobody."""
    findings: tuple[Finding, ...]
    signals: dict[str, float]
    read: Sealed
    """JSON sealed for upload: lists `id_numbers`, `names`, `dates` (ISO) of candidates."""
