"""Two renditions of a decoded picture: the view that reviewers read, the grid's thumbnail.

The large one is never resampled (that alone would cost more than the decode): it is encoded again
as it is, on a canvas that holds pixels and nothing else.
"""

import dataclasses as dc
import io

from PIL import Image

QUALITY = 80
SUBSAMPLING_420 = 2
"""Pillow's number for 4:2:0."""
MIN_PLANE_EDGE_PX = 800
"""The middle plane has a long edge of 800–1599 px: the signals are calibrated on it."""
MIN_GRID_EDGE_PX = 320
"""The grid's picture has a long edge of 320–639 px."""

_UPRIGHT = {
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
class Planes:
    """One upright picture in three sizes, each reduced from the one before."""

    view: Image.Image
    middle: Image.Image
    grid: Image.Image


def planes(image: Image.Image, *, orientation: int) -> Planes:
    """The picture made upright, and reduced twice by whole factors."""
    turn = _UPRIGHT.get(orientation)
    view = image if turn is None else image.transpose(turn)
    middle = _reduced(view, MIN_PLANE_EDGE_PX)
    return Planes(view, middle, _reduced(middle, MIN_GRID_EDGE_PX))


def is_turned(orientation: int) -> bool:
    """Whether making it upright exchanges width and height."""
    return orientation in {5, 6, 7, 8}


def encode(image: Image.Image) -> bytes:
    """A plain baseline JPEG. `optimize` and `progressive` would cost more than they save."""
    out = io.BytesIO()
    image.save(out, "JPEG", quality=QUALITY, subsampling=SUBSAMPLING_420)
    return out.getvalue()


def _reduced(image: Image.Image, least_edge_px: int) -> Image.Image:
    factor = max(image.size) // least_edge_px
    return image.reduce(factor) if factor > 1 else image
