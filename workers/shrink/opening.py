"""Opens a big photo: the format by its content, the limits by its header, then one decode.

JPEG goes through libjpeg-turbo with warnings as errors, reduced while it is decoded; HEIC through
libheif, which turns the picture itself; PNG, and JPEG in print colours, through Pillow.
"""

import dataclasses as dc
import io
import re
import struct
import warnings
import zlib
from typing import Any

import numpy as np
import pi_heif
import simplejpeg
from PIL import Image

from workers.shrink.codes import Refuse, Rejected

JPEG_START = b"\xff\xd8\xff"
PNG_START = b"\x89PNG\r\n\x1a\n"
HEIF_BOX = b"ftyp"
HEIC_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"})

MAX_STRAY_BYTES = 1024
"""Cameras pad the end of a scan by a few bytes; more is a picture whose height was forged."""
KEPT_EDGE_PX = 4096
"""Decoded no smaller than this long edge: the ladder's first step is never above it."""
_PNG_SIZE_AT = 16
"""Width, height and depth of the header chunk, which comes first (PNG, section 11.2.2)."""
_SCAN = b"\xff\xda"
_STRAY = re.compile(r"(\d+) extraneous bytes before marker")
_FAULTS = (
    *(OSError, SyntaxError, ValueError, TypeError, LookupError, EOFError, ArithmeticError),
    *(RuntimeError, struct.error, zlib.error, Warning, Image.DecompressionBombError),
)
"""All that the decoders raise on hostile bytes."""

UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""EXIF orientation → what makes it upright (CIPA DC-008, tag 274); 1 needs nothing."""


@dc.dataclass(frozen=True)
class Limits:
    """Bounds that are asked of the header, before any decoder sees a pixel (R8)."""

    max_pixels: int = 50_000_000
    max_deep_pixels: int = 16_000_000
    """16 bits a channel: twice the memory for each pixel."""
    max_scans: int = 32
    """Real encoders write at most 12; thousands cost every decoder seconds."""
    min_long_edge_px: int = 400
    max_aspect: int = 6


STANDARD = Limits()


def opened(data: bytes, *, orientation: int, limits: Limits = STANDARD) -> Image.Image:
    """The picture upright, in RGB on white. Raises Rejected for whatever the bytes are."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        # The pixel limit stands in `limits`, and is asked of the header.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            image = _decoded(data, limits)
        except _FAULTS as fault:
            raise Rejected(Refuse.DAMAGED) from fault
    turn = UPRIGHT.get(orientation)
    return image if turn is None else image.transpose(turn)


def _decoded(data: bytes, limits: Limits) -> Image.Image:
    if data.startswith(JPEG_START):
        return _jpeg(data, limits)
    if data.startswith(PNG_START):
        return _flat(_png(data, limits))
    if data[4:8] == HEIF_BOX and data[8:12] in HEIC_BRANDS:
        return _heic(data, limits)
    raise Rejected(Refuse.NOT_A_PHOTO)


def _jpeg(data: bytes, limits: Limits) -> Image.Image:
    scans = data.count(_SCAN)
    if scans > limits.max_scans:
        raise Rejected(Refuse.TOO_MANY_SCANS, scans, limits.max_scans)
    height, width, colors, _ = simplejpeg.decode_jpeg_header(data)
    _hold_size(width, height, limits)
    factor = 1
    while factor < 8 and max(width, height) >= KEPT_EDGE_PX * 2 * factor:  # noqa: PLR2004 - libjpeg's
        factor *= 2
    if colors == "CMYK":
        _turbo(data, "CMYK", width, height, 8)
        return _flat(_by_pillow(data, "JPEG"))
    pixels = _turbo(data, "RGB", width, height, factor)
    return Image.fromarray(pixels)


def _turbo(data: bytes, colors: str, width: int, height: int, factor: int) -> Any:
    """Pixels at 1/factor. libjpeg's warnings are damage, but for a camera's padding."""
    least = {"min_height": -(-height // factor), "min_width": -(-width // factor)}
    try:
        return simplejpeg.decode_jpeg(data, colors, min_factor=factor, strict=True, **least)
    except ValueError as fault:
        stray = _STRAY.search(str(fault))
        if stray is None or int(stray[1]) > MAX_STRAY_BYTES:
            raise
    return simplejpeg.decode_jpeg(data, colors, min_factor=factor, strict=False, **least)


def _png(data: bytes, limits: Limits) -> Image.Image:
    width, height, bits = struct.unpack_from(">IIB", data, _PNG_SIZE_AT)
    _hold_size(width, height, limits, deep=bits > 8)  # noqa: PLR2004 - bits of a sample
    return _by_pillow(data, "PNG")


def _by_pillow(data: bytes, kind: str) -> Image.Image:
    image = Image.open(io.BytesIO(data), formats=(kind,))
    if getattr(image, "is_animated", False):
        raise Rejected(Refuse.ANIMATED)
    image.load()
    return image


def _heic(data: bytes, limits: Limits) -> Image.Image:
    found = pi_heif.open_heif(data, convert_hdr_to_8bit=True, bgr_mode=False)
    primary = found[found.primary_index]
    width, height = primary.size
    _hold_size(width, height, limits)
    return _flat(primary.to_pillow())


def _hold_size(width: int, height: int, limits: Limits, *, deep: bool = False) -> None:
    long_edge, short_edge = max(width, height), min(width, height)
    most = limits.max_deep_pixels if deep else limits.max_pixels
    if width * height > most:
        raise Rejected(Refuse.TOO_LARGE, width * height, most)
    if long_edge < limits.min_long_edge_px:
        raise Rejected(Refuse.TOO_SMALL, long_edge, limits.min_long_edge_px)
    if long_edge > limits.max_aspect * short_edge:
        raise Rejected(Refuse.TOO_NARROW, long_edge / short_edge, limits.max_aspect)


def _flat(image: Image.Image) -> Image.Image:
    """On a fresh white canvas: no transparency, palette or metadata is left."""
    if image.mode.startswith("I"):
        # Pillow clips 16-bit grey instead of scaling it.
        deep = np.asarray(image).astype(np.uint16)
        image = Image.fromarray((deep >> 8).astype(np.uint8))
    if image.mode in {"LA", "PA", "RGBA"} or "transparency" in image.info:
        layer = image.convert("RGBA")
        canvas = Image.new("RGB", image.size, "white")
        canvas.paste(layer, mask=layer.getchannel("A"))
        return canvas
    return image if image.mode == "RGB" else image.convert("RGB")
