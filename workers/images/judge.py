"""Measures a picture's fitness to be read, and says what is wrong with it.

Sharpness is the steepest slope of strong edges over their local range: unlike the variance of the
Laplacian it does not care how much text a page has, and it sees motion, because the blunter of
the two directions counts. The raw signals travel with the findings, to be compared with the
reviewers' verdicts; the thresholds come from drawn papers degraded in 58 ways (docs/pictures.md).
"""

import dataclasses as dc
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from libs.common.messages import Finding
from workers.images.codes import Warn
from workers.images.upright import Lie

BLURRY_SHARPNESS = 0.50
"""Good papers measure .66–.71, blur of 2 px .52–.59, of 3 px .43–.52."""
VERY_BLURRY_SHARPNESS = 0.40
"""Blur of 4 px and more, motion of 15 px: nobody can read it."""
LEAST_CONTRAST_FOR_SHARPNESS = 20
"""Below, noise passes for edges and the figure says nothing."""
DARK_P95 = 60
"""Good papers have a p95 above 150, a tenth of the light 22–46."""
FLAT_CONTRAST = 25
BLANK_EDGE_SHARE = 0.012
BLANK_CONTRAST = 12
"""Twice what grain makes on an empty page; a blurred page, which has few edges, shows more."""
SMALL_LONG_EDGE_PX = 640
SURE_OF_LIE = 0.8
"""Of drawn papers up to 15° askew none was called turned that was not, from this certainty on."""

_EDGE_STEP = 24
"""Difference of two luma values two pixels apart that counts as an edge."""
_BLOWN_LUMA = 250
_LINES = 100
"""Lines looked at in each direction; more change the third digit only."""
_HALF_WINDOW = 4
_WINDOW = 2 * _HALF_WINDOW + 1
_BOX = 9
"""Sums over 3 × 3 pixels stay undivided, so every luma figure is nine times as large."""
_FEWEST_EDGES = 50

Luma = NDArray[np.uint8]
Sums = NDArray[np.int16]


@dc.dataclass(frozen=True)
class Signals:
    """Raw measurements. Luma figures are 0–255, shares 0–1."""

    sharpness: float
    contrast: float
    luma_p5: float
    luma_p50: float
    luma_p95: float
    blown_share: float
    edge_share: float
    long_edge_px: float
    short_edge_px: float

    def as_dict(self) -> dict[str, float]:
        """For the message, rounded to what a measurement is worth."""
        return {name: round(float(value), 4) for name, value in dc.asdict(self).items()}


def measure(middle: Image.Image, *, width: int, height: int) -> Signals:
    """Signals of the middle plane (long edge 800–1599 px). `width`, `height`: the whole picture."""
    luma: Luma = np.asarray(middle.convert("L"))
    across, across_contrast = _edges(_across(luma))
    down, down_contrast = _edges(_down(luma))
    p5, p50, p95, blown = _exposure(luma)
    return Signals(
        sharpness=min(across, down),
        contrast=min(across_contrast, down_contrast),
        luma_p5=p5,
        luma_p50=p50,
        luma_p95=p95,
        blown_share=blown,
        edge_share=_edge_share(luma),
        long_edge_px=max(width, height),
        short_edge_px=min(width, height),
    )


def findings(signals: Signals) -> tuple[Finding, ...]:
    """The warnings that the signals give rise to, one cause each: dark hides flat and blank."""
    found: list[Finding] = []
    if signals.luma_p95 < DARK_P95:
        found.append(_warn(Warn.DARK, signals.luma_p95, DARK_P95))
    elif signals.edge_share < BLANK_EDGE_SHARE and signals.contrast < BLANK_CONTRAST:
        found.append(_warn(Warn.BLANK, signals.edge_share, BLANK_EDGE_SHARE))
    elif signals.contrast < FLAT_CONTRAST:
        found.append(_warn(Warn.FLAT, signals.contrast, FLAT_CONTRAST))
    if signals.contrast >= LEAST_CONTRAST_FOR_SHARPNESS:
        if signals.sharpness < VERY_BLURRY_SHARPNESS:
            found.append(_warn(Warn.VERY_BLURRY, signals.sharpness, VERY_BLURRY_SHARPNESS))
        elif signals.sharpness < BLURRY_SHARPNESS:
            found.append(_warn(Warn.BLURRY, signals.sharpness, BLURRY_SHARPNESS))
    if signals.long_edge_px < SMALL_LONG_EDGE_PX:
        found.append(_warn(Warn.SMALL, signals.long_edge_px, SMALL_LONG_EDGE_PX))
    return tuple(found)


_LIES = {90: Warn.SIDEWAYS_RIGHT, 180: Warn.UPSIDE_DOWN, 270: Warn.SIDEWAYS_LEFT}
"""Degrees by which a paper is turned clockwise → what is said; 0 needs no word."""


def lying(signals: Signals, lie: Lie) -> tuple[Finding, ...]:
    """The warning of a paper that does not stand upright, in per cent of certainty."""
    code = _LIES.get(lie.degrees)
    is_blank = signals.edge_share < BLANK_EDGE_SHARE
    if code is None or is_blank or lie.certainty < SURE_OF_LIE:
        return ()
    return (_warn(code, round(lie.certainty * 100), SURE_OF_LIE * 100),)


def lie_as_dict(lie: Lie) -> dict[str, float]:
    """For the message, beside the other signals."""
    return {"lie_degrees": float(lie.degrees), "lie_certainty": round(lie.certainty, 4)}


def _warn(code: Warn, measured: float, threshold: float) -> Finding:
    return Finding(
        code=code.value,
        severity="warn",
        measured=round(float(measured), 4),
        threshold=float(threshold),
    )


def _step(lines: int) -> int:
    """Rows (or columns) from one looked-at triple to the next; at least the triple itself."""
    return max(3, lines // _LINES)


def _across(luma: Luma) -> Sums:
    """Sums over 3 × 3 boxes around every `step`th row; the scan direction is axis 1."""
    step, end = _step(luma.shape[0]), luma.shape[0] - 2
    rows = luma[0:end:step].astype(np.int16)
    rows += luma[1 : end + 1 : step]
    rows += luma[2 : end + 2 : step]
    sums: Sums = rows[:, :-2] + rows[:, 1:-1]
    sums += rows[:, 2:]
    return sums


def _down(luma: Luma) -> Sums:
    """The same for columns, turned so that the scan direction is axis 1 again."""
    step, end = _step(luma.shape[1]), luma.shape[1] - 2
    columns = luma[:, 0:end:step].astype(np.int16)
    columns += luma[:, 1 : end + 1 : step]
    columns += luma[:, 2 : end + 2 : step]
    lines = np.ascontiguousarray(columns.T)
    sums: Sums = lines[:, :-2] + lines[:, 1:-1]
    sums += lines[:, 2:]
    return sums


def _edges(sums: Sums) -> tuple[float, float]:
    """90th percentile of slope over range at strong edges, and the contrast of the strongest."""
    width = sums.shape[1] - _WINDOW + 1
    if width < 1:
        return 0.0, 0.0
    spread = _range(sums, width)
    contrast = float(_quantile(spread[::2, ::2].ravel(), 0.99))
    strong = np.flatnonzero(spread >= max(BLANK_CONTRAST * _BOX, 0.6 * contrast))
    if strong.size < _FEWEST_EDGES:
        return 0.0, contrast / _BOX
    ahead = sums[:, _HALF_WINDOW + 1 : _HALF_WINDOW + 1 + width]
    slopes = np.abs(ahead - sums[:, _HALF_WINDOW - 1 : _HALF_WINDOW - 1 + width])
    shares = slopes.ravel()[strong] / spread.ravel()[strong]
    return float(_quantile(shares, 0.9)), contrast / _BOX


def _range(sums: Sums, width: int) -> Sums:
    """Running maximum less running minimum over nine pixels: windows of 2, 4, 8, then one more."""
    high, low = sums, sums
    for shift in (1, 2, 4):
        high = np.maximum(high[:, :-shift], high[:, shift:])
        low = np.minimum(low[:, :-shift], low[:, shift:])
    last = sums[:, _WINDOW - 1 : _WINDOW - 1 + width]
    spread: Sums = np.maximum(high[:, :width], last) - np.minimum(low[:, :width], last)
    return spread


def _quantile(values: NDArray[Any], share: float) -> Any:
    """The value at that share of the sorted values, without sorting all of them."""
    place = int(share * (values.size - 1))
    return np.partition(values, place)[place]


def _exposure(luma: Luma) -> tuple[float, float, float, float]:
    """Percentiles 5, 50, 95 and the share of blown-out pixels, on a sixteenth of the pixels."""
    sample = luma[::4, ::4].ravel()
    counts = np.bincount(sample, minlength=256)
    reached = counts.cumsum()
    p5, p50, p95 = (
        float(np.searchsorted(reached, share * sample.size)) for share in (0.05, 0.5, 0.95)
    )
    return p5, p50, p95, float(counts[_BLOWN_LUMA:].sum() / sample.size)


def _edge_share(luma: Luma) -> float:
    """Share of pixels, on the looked-at rows, whose neighbours left and right differ by a step."""
    rows = luma[1 : -1 : _step(luma.shape[0])].astype(np.int16)
    return float((np.abs(rows[:, 2:] - rows[:, :-2]) > _EDGE_STEP).mean())
