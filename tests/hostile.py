"""Broken, forged, oversized, mislabelled and merely unusual pictures, each with its end."""

import io
import zlib
from collections.abc import Callable

from PIL import Image, ImageFilter, ImageOps

from tests import pictures as p
from tests.hostile_case import ANY, DAMAGED, FIT, FOREIGN, Case
from tests.hostile_suites import SUITE_CASES


def _jpeg() -> bytes:
    return p.jpeg(p.paper())


def _progressive() -> bytes:
    return p.jpeg(p.paper(), progressive=True)


def _png() -> bytes:
    return p.png(p.paper(640, 480).quantize(8))


def _part(share: float) -> bytes:
    data = _jpeg()
    return data[: int(len(data) * share)]


def _with_size(data: bytes, width: int, height: int) -> bytes:
    at = p.frame_at(data) + 5
    return data[:at] + height.to_bytes(2, "big") + width.to_bytes(2, "big") + data[at + 4 :]


def _with_frame(data: bytes, offset: int, value: int) -> bytes:
    at = p.frame_at(data) + offset
    return data[:at] + bytes([value]) + data[at + 1 :]


def _without(data: bytes, marker: int) -> bytes:
    out, at = data[:2], 2
    while data[at + 1] != 0xDA:
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        out += b"" if data[at + 1] == marker else data[at:end]
        at = end
    return out + data[at:]


def _scan_bomb(times: int = 40) -> bytes:
    data = p.jpeg(p.paper(640, 480).filter(ImageFilter.GaussianBlur(9)), 20, progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:-2] + data[last:-2] * times + b"\xff\xd9"


def _as(kind: str) -> Callable[[], bytes]:
    def make() -> bytes:
        out = io.BytesIO()
        p.paper(480, 360).save(out, kind)
        return out.getvalue()

    return make


def _adam7(*, whole: bool) -> bytes:
    width, height, rows = 640, 480, b""
    for left, top, across, down in (
        (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2),
        (0, 1, 1, 2),
    ):  # fmt: skip
        columns, lines = -(-(width - left) // across), -(-(height - top) // down)
        rows += (b"\x00" + bytes(range(0, 200, 2)) * (columns // 100 + 1))[: columns + 1] * lines
    return p.raw_png(width, height, rows if whole else rows[:-9000], color=0, interlace=1)


def _rows(width: int, height: int, row_bytes: int) -> bytes:
    return (b"\x00" + bytes(k % 200 for k in range(row_bytes))) * height


def _animated() -> bytes:
    out, frames = io.BytesIO(), [p.paper(480, 360, seed=k).quantize(4) for k in (1, 2)]
    frames[0].save(out, "PNG", save_all=True, append_images=frames[1:], duration=100)
    return out.getvalue()


_CLEAR_COLORS = p.chunk(b"PLTE", bytes(range(30))) + p.chunk(b"tRNS", bytes(range(10)))


def _clear_palette() -> bytes:
    return p.png(p.paper(640, 480).quantize(16), transparency=3)


def _cmyk(share: float = 1.0, tail: bytes = b"") -> bytes:
    data = p.jpeg(p.paper(800, 600).convert("CMYK"), 40)
    return data if share == 1.0 else data[: int(len(data) * share)] + tail


def _padded(size: int) -> bytes:
    return _jpeg().ljust(size, b"\x00")


def _flips(seed: int, count: int) -> Callable[[], bytes]:
    return lambda: p.flipped(_jpeg(), seed, count, start=700)


def _png_flips(seed: int) -> Callable[[], bytes]:
    return lambda: p.flipped(_png(), seed, 3, start=8)


def _wide(width: int, height: int) -> Callable[[], bytes]:
    return lambda: p.jpeg(p.paper(width, height), 60)


def _text_bomb() -> bytes:
    packed = zlib.compress(bytes(60_000_000), 9)
    return p.before_pixels(_png(), p.chunk(b"zTXt", b"note\x00\x00" + packed))


def _turned(orientation: int) -> Callable[[], bytes]:
    return lambda: p.after_start(_jpeg(), p.exif(orientation))


def _html_comment() -> bytes:
    return p.after_start(_jpeg(), p.segment(0xFE, b"<html><script>alert(1)</script></html>"))


def _phone_pair() -> bytes:
    """Two pictures in one file, as phones write them with a preview of the same scene (MPO)."""
    out = io.BytesIO()
    p.paper().save(out, "MPO", save_all=True, append_images=[p.paper(640, 480)], quality=60)
    return out.getvalue()


JPEG_CASES = (
    Case("plain", FIT, _jpeg),
    Case("progressive", FIT, _progressive),
    Case("grey", FIT, lambda: p.jpeg(p.paper().convert("L"))),
    Case("full colour resolution", FIT, lambda: p.jpeg(p.paper(), 60, subsampling=0)),
    Case("restart markers", FIT, lambda: p.jpeg(p.paper(), restart_marker_rows=1)),
    Case("twelve megapixels", FIT, lambda: p.jpeg(Image.new("RGB", (4000, 3000), "beige"), 30)),
    Case("edge of ten thousand", FIT, lambda: p.jpeg(
        Image.new("L", (10_000, 1_700)), 30, progressive=True)),
    Case("print colours", FIT, _cmyk),
    Case("print colours of twenty megapixels", "too_many_pixels",
         lambda: _with_size(_cmyk(), 5000, 4000)),
    Case("print colours cut", DAMAGED, lambda: _cmyk(0.5)),
    Case("print colours with forged end", DAMAGED, lambda: _cmyk(0.5, b"\xff\xd9")),
    Case("colour profile", FIT, lambda: p.jpeg(p.paper(), icc_profile=b"\x01" * 3000)),
    Case("huge EXIF", FIT, lambda: p.after_start(_wide(640, 480)(), p.exif(1, bytes(60_000)) * 2)),
    Case("EXIF of nonsense", FIT, lambda: p.after_start(_jpeg(), p.segment(0xE1, b"Exif\0\0II*"))),
    Case("page in a comment", FIT, _html_comment),
    Case("second picture behind the end", FIT, lambda: _jpeg() + _wide(640, 480)()),
    Case("archive behind the end", FIT, lambda: _jpeg() + b"PK\x03\x04" + bytes(500)),
    Case("fill bytes before markers", FIT, lambda: p.after_start(_jpeg(), b"\xff" * 40)),
    Case("padding before the end", FIT, lambda: _jpeg()[:-2] + bytes(6) + b"\xff\xd9"),
    Case("exactly the limit", FIT, lambda: _padded(204_800)),
    Case("a byte above the limit", "too_big", lambda: _padded(204_801)),
    Case("four hundred pixels", FIT, _wide(400, 300)),
    Case("one pixel too small", "too_small", _wide(399, 300)),
    Case("a single pixel", "too_small", lambda: p.jpeg(Image.new("RGB", (1, 1)))),
    Case("six to one", FIT, _wide(1200, 200)),
    Case("too narrow", "too_narrow", _wide(1300, 200)),
    Case("one row", "too_narrow", lambda: p.jpeg(Image.new("RGB", (4000, 1)))),
    Case("nothing", "empty", lambda: b""),
    Case("only the first marker", DAMAGED, lambda: b"\xff\xd8\xff"),
    Case("only start and end", DAMAGED, lambda: b"\xff\xd8\xff\xd9"),
    Case("zeros behind the start", DAMAGED, lambda: b"\xff\xd8\xff" + bytes(5000)),
    Case("cut at a tenth", DAMAGED, lambda: _part(0.1)),
    Case("cut at the half", DAMAGED, lambda: _part(0.5)),
    Case("cut before the end", DAMAGED, lambda: _jpeg()[:-2]),
    Case("cut in the last marker", DAMAGED, lambda: _jpeg()[:-1]),
    Case("progressive cut", DAMAGED, lambda: _progressive()[:-20_000]),
    Case("progressive with forged end", DAMAGED, lambda: _progressive()[:-20_000] + b"\xff\xd9"),
    Case("forged end at a third", DAMAGED, lambda: _part(0.33) + b"\xff\xd9"),
    Case("forged end near the end", DAMAGED, lambda: _part(0.95) + b"\xff\xd9"),
    Case("height doubled", DAMAGED, lambda: _with_size(_jpeg(), 1200, 1800)),
    Case("height halved", DAMAGED, lambda: _with_size(_jpeg(), 1200, 450)),
    Case("width doubled", DAMAGED, lambda: _with_size(_jpeg(), 2400, 900)),
    Case("width halved", DAMAGED, lambda: _with_size(_jpeg(), 600, 900)),
    Case("height of zero", DAMAGED, lambda: _with_size(_jpeg(), 1200, 0)),
    Case("ninety-eight megapixels", "too_many_pixels", lambda: _with_size(_jpeg(), 9900, 9900)),
    Case("edge of twelve thousand", "too_many_pixels", lambda: _with_size(_jpeg(), 12_000, 2_000)),
    Case("scan bomb", "too_many_scans", _scan_bomb),
    Case("twenty scans of a large picture", "too_many_scans",
         lambda: _with_size(_scan_bomb(10), 5000, 4000)),
    Case("six hundred comments", "too_many_segments",
         lambda: p.after_start(_jpeg(), p.segment(0xFE, b"x") * 600)),
    Case("twelve bits", "unsupported", lambda: _with_frame(_jpeg(), 4, 12)),
    Case("two components", "unsupported", lambda: _with_frame(_jpeg(), 9, 2)),
    Case("arithmetic coding", "unsupported", lambda: _with_frame(_jpeg(), 1, 0xC9)),
    Case("lossless coding", "unsupported", lambda: _with_frame(_jpeg(), 1, 0xC3)),
    Case("said to be progressive", DAMAGED, lambda: _with_frame(_jpeg(), 1, 0xC2)),
    Case("two frames", DAMAGED, lambda: p.after_start(
        _jpeg(), _jpeg()[p.frame_at(_jpeg()) :][:19])),
    Case("no quantisation table", DAMAGED, lambda: _without(_jpeg(), 0xDB)),
    Case("no frame", DAMAGED, lambda: _without(_jpeg(), 0xC0)),
    Case("junk between segments", DAMAGED, lambda: p.after_start(
        _jpeg(), p.segment(0xFE, b"x") + b"\x00\x01\x02")),
    Case("segment longer than the file", DAMAGED, lambda: b"\xff\xd8\xff\xe0\xff\xff" + bytes(90)),
    Case("segment of length zero", DAMAGED, lambda: p.after_start(_jpeg(), b"\xff\xe5\x00\x00")),
    Case("many flipped bits", DAMAGED, _flips(1, 400)),
    *(Case(f"flipped bits {seed}", ANY, _flips(seed, 3)) for seed in range(2, 8)),
    *(Case(f"orientation {turn}", FIT, _turned(turn)) for turn in range(1, 9)),
    *(Case(f"cut at {share} %", DAMAGED, lambda share=share: _part(share / 100))  # type: ignore[misc]
      for share in (1, 2, 5, 20, 35, 65, 80, 90, 99)),
    *(Case(f"forged end at {share} %", DAMAGED,
           lambda share=share: _part(share / 100) + b"\xff\xd9")  # type: ignore[misc]
      for share in (15, 45, 60, 75, 85)),
    Case("phone with two pictures", FIT, _phone_pair),
    Case("page before the pixels", FIT, lambda: p.after_start(
        _jpeg(), p.segment(0xE5, b"<?php system($_GET[0]); ?>"))),
    Case("comment of sixty thousand", FIT, lambda: p.after_start(
        _wide(640, 480)(), p.segment(0xFE, b"y" * 60_000))),
    Case("XMP of nonsense", FIT, lambda: p.after_start(
        _jpeg(), p.segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x"))),
    Case("start twice", DAMAGED, lambda: b"\xff\xd8" + _jpeg()),
    Case("end first", DAMAGED, lambda: b"\xff\xd8\xff\xd9" + _jpeg()[2:]),
    Case("no Huffman tables", ANY, lambda: _without(_jpeg(), 0xC4)),
    Case("eleven bits", "unsupported", lambda: _with_frame(_jpeg(), 4, 11)),
    Case("no components", "unsupported", lambda: _with_frame(_jpeg(), 9, 0)),
    Case("hierarchical coding", "unsupported", lambda: _with_frame(_jpeg(), 1, 0xC5)),
    Case("grey at odd size", FIT, lambda: p.jpeg(p.paper(641, 479).convert("L"))),
    Case("twelve megapixels standing", FIT, lambda: p.jpeg(
        Image.new("RGB", (3000, 4000), "beige"), 30)),
)  # fmt: skip


PNG_CASES = (
    Case("palette PNG", FIT, _png),
    Case("colour PNG", FIT, lambda: p.png(ImageOps.posterize(p.paper(480, 360), 3))),
    Case("grey PNG", FIT, lambda: p.png(p.paper(480, 360).convert("L"))),
    Case("black and white PNG", FIT, lambda: p.png(p.paper().convert("1"))),
    Case("transparent PNG", FIT, lambda: p.png(
        Image.new("RGBA", (640, 480), (9, 9, 9, 0)))),
    Case("grey PNG with alpha", FIT, lambda: p.png(Image.new("LA", (640, 480), (9, 99)))),
    Case("palette PNG with transparency", FIT, _clear_palette),
    Case("16-bit grey PNG", FIT, lambda: p.raw_png(
        640, 480, _rows(640, 480, 1280), bits=16, color=0)),
    Case("16-bit colour PNG", FIT, lambda: p.raw_png(
        640, 480, _rows(640, 480, 3840), bits=16)),
    Case("16-bit grey PNG of seven megapixels", FIT, lambda: p.raw_png(
        3000, 2400, bytes(6001 * 2400), bits=16, color=0)),
    Case("transparent palette PNG of twenty-four megapixels", FIT, lambda: p.raw_png(
        6000, 4000, bytes(6001 * 4000), color=3, before=_CLEAR_COLORS)),
    Case("16-bit PNG of nine megapixels", "too_many_pixels", lambda: p.raw_png(
        3000, 3000, b"\x00", bits=16, color=0)),
    Case("interlaced PNG", FIT, lambda: _adam7(whole=True)),
    Case("interlaced PNG without its last rows", DAMAGED, lambda: _adam7(whole=False)),
    Case("PNG of twenty-four megapixels", FIT, lambda: p.raw_png(
        6000, 4000, bytes(18_001 * 4000))),
    Case("PNG of thirty-six megapixels", "too_many_pixels", lambda: p.raw_png(
        6000, 6000, bytes(751 * 6000), bits=1, color=0)),
    Case("PNG of nine hundred megapixels", "too_many_pixels", lambda: p.raw_png(
        30_000, 30_000, b"\x00", bits=1, color=0)),
    Case("deflate bomb", FIT, lambda: p.raw_png(640, 480, bytes(90_000_000))),
    Case("text bomb", DAMAGED, _text_bomb),
    Case("animated PNG", "animated", _animated),
    Case("bytes behind the PNG's end", FIT, lambda: _png() + b"<html>" + bytes(300)),
    Case("nonsense colour profile", FIT, lambda: p.before_pixels(
        _png(), p.chunk(b"iCCP", b"x\x00\x00nonsense"))),
    Case("PNG cut", DAMAGED, lambda: _png()[:-3000]),
    Case("PNG without an end", DAMAGED, lambda: _png()[:-12]),
    Case("PNG without pixels", DAMAGED, lambda: _png()[:33] + p.chunk(b"IEND", b"")),
    Case("PNG without its last rows", DAMAGED, lambda: p.raw_png(
        640, 480, _rows(640, 470, 1920))),
    Case("PNG with a wrong checksum", DAMAGED, lambda: _png()[:60] + b"\x00\x01" + _png()[62:]),
    Case("PNG of zero width", DAMAGED, lambda: p.raw_png(0, 480, b"\x00" * 480)),
    Case("PNG of four-bit colour", DAMAGED, lambda: p.raw_png(640, 480, bytes(500_000), bits=4)),
    Case("PNG of colour type five", DAMAGED, lambda: p.raw_png(
        640, 480, bytes(500_000), color=5)),
    Case("PNG of interlace method two", DAMAGED, lambda: p.raw_png(
        640, 480, _rows(640, 480, 1920), interlace=2)),
    Case("PNG with an unknown filter", DAMAGED, lambda: p.raw_png(
        640, 480, (b"\x09" + bytes(1920)) * 480)),
    Case("palette PNG without a palette", DAMAGED, lambda: p.raw_png(
        640, 480, _rows(640, 480, 640), color=3)),
    Case("header not first", DAMAGED, lambda: _png()[:8] + p.chunk(b"tIME", bytes(7)) + _png()[8:]),
    Case("two headers", DAMAGED, lambda: p.before_pixels(_png(), _png()[8:33])),
    Case("six hundred texts", "too_many_segments", lambda: p.before_pixels(
        _png(), p.chunk(b"tEXt", b"a\x00b") * 600)),
    *(Case(f"PNG with flipped bits {seed}", DAMAGED, _png_flips(seed)) for seed in range(1, 5)),
)  # fmt: skip

FOREIGN_CASES = (
    Case("GIF", FOREIGN, _as("GIF")),
    Case("WebP", FOREIGN, _as("WEBP")),
    Case("BMP", FOREIGN, lambda: b"BM" + bytes(4000)),
    Case("TIFF", FOREIGN, lambda: b"II*\x00" + bytes(4000)),
    Case("JPEG 2000", FOREIGN, lambda: b"\x00\x00\x00\x0cjP  \r\n\x87\n" + bytes(900)),
    Case("HEIC", FOREIGN, lambda: b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(900)),
    Case("EPS", FOREIGN, lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\nshowpage\n"),
    Case("PDF", FOREIGN, lambda: b"%PDF-1.7\n1 0 obj<<>>endobj\n%%EOF"),
    Case("PDF before a picture", FOREIGN, lambda: b"%PDF-1.7\n" + _jpeg()),
    Case("SVG", FOREIGN, lambda: b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
    Case("HTML", FOREIGN, lambda: b"<!doctype html><script>alert(1)</script>"),
    Case("archive", FOREIGN, lambda: b"PK\x03\x04" + bytes(900)),
    Case("program", FOREIGN, lambda: b"MZ" + bytes(900)),
    Case("text", FOREIGN, "样例 specimen".encode),
    Case("line break before a picture", FOREIGN, lambda: b"\n" + _jpeg()),
    Case("zeros", FOREIGN, lambda: bytes(50_000)),
)

CASES = JPEG_CASES + PNG_CASES + FOREIGN_CASES + SUITE_CASES
