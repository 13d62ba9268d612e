"""What a file is by its content, so that a refusal can say what to do with it."""

import mmap
from typing import Literal

Data = bytes | mmap.mmap
"""What was sent: a small file's bytes, or a big one as it lies on the disk."""

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


def sniff(whole: Data) -> Kind:
    """What a file is by its first bytes, so that a refusal can say what to do with it."""
    data = whole[: _LOOK_BYTES * 4]
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
        is_office = any(part in data for part in (b"word/", b"xl/", b"ppt/"))
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
