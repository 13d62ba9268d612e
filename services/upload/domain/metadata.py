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

JPEG_START = b"\xff\xd8\xff"
PNG_START = b"\x89PNG\r\n\x1a\n"

Kind = Literal[
    "empty",
    "jpeg",
    "png",
    "heic",
    "avif",
    "gif",
    "webp",
    "tiff",
    "bmp",
    "pdf",
    "svg",
    "html",
    "office",
    "archive",
    "video",
    "other",
]
"""What a file is by its content; each has its words in `services/upload/findings.py`."""

_EOI, _SOS, _APP0, _APP1, _APP2, _APP14 = 0xD9, 0xDA, 0xE0, 0xE1, 0xE2, 0xEE
_CODING_MARKERS = frozenset(range(0xC0, 0xE0))
"""Frames, tables, intervals: what a decoder needs (T.81, table B.1)."""
_LONE_MARKERS = frozenset({0x00, 0x01, 0xD8, *range(0xD0, 0xD8)})
_NEXT_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
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
class Stripped:
    """A picture without its owner's traces."""

    data: bytes
    orientation: int
    """EXIF orientation 1–8 as sent; 1 when there was none."""
    format: Literal["jpeg", "png"]


def strip(data: bytes) -> Stripped:
    """The picture's bytes with all metadata cut. Raises NotAPicture, nothing else.

    A picture that breaks off keeps what came before the break: the image check says so.
    """
    if data.startswith(JPEG_START):
        return _strip_jpeg(data)
    if data.startswith(PNG_START):
        return _strip_png(data)
    raise NotAPicture(sniff(data))


def _strip_jpeg(data: bytes) -> Stripped:
    kept, orientation, at, scanned = [data[:2]], 0, 2, False
    while True:
        found = _segment(data, at)
        if found is None:
            break
        start, marker, end = found
        if marker == _EOI:
            kept.append(b"\xff\xd9")
            break
        content = data[start + 4 : end]
        if marker == _APP1 and content.startswith(_EXIF) and not orientation:
            orientation = _orientation(content[len(_EXIF) :])
        elif marker == _SOS:
            scanned = True
            following = _NEXT_MARKER.search(data, end)
            end = following.start() if following else len(data)
            kept.append(data[start:end])
        else:
            kept.append(_kept_segment(data[start:end], marker, content))
        at = end
    if not scanned:
        raise NotAPicture("jpeg")
    return Stripped(b"".join(kept), orientation or 1, "jpeg")


def _segment(data: bytes, at: int) -> tuple[int, int, int] | None:
    """Start, marker and end of the next segment; None where the file breaks off."""
    while data[at : at + 2] == b"\xff\xff":
        at += 1
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


def _strip_png(data: bytes) -> Stripped:
    kept, orientation, at, has_pixels = [PNG_START], 0, len(PNG_START), False
    while at + 12 <= len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        end = at + 12 + length
        if end > len(data):
            break
        if name == b"eXIf" and not orientation:
            orientation = _orientation(data[at + 8 : end - 4])
        elif name in _KEPT_CHUNKS or not name[0] & _CRITICAL:
            kept.append(data[at:end])
        has_pixels = has_pixels or name == b"IDAT"
        at = end
        if name == b"IEND":
            break
    if not has_pixels:
        raise NotAPicture("png")
    return Stripped(b"".join(kept), orientation or 1, "png")


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


_STARTS: tuple[tuple[bytes, Kind], ...] = (
    (JPEG_START, "jpeg"),
    (PNG_START, "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"BM", "bmp"),
    (b"%PDF-", "pdf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "office"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"\x1aE\xdf\xa3", "video"),
)
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"})
_LOOK_BYTES = 1024


def sniff(data: bytes) -> Kind:
    """What a file is by its first bytes, so that a refusal can say what to do with it."""
    if not data:
        return "empty"
    for start, kind in _STARTS:
        if data.startswith(start):
            return kind
    if data[:4] == b"RIFF":
        return "webp" if data[8:12] == b"WEBP" else "video"
    if data[4:8] == b"ftyp":
        return _sniff_iso(data[8:12])
    if data.startswith(b"PK\x03\x04"):
        is_office = any(part in data[: _LOOK_BYTES * 4] for part in (b"word/", b"xl/", b"ppt/"))
        return "office" if is_office else "archive"
    return _sniff_text(data[:_LOOK_BYTES])


def _sniff_iso(brand: bytes) -> Kind:
    if brand in _HEIC_BRANDS:
        return "heic"
    return "avif" if brand in {b"avif", b"avis"} else "video"


def _sniff_text(head: bytes) -> Kind:
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"<svg" in text:
        return "svg"
    if text.startswith((b"<!doctype html", b"<html", b"<head", b"<body", b"<script")):
        return "html"
    return "pdf" if b"%pdf-" in text else "other"
