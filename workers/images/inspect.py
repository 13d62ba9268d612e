"""Decodes a picture once, strictly: what a tolerant decoder would paint grey is refused here.

JPEG goes through libjpeg-turbo with its warnings as errors: the one decode gives the pixels and
the proof that all of them are there. PNG goes through Pillow, with a second strict pass for what
Pillow swallows (missing rows).
"""

import contextlib
import io
import struct
import warnings
import zlib
from collections.abc import Iterator

import numpy as np
from PIL import Image

from libs.common import pictures
from libs.common.rejection import Rejected
from workers.images.codes import Refuse
from workers.images.header import Header
from workers.images.render import Pixels

MAX_VIEW_EDGE_PX = 2600
"""Above, the decoder halves: 200 KB never hold more detail than that."""
_CMYK_CHANNELS = 4
_INFLATE_STEP_BYTES = 1 << 20
_BAND_ROWS = 256
"""A large PNG is put on white and reduced in bands: its colours never stand in memory twice."""
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


def decode(header: Header) -> Pixels:
    """The picture as stored, on white, long edge ≤ 2600 px. Raises Rejected."""
    if header.format == "png":
        _hold_rows(header)
        return _pixels(_on_white(_open(header)))
    if header.has_extras:
        _hold_extras(header)
    if header.channels == _CMYK_CHANNELS:
        return _pixels(pictures.from_inks(_strict(header, colors="CMYK", factor=_factor(header))))
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
    """Decoded pixels at 1/factor.

    Colours are repeated, not blended, to full size: the renditions halve them again, and so get
    back exactly what the camera wrote, for a tenth less.
    """
    size = {"width": header.width, "height": header.height}
    try:
        return pictures.strict_jpeg(header.whole, colors, **size, factor=factor, is_blended=False)
    except ValueError as fault:
        is_odd = pictures.ODD_SAMPLING in str(fault)
        raise Rejected(Refuse.UNSUPPORTED if is_odd else Refuse.DAMAGED) from fault


def _hold_extras(header: Header) -> None:
    """Its profile, its list of further pictures and the like: broken ones are a broken file.

    We need none of it, but whoever opens the file after us may.
    """
    with _as_damage():
        Image.open(io.BytesIO(header.whole), formats=("JPEG",)).close()


def _open(header: Header) -> Image.Image:
    """One Pillow decode: PNG alone."""
    with _as_damage():
        image = Image.open(io.BytesIO(header.whole), formats=("PNG",))
        if image.size != (header.width, header.height):
            raise Rejected(Refuse.DAMAGED)
        image.load()
    return image


@contextlib.contextmanager
def _as_damage() -> Iterator[None]:
    """What Pillow raises or warns of is the picture's damage."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            yield
        except PermissionError:
            # Pillow wanted to load code that the cell has not; the picture is not to blame.
            raise
        except pictures.DECODER_FAULTS as fault:
            raise Rejected(Refuse.DAMAGED) from fault


def _on_white(image: Image.Image) -> Image.Image:
    """On a fresh white canvas, long edge ≤ 2600 px: no transparency, palette or metadata."""
    width, height = image.size
    factor = -(-max(width, height) // MAX_VIEW_EDGE_PX)
    canvas = Image.new("RGB", (-(-width // factor), -(-height // factor)))
    step = _BAND_ROWS * factor
    for top in range(0, height, step):
        band = pictures.flattened(image.crop((0, top, width, min(top + step, height))))
        canvas.paste(band.reduce(factor) if factor > 1 else band, (0, top // factor))
    return canvas


def _hold_rows(header: Header) -> None:
    """Every row is there: decoders paint missing ones black, with right checksums all around."""
    wanted, inflater = _raw_bytes(header), zlib.decompressobj()
    try:
        for piece in _idat(header.whole):
            rest = piece
            while rest and wanted > 0:
                wanted -= len(inflater.decompress(rest, min(wanted, _INFLATE_STEP_BYTES)))
                rest = inflater.unconsumed_tail
    except zlib.error as fault:
        raise Rejected(Refuse.DAMAGED) from fault
    if wanted > 0:
        raise Rejected(Refuse.DAMAGED)


def _idat(data: bytes) -> list[bytes]:
    pieces, at = [], len(pictures.PNG_START)
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
