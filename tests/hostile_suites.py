"""What the well-known suites of test pictures hold, made here by their descriptions.

Every kind of PNG there is, straight and interlaced, and each way in which one is forbidden; JPEG
as cameras, printers' shops and old programs write it; modern formats under a JPEG's name.
"""

import io
import zlib

from PIL import Image

from tests import pictures as p
from tests.hostile_case import ANY, DAMAGED, FIT, FOREIGN, Case

KINDS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
"""PNG colour type → bits of a sample."""
_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_PASSES = (
    *((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4)),
    *((0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)),
)
_WIDE, _HIGH = 401, 299
"""No multiple of anything: every row and pass ends in the middle of a byte."""


def png_of(color: int, bits: int, *, interlaced: bool, missing_bytes: int = 0) -> bytes:
    """A PNG of that kind whose rows use all five filters."""
    rows = bytearray()
    for left, top, across, down in _PASSES if interlaced else ((0, 0, 1, 1),):
        columns, lines = -(-(_WIDE - left) // across), -(-(_HIGH - top) // down)
        row = (columns * _SAMPLES[color] * bits + 7) // 8
        for line in range(lines):
            rows += bytes([line % 5]) + bytes((line + at) % 7 for at in range(row))
    palette = p.chunk(b"PLTE", bytes(k % 256 for k in range(3 << bits))) if color == 3 else b""
    whole = bytes(rows[: len(rows) - missing_bytes])
    return p.raw_png(
        _WIDE, _HIGH, whole, bits=bits, color=color, interlace=interlaced, before=palette
    )


def _header(*, bits: int = 8, color: int = 0) -> bytes:
    """A grey PNG whose header says what is forbidden, with a right checksum."""
    return p.raw_png(_WIDE, _HIGH, (b"\x00" + bytes(_WIDE)) * _HIGH, bits=bits, color=color)


def _signed(start: bytes) -> bytes:
    return start + png_of(0, 8, interlaced=False)[8:]


def _broken_checksum(name: bytes) -> bytes:
    data = png_of(0, 8, interlaced=False)
    at = data.index(name) + 4 + int.from_bytes(data[data.index(name) - 4 : data.index(name)], "big")
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def _split_pixels(size: int) -> bytes:
    """The pixels in many small chunks, one of them empty."""
    data = png_of(2, 8, interlaced=False)
    (pixels,) = (content for name, content in p.chunks(data) if name == b"IDAT")
    parts = [pixels[at : at + size] for at in range(0, len(pixels), size)]
    chunks = b"".join(p.chunk(b"IDAT", part) for part in (b"", *parts))
    return data[:33] + chunks + p.chunk(b"IEND", b"")


def _pixels_in_two_places() -> bytes:
    head, tail = _split_pixels(400).rsplit(p.chunk(b"IDAT", b""), 1)
    first = tail.index(b"IDAT", 8) - 4
    return head + tail[:first] + p.chunk(b"tEXt", b"a\x00b") + tail[first:]


def _profile(profile: bytes, *, method: int = 0) -> bytes:
    content = b"x\x00" + bytes([method]) + zlib.compress(profile, 9)
    return p.before_pixels(png_of(2, 8, interlaced=False), p.chunk(b"iCCP", content))


def _with_extra(name: bytes, content: bytes) -> bytes:
    return p.before_pixels(png_of(2, 8, interlaced=False), p.chunk(name, content))


def _text(text: bytes, *, times: int = 1) -> bytes:
    content = b"note\x00\x01\x00\x00\x00" + zlib.compress(text, 9)
    return p.before_pixels(png_of(2, 8, interlaced=False), p.chunk(b"iTXt", content) * times)


def _print_colors(transform: int) -> bytes:
    """Four colours, said to be CMYK (0) or YCCK (2) by the segment that Adobe's programs write."""
    data = p.jpeg(p.paper(480, 360).convert("CMYK"), 60)
    at = data.index(b"Adobe") + 11
    return data[:at] + bytes([transform]) + data[at + 1 :]


def _adobe(transform: int) -> bytes:
    content = b"Adobe\x00\x64\x00\x00\x00\x00" + bytes([transform])
    return p.after_start(p.jpeg(p.paper(480, 360)), p.segment(0xEE, content))


def _restarts(*, drop: int = 0, swap: bool = False) -> bytes:
    """Restart markers in every row; some missing, or two in the wrong order."""
    data = p.jpeg(p.paper(480, 360), restart_marker_rows=1)
    places = [
        at for at in range(len(data) - 1) if data[at] == 0xFF and 0xD0 <= data[at + 1] <= 0xD7
    ]
    if swap:
        one, two = places[2:4]
        out = bytearray(data)
        out[one + 1], out[two + 1] = out[two + 1], out[one + 1]
        return bytes(out)
    return data[: places[0]] + data[places[drop] + 2 :] if drop else data


def _sampled(factors: int) -> bytes:
    data = p.jpeg(p.paper(480, 360))
    at = p.frame_at(data) + 11
    return data[:at] + bytes([factors]) + data[at + 1 :]


def _wide_profile(segments: int) -> bytes:
    """A colour profile of 60 KB a segment."""
    parts = b"".join(
        p.segment(0xE2, b"ICC_PROFILE\x00" + bytes([k + 1, segments]) + bytes(60_000))
        for k in range(segments)
    )
    return p.after_start(p.jpeg(p.paper(480, 360), 40), parts)


def _animated_webp() -> bytes:
    out = io.BytesIO()
    frames = [p.paper(480, 360, seed=seed) for seed in (1, 2)]
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:], duration=90)
    return out.getvalue()


def _avif() -> bytes:
    out = io.BytesIO()
    p.paper(480, 360).save(out, "AVIF")
    return out.getvalue()


def _scans_of_nothing() -> bytes:
    """A progressive picture whose frame is large and whose scans are empty."""
    data = p.jpeg(Image.new("L", (4000, 4000)), 5, progressive=True)
    return data[: p.scan_at(data) + 40] + b"\xff\xd9"


PNG_KINDS = tuple(
    Case(f"PNG {color}-{bits}{' interlaced' if interlaced else ''}", FIT,
         lambda c=color, b=bits, i=interlaced: png_of(c, b, interlaced=i))  # type: ignore[misc]
    for color, depths in KINDS.items() for bits in depths for interlaced in (False, True)
)  # fmt: skip

SUITE_CASES = (
    *PNG_KINDS,
    Case("interlaced PNG short of a byte", DAMAGED,
         lambda: png_of(2, 8, interlaced=True, missing_bytes=1)),
    *(Case(f"PNG of colour type {color}", DAMAGED, lambda c=color: _header(color=c))  # type: ignore[misc]
      for color in (1, 7, 9)),
    *(Case(f"PNG of {bits} bits", DAMAGED, lambda b=bits: _header(bits=b))  # type: ignore[misc]
      for bits in (0, 3, 99)),
    Case("PNG with a header's wrong checksum", DAMAGED, lambda: _broken_checksum(b"IHDR")),
    Case("PNG with the pixels' wrong checksum", DAMAGED, lambda: _broken_checksum(b"IDAT")),
    Case("PNG with the end's wrong checksum", DAMAGED, lambda: _broken_checksum(b"IEND")),
    Case("PNG sent as text", FOREIGN, lambda: _signed(b"\x89PNG\n\x1a\n")),
    Case("PNG with line ends doubled", FOREIGN, lambda: _signed(b"\x89PNG\r\r\n\x1a\r\n")),
    Case("PNG with seven bits", FOREIGN, lambda: _signed(b"\x09PNG\r\n\x1a\n")),
    Case("PNG in many chunks", FIT, lambda: _split_pixels(400)),
    Case("PNG in too many chunks", "too_many_segments", lambda: _split_pixels(2)),
    Case("PNG with its pixels in two places", DAMAGED, _pixels_in_two_places),
    Case("profile bomb", DAMAGED, lambda: _profile(bytes(40_000_000))),
    Case("packed profile", FIT, lambda: _profile(bytes(90_000))),
    Case("profile packed in an unknown way", DAMAGED, lambda: _profile(b"", method=7)),
    *(Case(f"PNG with a short {name.decode()}", DAMAGED, lambda n=name: _with_extra(n, b""))  # type: ignore[misc]
      for name in (b"gAMA", b"cHRM", b"pHYs", b"sRGB", b"iCCP")),
    Case("frame of an animation that never began", "animated",
         lambda: _with_extra(b"fdAT", bytes(9))),
    Case("Adobe's segment cut short", DAMAGED, lambda: p.after_start(
        p.jpeg(p.paper(480, 360)), p.segment(0xEE, b"Adobe"))),
    Case("text bomb in Unicode", DAMAGED, lambda: _text(bytes(2_000_000))),
    Case("a hundred texts of a megabyte", DAMAGED, lambda: _text(bytes(1_000_000), times=100)),
    Case("packed text", FIT, lambda: _text(b"specimen" * 99)),
    Case("CMYK as Adobe says it", FIT, lambda: _print_colors(0)),
    Case("YCCK as Adobe says it", FIT, lambda: _print_colors(2)),
    Case("RGB as Adobe says it", FIT, lambda: _adobe(0)),
    Case("YCbCr as Adobe says it", FIT, lambda: _adobe(1)),
    Case("unknown colours of Adobe", ANY, lambda: _adobe(9)),
    Case("restart markers in every row", FIT, _restarts),
    Case("restart markers missing", DAMAGED, lambda: _restarts(drop=9)),
    Case("restart markers in the wrong order", DAMAGED, lambda: _restarts(swap=True)),
    Case("colours at a third of the rows", "unsupported", lambda: _sampled(0x13)),
    Case("colours at no rows", "unsupported", lambda: _sampled(0x00)),
    Case("colour profile of 120 KB", FIT, lambda: _wide_profile(2)),
    Case("scans that hold nothing", DAMAGED, _scans_of_nothing),
    Case("broken list of pictures", DAMAGED, lambda: p.after_start(
        p.jpeg(p.paper(480, 360)), p.segment(0xE2, b"MPF\x00II*\x00\x08\x00\x00\x00\x01\x00"))),
    Case("animated WebP", FOREIGN, _animated_webp),
    Case("AVIF", FOREIGN, _avif),
)  # fmt: skip
