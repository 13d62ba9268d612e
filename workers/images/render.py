"""Two renditions of a decoded picture: the view that reviewers read, the grid's thumbnail.

The large one is never resampled (that alone would cost more than the decode): it is encoded again
as it is, on a canvas that holds pixels and nothing else.
"""

import dataclasses as dc
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import simplejpeg
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]
"""Rows × columns × 4: red, green, blue and a byte that nobody reads, as decoders like it best."""

QUALITY = 80
MIN_GRID_EDGE_PX, MAX_GRID_EDGE_PX = 320, 639
"""The long edge of the grid's picture."""
MIN_GRID_SHORT_EDGE_PX = 256
"""Where the long edge allows it: the model that says which way is up was taught on such papers."""

_UPRIGHT: Mapping[int, Callable[[NDArray[Any]], NDArray[Any]]] = {
    2: lambda wide: wide[:, ::-1],
    3: lambda wide: wide[::-1, ::-1],
    4: lambda wide: wide[::-1],
    5: lambda wide: wide.T,
    6: lambda wide: wide.T[:, ::-1],
    7: lambda wide: wide.T[::-1, ::-1],
    8: lambda wide: wide.T[::-1],
}
"""EXIF orientation → what makes it upright (CIPA DC-008, tag 274); 1 needs nothing."""


@dc.dataclass(frozen=True)
class Planes:
    """One upright picture in two sizes."""

    view: Pixels
    grid: Image.Image


def planes(pixels: Pixels, *, orientation: int) -> Planes:
    """The picture made upright, and reduced by a whole factor."""
    view = upright(pixels, orientation)
    height, width = view.shape[:2]
    whole = Image.frombuffer("RGBX", (width, height), view, "raw", "RGBX", 0, 1)
    factor = grid_factor(width, height)
    return Planes(view, whole.reduce(factor) if factor > 1 else whole)


def grid_factor(width: int, height: int) -> int:
    """By how much the grid's picture is smaller than the view."""
    long, short = max(width, height), min(width, height)
    wished = min(long // MIN_GRID_EDGE_PX, short // MIN_GRID_SHORT_EDGE_PX)
    return max(1, -(-long // MAX_GRID_EDGE_PX), wished)


def upright(pixels: Pixels, orientation: int) -> Pixels:
    """The picture as a person holds it. Each pixel moves as one number, in one go."""
    turn = _UPRIGHT.get(orientation)
    if turn is None:
        return pixels
    wide = pixels.view(np.uint32)[:, :, 0]
    turned: Pixels = np.ascontiguousarray(turn(wide))[:, :, None].view(np.uint8)
    return turned


def is_turned(orientation: int) -> bool:
    """Whether making it upright exchanges width and height."""
    return orientation in {5, 6, 7, 8}


def encode(pixels: Pixels) -> bytes:
    """A plain baseline JPEG. `optimize` and `progressive` would cost more than they save."""
    made: bytes = simplejpeg.encode_jpeg(pixels, QUALITY, "RGBX", "420", fastdct=False)
    return made


def encode_image(image: Image.Image) -> bytes:
    """The same of one of the small planes."""
    return encode(np.asarray(image))
