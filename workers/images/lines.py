"""Brightness along fifty rows and fifty columns of a picture: all that its signals stand on.

The picture is thought of in cells of so many pixels that its long edge has 800–1599 of them: the
signals are calibrated on that scale. Only the cells that are looked at are ever added up; to shrink
the whole picture first would cost twice as much.
"""

import dataclasses as dc

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from workers.images.render import Pixels

LEAST_CELLS = 800
"""Along the long edge."""
_LINES = 50
"""Lines looked at in each direction; twice as many change the third digit of a sharpness only."""
_FEWEST_CELLS = 12
"""In either direction: the window that a slope is held against, and its neighbours."""
THICK = 3
"""A line is so many cells thick: single ones are too grainy to measure a slope on."""

Luma = NDArray[np.uint8]
Sums = NDArray[np.int16]
"""Sums over whole cells, undivided: 9 cells of 3 × 3 pixels of 255 make 20,655."""


@dc.dataclass(frozen=True)
class Lines:
    """Sums of luma: each row of an array is one line, whatever its direction in the picture."""

    thick: Sums
    """Over 3 × 3 cells."""
    thin: Sums
    """Over single cells, of the first of the line's three."""
    cell_pixels: int

    @property
    def thick_pixels(self) -> int:
        """How many pixels a sum of `thick` is made of."""
        return THICK * THICK * self.cell_pixels


def widened(view: Pixels) -> Pixels:
    """The view, or one whose pixels are repeated where an edge is too short to look along."""
    least = _FEWEST_CELLS * _cell(view)
    for axis in (0, 1):
        if view.shape[axis] < least:
            view = np.ascontiguousarray(view.repeat(-(-least // view.shape[axis]), axis))
    return view


def across(view: Pixels) -> Lines:
    """Rows, top to bottom."""
    wide, cell = _wide(view), _cell(view)
    height, width = wide.shape[0], wide.shape[1] // cell * cell
    period = _period(height, cell)
    count = height // period
    bands = wide[: count * period].reshape(count, period, -1)[:, : THICK * cell, :width]
    luma = _luma(bands.reshape(-1, width)).reshape(count, THICK * cell, width)
    thin = _added([luma[:, row] for row in range(cell)])
    thick = thin + _added([luma[:, row] for row in range(cell, THICK * cell)])
    return _lines(thin, thick, cell)


def down(view: Pixels) -> Lines:
    """Columns, left to right."""
    wide, cell = _wide(view), _cell(view)
    height, width = wide.shape[0] // cell * cell, wide.shape[1]
    period = _period(width, cell)
    count = width // period
    bands = wide[:height, : count * period].reshape(height, count, period)[:, :, : THICK * cell]
    luma = _luma(bands.reshape(height, -1)).reshape(height, count, THICK * cell)
    thin = _added([luma[:, :, column] for column in range(cell)])
    thick = thin + _added([luma[:, :, column] for column in range(cell, THICK * cell)])
    return _lines(np.ascontiguousarray(thin.T), np.ascontiguousarray(thick.T), cell)


def _wide(view: Pixels) -> NDArray[np.uint32]:
    """Each pixel as one number: they are moved, not computed with."""
    return view.view(np.uint32)[:, :, 0]


def _cell(view: Pixels) -> int:
    """Edge of a cell in pixels."""
    long_edge: int = max(view.shape)
    return max(1, long_edge // LEAST_CELLS)


def _period(pixels: int, cell: int) -> int:
    """Pixels from one line to the next; at least the line itself."""
    return max(THICK * cell, pixels // _LINES)


def _luma(wide: NDArray[np.uint32]) -> Luma:
    height, width = wide.shape
    pixels = np.ascontiguousarray(wide)
    image = Image.frombuffer("RGBX", (width, height), pixels, "raw", "RGBX", 0, 1)
    return np.asarray(image.convert("L"))


def _added(parts: list[NDArray[np.uint8]]) -> Sums:
    total = parts[0].astype(np.int16)
    for part in parts[1:]:
        total += part
    return total


def _lines(thin: Sums, thick: Sums, cell: int) -> Lines:
    """Along the line too: pixels to cells, and of thick lines three cells to one sum."""
    cells = _gathered(thick, cell)
    threes = cells[:, :-2] + cells[:, 1:-1]
    threes += cells[:, 2:]
    return Lines(threes, _gathered(thin, cell), cell * cell)


def _gathered(sums: Sums, cell: int) -> Sums:
    cells = sums[:, ::cell]
    for place in range(1, cell):
        cells = cells + sums[:, place::cell]
    return cells
