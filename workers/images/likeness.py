"""What near duplicates are found by: a hash to look up, and a small map of brightness to compare.

64-bit hashes of scanned forms collide between people, so the hash has 256 bits and only proposes;
the map of 64 × 64 settles it (`services/upload/domain/likeness.py`).
"""

import base64
import dataclasses as dc

import numpy as np
from PIL import Image

EDGE = 64
_FREQUENCIES = 16
_LUMA_MIDDLE, _LUMA_DEVIATION = 128, 32
"""A normalised brightness of four deviations either way fits a byte."""
_FLATTEST = 1.0
"""A blank page has no deviation to divide by."""
_COSINES = np.cos(
    np.pi * (2 * np.arange(EDGE) + 1)[None] * np.arange(1, _FREQUENCIES + 1)[:, None] / (2 * EDGE)
)
"""The lowest 16 frequencies of each direction; the constant part says nothing of a picture."""


@dc.dataclass(frozen=True)
class Likeness:
    """As ImageChecked carries it."""

    picture_hash: str
    luma: str


def likeness_of(small: Image.Image, *, width: int, height: int) -> Likeness:
    """By the grid's plane of a view of that size.

    The last row and column of a reduced plane may stand for less than a whole pixel. Counting them
    as whole would shift the map by a tenth of a point, which is more than another name on a form.
    """
    factor = round(max(width, height) / max(small.size))
    extent = (0.0, 0.0, width / factor, height / factor)
    scaled = small.convert("L").resize((EDGE, EDGE), Image.Resampling.BILINEAR, box=extent)
    luma = np.asarray(scaled, np.float64)
    waves = _COSINES @ luma @ _COSINES.T
    bits = np.packbits((waves > np.median(waves)).ravel())
    normal = (luma - luma.mean()) / max(float(luma.std()), _FLATTEST)
    level = np.clip(np.rint(normal * _LUMA_DEVIATION + _LUMA_MIDDLE), 0, 255).astype(np.uint8)
    return Likeness(bits.tobytes().hex(), base64.b64encode(level.tobytes()).decode())
