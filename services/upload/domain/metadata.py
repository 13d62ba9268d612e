"""Cuts from a picture's bytes what tells of its owner, before they are stored (R7).

A walk over markers and chunks, no decoding: the pixels stay exactly as they are. What stays is a
short list of what pixels need (tables, frames, scans, colour profile); all else goes: EXIF with
its place and time, XMP, IPTC, comments, embedded thumbnails, makers' data, and whatever a phone
hangs behind the picture's end.
"""

# ruff: noqa: PLR2004  (the numbers are sizes and marker bytes out of the two formats' tables)

import dataclasses as dc
import re
import struct
from typing import Literal

from services.upload.domain.contents import JPEG_START, PNG_START, Data, Kind, sniff

Piece = bytes | memoryview
"""A part of what was sent; a long one is looked at where it lies, not copied."""

_EOI, _SOS, _APP0, _APP1, _APP2, _APP14 = 0xD9, 0xDA, 0xE0, 0xE1, 0xE2, 0xEE
_CODING_MARKERS = frozenset(range(0xC0, 0xE0))
"""Frames, tables, intervals: what a decoder needs (T.81, table B.1)."""
_LONE_MARKERS = frozenset({0x00, 0x01, 0xD8, *range(0xD0, 0xD8)})
_NEXT_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_FILL = re.compile(rb"\xff*")
MAX_PARTS = 1 << 16
"""Segments or chunks. A PNG of 20 MB has 2,500; five million empty ones would cost ten seconds."""
_EXIF = b"Exif\x00\x00"
_BARE_JFIF_BYTES = 14
"""A JFIF segment's content without its embedded thumbnail."""

_KEPT_CHUNKS = frozenset(
    {b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"bKGD", b"pHYs"}
    # Kept so that the check can say that the picture is animated.
    | {b"acTL", b"fcTL", b"fdAT"}
)
"""Chunks besides the critical ones that change how the pixels look."""
_CRITICAL = 0x20
"""A chunk is critical when this bit of its name's first byte is not set (PNG, section 5.4)."""

_ORIENTATION_TAG = 0x0112
_SHORT = 3
_MAX_IFD_ENTRIES = 512


class NotAPicture(ValueError):
    """The bytes are no JPEG or PNG with an image in it. `kind` says what they are instead."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(kind)
        self.kind = kind
        self.code = {"empty": "empty", "jpeg": "damaged", "png": "damaged"}.get(
            kind, "not_jpeg_or_png"
        )


@dc.dataclass(frozen=True)
class Cut:
    """What is left of a file, in pieces that follow one another."""

    pieces: tuple[Piece, ...]
    orientation: int
    """As in `Stripped`."""
    format: Literal["jpeg", "png"]

    @property
    def size_bytes(self) -> int:
        """Of all pieces together."""
        return sum(map(len, self.pieces))

    def whole(self) -> "Stripped":
        """As one, in memory."""
        return Stripped(b"".join(self.pieces), self.orientation, self.format)


@dc.dataclass(frozen=True)
class Stripped:
    """A picture without its owner's traces."""

    data: bytes
    orientation: int
    """EXIF orientation 1–8 as sent; 1 when there was none."""
    format: Literal["jpeg", "png"]


def strip(data: bytes) -> Stripped:
    """The picture's bytes with all metadata cut. Raises NotAPicture, nothing else."""
    return cut(data).whole()


def cut(data: Data) -> Cut:
    """What is left when all metadata is cut. Raises NotAPicture, nothing else.

    A picture that breaks off keeps what came before the break: the image check says so.
    """
    if data[: len(JPEG_START)] == JPEG_START:
        return _cut_jpeg(data)
    if data[: len(PNG_START)] == PNG_START:
        return _cut_png(data)
    raise NotAPicture(sniff(data))


def _cut_jpeg(data: Data) -> Cut:
    kept: list[Piece] = [data[:2]]
    orientation, at, scanned, parts, view = 0, 2, False, 0, memoryview(data)
    while True:
        found = _segment(data, at)
        if found is None:
            break
        start, marker, end = found
        if marker == _EOI:
            kept.append(b"\xff\xd9")
            break
        parts += 1
        content = data[start + 4 : end]
        if marker == _APP1 and content.startswith(_EXIF) and not orientation:
            orientation = _orientation(content[len(_EXIF) :])
        elif marker == _SOS:
            scanned = True
            following = _NEXT_MARKER.search(data, end)
            end = following.start() if following else len(data)
            kept.append(view[start:end])
        else:
            kept.append(_kept_segment(data[start:end], marker, content))
        at = end
        if parts > MAX_PARTS:
            raise NotAPicture("jpeg")
    if not scanned:
        raise NotAPicture("jpeg")
    return Cut(tuple(kept), orientation or 1, "jpeg")


def _segment(data: Data, at: int) -> tuple[int, int, int] | None:
    """Start, marker and end of the next segment; None where the file breaks off."""
    fill = _FILL.match(data, at)
    if fill is not None and fill.end() > at + 1:
        at = fill.end() - 1
    pair = data[at : at + 2]
    if len(pair) < 2 or pair[0] != 0xFF or pair[1] in _LONE_MARKERS:
        return None
    if pair[1] == _EOI:
        return at, _EOI, at + 2
    length = int.from_bytes(data[at + 2 : at + 4], "big")
    end = at + 2 + length
    return (at, pair[1], end) if length >= 2 and end <= len(data) else None


def _kept_segment(segment: bytes, marker: int, content: bytes) -> bytes:
    """The segment when the pixels need it, else nothing."""
    if marker == _APP0 and content.startswith(b"JFIF\x00") and len(content) >= _BARE_JFIF_BYTES:
        # Density and version stay; the thumbnail, which may show what was cropped, goes.
        return b"\xff\xe0\x00\x10" + content[:12] + b"\x00\x00"
    if marker == _APP2:
        return segment if content.startswith(b"ICC_PROFILE\x00") else b""
    if marker == _APP14:
        # Adobe's twelve bytes say how the colours are meant.
        return b"\xff\xee\x00\x0e" + content[:12] if _is_adobe(content) else b""
    return segment if marker in _CODING_MARKERS else b""


def _is_adobe(content: bytes) -> bool:
    return content.startswith(b"Adobe") and len(content) >= 12


def _cut_png(data: Data) -> Cut:
    kept: list[Piece] = [PNG_START]
    orientation, at, has_pixels, view = 0, len(PNG_START), False, memoryview(data)
    for _ in range(MAX_PARTS):
        if at + 12 > len(data):
            break
        length, name = struct.unpack_from(">I4s", data, at)
        end = at + 12 + length
        if end > len(data):
            break
        if name == b"eXIf" and not orientation:
            orientation = _orientation(data[at + 8 : end - 4])
        elif name in _KEPT_CHUNKS or not name[0] & _CRITICAL:
            kept.append(view[at:end])
        has_pixels = has_pixels or name == b"IDAT"
        at = end
        if name == b"IEND":
            break
    else:
        raise NotAPicture("png")
    if not has_pixels:
        raise NotAPicture("png")
    return Cut(tuple(kept), orientation or 1, "png")


def _orientation(tiff: bytes) -> int:
    """Tag 274 of the first directory; 0 when there is none that makes sense."""
    order = {b"II*\x00": "<", b"MM\x00*": ">"}.get(tiff[:4])
    if order is None or len(tiff) < 8:
        return 0
    (at,) = struct.unpack_from(f"{order}I", tiff, 4)
    if at + 2 > len(tiff):
        return 0
    (entries,) = struct.unpack_from(f"{order}H", tiff, at)
    for entry in range(min(entries, _MAX_IFD_ENTRIES)):
        place = at + 2 + 12 * entry
        if place + 12 > len(tiff):
            return 0
        tag, kind, count, value = struct.unpack_from(f"{order}HHIH", tiff, place)
        if tag == _ORIENTATION_TAG:
            return value if kind == _SHORT and count == 1 and 1 <= value <= 8 else 0
    return 0
