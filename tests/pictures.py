"""Drawn papers, and pictures built by hand down to the marker. Nothing is read from a file.

`paper()` draws an invented page; `jpeg()` and `png()` encode it. `chunk()`, `segment()` and
`exif()` build what no encoder would. The hostile set stands in `tests/hostile.py`.
"""

import functools
import io
import random
import struct
import zlib

import numpy as np
import pillow_heif
from PIL import Image, ImageDraw, ImageFilter, ImageFont

LINES = 16
CORNER = (200, 30, 40)
"""Colour of the mark at the top left, by which tests see which way up a picture is."""
MARK_SHARE = 0.1
"""Edge of the mark as a share of the page's shorter edge."""


@functools.cache
def paper(
    width: int = 1200, height: int = 900, *, seed: int = 1, grain: float = 1.5
) -> Image.Image:
    """An invented page of nonsense text, with slight noise and a red mark at its top left.

    From 2000 px on it is drawn at half its size: 200 KB hold no more detail than that.
    `grain` is the camera's noise; a screenshot has none.
    """
    if width >= 2000:
        half = paper(width // 2, height // 2, seed=seed, grain=grain)
        return half.resize((width, height), Image.Resampling.BICUBIC)
    words = random.Random(seed)
    page = Image.new("RGB", (width, height), (232, 228, 215))
    draw = ImageDraw.Draw(page)
    line = height / (LINES + 2)
    font = ImageFont.load_default(size=max(8, line * 0.62))
    for number in range(LINES):
        text = "".join(
            words.choice("SPECIMEN abcdefghijkmnopqrstuvwxyz 0123456789") for _ in "x" * 48
        )
        draw.text((width * 0.06, line * (number + 1)), text, fill=(40, 40, 60), font=font)
    edge = int(min(width, height) * MARK_SHARE)
    draw.rectangle((0, 0, edge, edge), fill=CORNER)
    noise = np.random.default_rng(seed).normal(0, grain, (height, width, 1))
    return Image.fromarray((np.asarray(page) + noise).clip(0, 255).astype(np.uint8))


def blurred(radius: float, width: int = 1200, height: int = 900) -> Image.Image:
    """The page out of focus."""
    return paper(width, height).filter(ImageFilter.GaussianBlur(radius))


def lit(gain: float, offset: float = 0) -> Image.Image:
    """The page with its light multiplied and raised."""
    pixels = np.asarray(paper()).astype(np.float64) * gain + offset
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def jpeg(image: Image.Image, quality: int = 60, **options: object) -> bytes:
    """The image as JPEG."""
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, **options)
    return out.getvalue()


def png(image: Image.Image, **options: object) -> bytes:
    """The image as PNG."""
    out = io.BytesIO()
    image.save(out, "PNG", optimize=False, **options)
    return out.getvalue()


def fitting(image: Image.Image, most_bytes: int = 200_000, **options: object) -> bytes:
    """The image as the best JPEG of at most so many bytes."""
    for quality in range(92, 3, -4):
        data = jpeg(image, quality, optimize=True, **options)
        if len(data) <= most_bytes:
            return data
    raise ValueError("the image does not fit")


def segment(marker: int, content: bytes) -> bytes:
    """A JPEG segment."""
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def after_start(data: bytes, inserted: bytes) -> bytes:
    """A JPEG with something put right behind its first marker."""
    return data[:2] + inserted + data[2:]


def frame_at(data: bytes) -> int:
    """Offset of the start-of-frame marker of a JPEG."""
    at = 2
    while data[at + 1] not in {0xC0, 0xC1, 0xC2}:
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return at


def scan_at(data: bytes) -> int:
    """Offset of the first start-of-scan marker of a JPEG."""
    at = frame_at(data)
    while data[at + 1] != 0xDA:
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return at


def exif(orientation: int = 1, extra: bytes = b"", order: str = "<") -> bytes:
    """An APP1 segment with the orientation and a GPS directory of invented numbers."""
    mark = b"II*\x00" if order == "<" else b"MM\x00*"
    head = mark + struct.pack(f"{order}I", 8)
    turn = struct.pack(f"{order}HHIHH", 0x0112, 3, 1, orientation, 0)
    place = struct.pack(f"{order}HHII", 0x8825, 4, 1, 38)
    first = struct.pack(f"{order}H", 2) + turn + place + struct.pack(f"{order}I", 0)
    where = struct.pack(f"{order}HHHI4s", 1, 1, 2, 2, b"N\x00\x00\x00") + bytes(4)
    return segment(0xE1, b"Exif\x00\x00" + head + first + where + extra)


def chunk(name: bytes, content: bytes) -> bytes:
    """A PNG chunk with its right checksum."""
    return (
        struct.pack(">I", len(content))
        + name
        + content
        + struct.pack(">I", zlib.crc32(name + content))
    )


def raw_png(
    width: int,
    height: int,
    rows: bytes,
    *,
    bits: int = 8,
    color: int = 2,
    interlace: int = 0,
    before: bytes = b"",
) -> bytes:
    """A PNG of the given rows, which may be too few, too many or none."""
    header = struct.pack(">IIBBBBB", width, height, bits, color, 0, 0, interlace)
    body = chunk(b"IHDR", header) + before + chunk(b"IDAT", zlib.compress(rows, 9))
    return b"\x89PNG\r\n\x1a\n" + body + chunk(b"IEND", b"")


def chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    """Names and contents of a PNG's chunks."""
    found, at = [], 8
    while at < len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        found.append((name, data[at + 8 : at + 8 + length]))
        at += 12 + length
    return found


def before_pixels(data: bytes, inserted: bytes) -> bytes:
    """A PNG with something put right behind its IHDR chunk."""
    return data[:33] + inserted + data[33:]


def flipped(data: bytes, seed: int, count: int, start: int = 0) -> bytes:
    """The bytes with so many of them changed by chance, from an offset on."""
    chance, out = random.Random(seed), bytearray(data)
    for _ in range(count):
        out[chance.randrange(start, len(out))] ^= 1 << chance.randrange(8)
    return bytes(out)


def heic(image: Image.Image, quality: int = 60, *, orientation: int = 1) -> bytes:
    """The image as HEIC, as Apple's phones store it; turned by EXIF where they were held so."""
    out = io.BytesIO()
    found = pillow_heif.from_pillow(image)
    tags = Image.Exif()
    tags[0x0112] = orientation
    found.save(out, quality=quality, exif=tags.tobytes())
    return out.getvalue()
