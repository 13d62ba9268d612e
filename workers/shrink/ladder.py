"""Makes an upright picture fit R7 and stay legible: the same ladder as the browser's shrink.js.

The figures come from reading 6-point print at a fixed size of file: below quality 36 stamps lose
their colour, above 3.2 megapixels the same bytes show blocks instead of letters.
"""

import dataclasses as dc
import io
import math

from PIL import Image

from libs.common.rejection import Rejected
from workers.shrink.codes import Refuse

TARGET_BYTES = 203_000
"""A little below the 204,800 of R7, as in the browser."""
MAX_AREA_PX = 3_200_000
MAX_EDGE_PX = 4096
LEAST_EDGE_PX = 640
WORST_QUALITY = 36
BEST_QUALITY = 90
ENOUGH = 0.98
"""Of the bytes allowed: nearer is not worth another encode."""
GENTLEST, STEEPEST = 0.94, 0.55
HALVINGS = 6
"""Tries between the worst and the best quality: every whole number is found."""


@dc.dataclass(frozen=True)
class Fitted:
    """A JPEG within the bytes allowed; nothing in it but pixels."""

    data: bytes
    width: int
    height: int


def fit(image: Image.Image, *, max_bytes: int = TARGET_BYTES) -> Fitted:
    """Steps: cap area and edge, encode at the worst quality, smaller until it fits, then better.

    `image` is upright RGB. Raises Rejected `too_complex`.
    """
    width, height = image.size
    scale = min(1.0, math.sqrt(MAX_AREA_PX / (width * height)), MAX_EDGE_PX / max(width, height))
    while True:
        drawn = _drawn(image, round(width * scale), round(height * scale))
        worst = _jpeg(drawn, WORST_QUALITY)
        if len(worst) <= max_bytes:
            return Fitted(_better(drawn, worst, max_bytes), *drawn.size)
        if max(drawn.size) <= LEAST_EDGE_PX:
            raise Rejected(Refuse.TOO_COMPLEX, len(worst), max_bytes)
        scale *= min(GENTLEST, max(STEEPEST, math.sqrt(max_bytes / len(worst))))


def _drawn(image: Image.Image, width: int, height: int) -> Image.Image:
    size = (max(1, width), max(1, height))
    # `reducing_gap` halves by plain averages first: thin strokes survive, and it is four times
    # as fast as one filter over all pixels.
    return image if image.size == size else image.resize(size, _FILTER, reducing_gap=2.0)


def _better(drawn: Image.Image, worst: bytes, max_bytes: int) -> bytes:
    """While there is room quality goes up: the best first, then by halves."""
    best = _jpeg(drawn, BEST_QUALITY)
    if len(best) <= max_bytes:
        return best
    best, low, high = worst, WORST_QUALITY, BEST_QUALITY
    for _ in range(HALVINGS):
        quality = (low + high) // 2
        if len(best) >= max_bytes * ENOUGH or quality == low:
            break
        tried = _jpeg(drawn, quality)
        if len(tried) <= max_bytes:
            best, low = tried, quality
        else:
            high = quality
    return best


def _jpeg(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    # Pillow hands on a PNG's comment by itself.
    image.save(out, "JPEG", quality=quality, subsampling=2, optimize=True, comment=b"")
    return out.getvalue()


_FILTER = Image.Resampling.LANCZOS
