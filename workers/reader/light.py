"""A view as light sees it: where it is outshone, and how it looks in a mirror."""

import io

import numpy as np
from PIL import Image

BLOWN_LUMA = 250
BLOCKS = 24
"""Blocks in each direction; a lamp's reflection covers several."""
GLARE_SHARE = 0.015
BRIGHT_MEDIAN = 235
"""A page that is white all over is no reflection."""


def size_of(picture: bytes) -> tuple[int, int]:
    """Width and height."""
    with Image.open(io.BytesIO(picture), formats=("JPEG",)) as image:
        return image.size


def glare_share(picture: bytes) -> float:
    """Share of blocks that are blown out; 0 where the whole page is as bright."""
    with Image.open(io.BytesIO(picture), formats=("JPEG",)) as image:
        image.draft("L", (BLOCKS * 16, BLOCKS * 16))
        luma = np.asarray(image.convert("L").resize((BLOCKS, BLOCKS), Image.Resampling.BOX))
    if np.median(luma) >= BRIGHT_MEDIAN:
        return 0.0
    return float((luma >= BLOWN_LUMA).mean())


def flipped(picture: bytes, *, on_its_head: bool = False) -> bytes:
    """The view in a mirror: text that reads there alone was photographed by a front camera,
    perhaps one held upside down.
    """
    turn = Image.Transpose.FLIP_TOP_BOTTOM if on_its_head else Image.Transpose.FLIP_LEFT_RIGHT
    out = io.BytesIO()
    with Image.open(io.BytesIO(picture), formats=("JPEG",)) as image:
        image.transpose(turn).save(out, "JPEG", quality=80)
    return out.getvalue()
