"""Decodes a picture once, strictly: what a tolerant decoder would paint grey is refused here.

JPEG goes through libjpeg-turbo with its warnings as errors: the one decode gives the pixels and
the proof that all of them are there. PNG, and JPEG in print colours, go through Pillow, with a
second strict pass for what Pillow swallows (forged ends, bit flips, missing rows).
"""

import io
import re
import struct
import warnings
import zlib

import numpy as np
import simplejpeg
from PIL import Image

from workers.images.codes import Refuse, Rejected
from workers.images.header import PNG_START, Header
from workers.images.render import Pixels

MAX_VIEW_EDGE_PX = 2600
"""Above, the decoder halves: 200 KB never hold more detail than that."""
MAX_STRAY_BYTES = 1024
"""Cameras pad the end of a scan by a few bytes; more is a picture whose height was forged."""
_CMYK_CHANNELS = 4
_STRAY = re.compile(r"(\d+) extraneous bytes before marker")
_ODD_SAMPLING = "subsampling"
"""What libjpeg-turbo says of colours stored at a third of the rows, and the like."""
_INFLATE_STEP_BYTES = 1 << 20
_ADAM7 = (
    (0, 0, 8, 8),
    (4, 0, 8, 8),
    (0, 4, 4, 8),
    (2, 0, 4, 4),
    (0, 2, 2, 4),
    (1, 0, 2, 2),
    (0, 1, 1, 2),
)
"""First column, first row, column step, row step of the seven passes (PNG, section 8.2)."""

_DECODER_FAULTS = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    EOFError,
    ArithmeticError,
    struct.error,
    zlib.error,
    Warning,
    Image.DecompressionBombError,
)
"""All that Pillow raises on hostile bytes. Neither a time limit nor want of memory is among them:
they tell of this machine, rise, and the command comes again."""


def decode(header: Header) -> Pixels:
    """The picture as stored, on white, long edge ≤ 2600 px. Raises Rejected."""
    if header.format == "png":
        _hold_rows(header)
        return _pixels(_flatten(_shrink(_open(header, kind="PNG"))))
    if header.is_one_of_several:
        _hold_index(header)
    if header.channels == _CMYK_CHANNELS:
        _strict(header, colors="CMYK", factor=8)
        return _pixels(_open(header, kind="JPEG").convert("RGB"))
    return _strict(header, colors="RGBX", factor=_factor(header))


def _pixels(image: Image.Image) -> Pixels:
    # Pillow holds RGB with a fourth byte already: nothing is computed here.
    return np.asarray(image.convert("RGBX"))


def _factor(header: Header) -> int:
    factor = 1
    while max(header.width, header.height) > MAX_VIEW_EDGE_PX * factor:
        factor *= 2
    return factor


def _strict(header: Header, *, colors: str, factor: int) -> Pixels:
    """Decoded pixels at 1/factor. libjpeg's warnings are damage, but for a camera's padding.

    Colours are repeated, not blended, to full size: the renditions halve them again, and so get
    back exactly what the camera wrote, for a tenth less.
    """

    def turbo(*, strict: bool) -> Pixels:
        decoded: Pixels = simplejpeg.decode_jpeg(
            header.pixels_only,
            colors,
            min_height=-(-header.height // factor),
            min_width=-(-header.width // factor),
            min_factor=factor,
            fastupsample=True,
            strict=strict,
        )
        return decoded

    try:
        return turbo(strict=True)
    except ValueError as fault:
        if _ODD_SAMPLING in str(fault):
            raise Rejected(Refuse.UNSUPPORTED) from fault
        stray = _STRAY.search(str(fault))
        if stray is None or int(stray[1]) > MAX_STRAY_BYTES:
            raise Rejected(Refuse.DAMAGED) from fault
    try:
        return turbo(strict=False)
    except ValueError as fault:
        raise Rejected(Refuse.DAMAGED) from fault


def _hold_index(header: Header) -> None:
    """A broken list of further pictures is a broken file, though the first of them may be whole."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            Image.open(io.BytesIO(header.pixels_only), formats=("JPEG",)).close()
        except PermissionError:
            raise
        except _DECODER_FAULTS as fault:
            raise Rejected(Refuse.DAMAGED) from fault


def _open(header: Header, *, kind: str) -> Image.Image:
    """One Pillow decode: this format alone, warnings as errors."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            image = Image.open(io.BytesIO(header.pixels_only), formats=(kind,))
            if image.size != (header.width, header.height):
                raise Rejected(Refuse.DAMAGED)
            factor = _factor(header)
            if factor > 1:
                image.draft(None, (header.width // factor, header.height // factor))
            image.load()
        except PermissionError:
            # Pillow wanted to load code that the cell has not; the picture is not to blame.
            raise
        except _DECODER_FAULTS as fault:
            raise Rejected(Refuse.DAMAGED) from fault
    return image


def _shrink(image: Image.Image) -> Image.Image:
    factor = -(-max(image.size) // MAX_VIEW_EDGE_PX)
    if factor == 1:
        return image
    if image.mode in {"1", "P", "PA"} or "transparency" in image.info:
        image = image.convert("RGBA" if "transparency" in image.info else "RGB")
    return image.reduce(factor)


def _flatten(image: Image.Image) -> Image.Image:
    """On a fresh white canvas: no transparency, palette or metadata is left."""
    if image.mode.startswith("I"):
        # Pillow clips 16-bit grey instead of scaling it.
        deep = np.asarray(image).astype(np.uint16)
        return Image.fromarray((deep >> 8).astype(np.uint8)).convert("RGB")
    if image.mode in {"LA", "PA", "RGBA"} or "transparency" in image.info:
        layer = image.convert("RGBA")
        canvas = Image.new("RGB", image.size, "white")
        canvas.paste(layer, mask=layer.getchannel("A"))
        return canvas
    canvas = Image.new("RGB", image.size)
    canvas.paste(image.convert("RGB"))
    return canvas


def _hold_rows(header: Header) -> None:
    """Every row is there: decoders paint missing ones black, with right checksums all around."""
    wanted, inflater = _raw_bytes(header), zlib.decompressobj()
    try:
        for piece in _idat(header.pixels_only):
            rest = piece
            while rest and wanted > 0:
                wanted -= len(inflater.decompress(rest, min(wanted, _INFLATE_STEP_BYTES)))
                rest = inflater.unconsumed_tail
    except zlib.error as fault:
        raise Rejected(Refuse.DAMAGED) from fault
    if wanted > 0:
        raise Rejected(Refuse.DAMAGED)


def _idat(data: bytes) -> list[bytes]:
    pieces, at = [], len(PNG_START)
    while at < len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        if name == b"IDAT":
            pieces.append(data[at + 8 : at + 8 + length])
        at += 12 + length
    return pieces


def _raw_bytes(header: Header) -> int:
    """Bytes of all rows before deflate, each with its filter byte."""
    sample = header.channels * header.bits
    if not header.interlaced:
        return header.height * (1 + (header.width * sample + 7) // 8)
    total = 0
    for left, top, across, down in _ADAM7:
        columns = -(-(header.width - left) // across)
        rows = -(-(header.height - top) // down)
        if columns > 0 and rows > 0:
            total += rows * (1 + (columns * sample + 7) // 8)
    return total
