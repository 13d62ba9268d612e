"""Opens a big photo: the format by its content, the limits by its header, then one decode.

JPEG goes through libjpeg-turbo with warnings as errors, reduced while it is decoded; HEIC through
libheif, which turns the picture itself; PNG, and JPEG of a rare kind, through Pillow.
"""

import dataclasses as dc
import io
import struct
import warnings

import pi_heif
import simplejpeg
from PIL import Image

from libs.common import pictures
from libs.common.rejection import Rejected
from workers.shrink.codes import Refuse

HEIF_BOX = b"ftyp"
HEIC_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"})

KEPT_EDGE_PX = 4096
"""Decoded no smaller than this long edge: the ladder's first step is never above it."""
_PNG_SIZE_AT = 16
"""Width, height and depth of the header chunk, which comes first (PNG, section 11.2.2)."""
_SCAN = b"\xff\xda"
_FAULTS = (*pictures.DECODER_FAULTS, RuntimeError)
"""All that the decoders raise on hostile bytes."""
_NOT_DECODED = "Unsupported"
"""What libjpeg-turbo says of 12 bits, and of colours that it cannot show."""

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
    if data.startswith(pictures.JPEG_START):
        return _jpeg(data, limits)
    if data.startswith(pictures.PNG_START):
        return pictures.flattened(_png(data, limits))
    if data[4:8] == HEIF_BOX and data[8:12] in HEIC_BRANDS:
        return _heic(data, limits)
    raise Rejected(Refuse.NOT_A_PHOTO)


def _jpeg(data: bytes, limits: Limits) -> Image.Image:
    scans = data.count(_SCAN)
    if scans > limits.max_scans:
        raise Rejected(Refuse.TOO_MANY_SCANS, scans, limits.max_scans)
    try:
        return _turbo(data, limits)
    except ValueError as fault:
        if _NOT_DECODED in str(fault):
            raise Rejected(Refuse.UNSUPPORTED) from fault
        if pictures.ODD_SAMPLING not in str(fault):
            raise
    # Rare, not broken: Pillow's decoder knows it, and she sees the image before it counts.
    return pictures.flattened(_by_pillow(data, "JPEG", limits))


def _turbo(data: bytes, limits: Limits) -> Image.Image:
    height, width, colors, _ = simplejpeg.decode_jpeg_header(data)
    _hold_size(width, height, limits)
    factor = 1
    while factor < 8 and max(width, height) >= KEPT_EDGE_PX * 2 * factor:  # noqa: PLR2004 - libjpeg's
        factor *= 2
    wanted = "CMYK" if colors == "CMYK" else "RGB"
    pixels = pictures.strict_jpeg(data, wanted, width=width, height=height, factor=factor)
    return pictures.from_inks(pixels) if wanted == "CMYK" else Image.fromarray(pixels)


def _png(data: bytes, limits: Limits) -> Image.Image:
    width, height, bits = struct.unpack_from(">IIB", data, _PNG_SIZE_AT)
    _hold_size(width, height, limits, deep=bits > 8)  # noqa: PLR2004 - bits of a sample
    return _by_pillow(data, "PNG", limits)


def _by_pillow(data: bytes, kind: str, limits: Limits) -> Image.Image:
    image = Image.open(io.BytesIO(data), formats=(kind,))
    _hold_size(*image.size, limits)
    if getattr(image, "is_animated", False):
        raise Rejected(Refuse.ANIMATED)
    image.load()
    return image


def _heic(data: bytes, limits: Limits) -> Image.Image:
    found = pi_heif.open_heif(data, convert_hdr_to_8bit=True, bgr_mode=False)
    primary = found[found.primary_index]
    width, height = primary.size
    _hold_size(width, height, limits)
    return pictures.flattened(primary.to_pillow())


def _hold_size(width: int, height: int, limits: Limits, *, deep: bool = False) -> None:
    long_edge, short_edge = max(width, height), min(width, height)
    most = limits.max_deep_pixels if deep else limits.max_pixels
    if width * height > most:
        raise Rejected(Refuse.TOO_LARGE, width * height, most)
    if long_edge < limits.min_long_edge_px:
        raise Rejected(Refuse.TOO_SMALL, long_edge, limits.min_long_edge_px)
    if long_edge > limits.max_aspect * short_edge:
        raise Rejected(Refuse.TOO_NARROW, long_edge / short_edge, limits.max_aspect)
