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
MIN_PLANE_EDGE_PX = 800
"""The middle plane has a long edge of 800–1599 px: the signals are calibrated on it."""
MIN_GRID_EDGE_PX = 320
"""The grid's picture has a long edge of 320–639 px."""

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
    """One upright picture in three sizes, each reduced from the one before."""

    view: Pixels
    middle: Image.Image
    grid: Image.Image


def planes(pixels: Pixels, *, orientation: int) -> Planes:
    """The picture made upright, and reduced twice by whole factors."""
    view = upright(pixels, orientation)
    height, width = view.shape[:2]
    whole = Image.frombuffer("RGBX", (width, height), view, "raw", "RGBX", 0, 1)
    middle = _reduced(whole, MIN_PLANE_EDGE_PX)
    return Planes(view, middle, _reduced(middle, MIN_GRID_EDGE_PX))


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


def _reduced(image: Image.Image, least_edge_px: int) -> Image.Image:
    factor = max(image.size) // least_edge_px
    return image.reduce(factor) if factor > 1 else image
