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

from libs.common.messages import Finding
from workers.images import lines
from workers.images.codes import Warn
from workers.images.lines import Lines, Sums
from workers.images.render import Pixels
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
"""Difference of two luma values two cells apart that counts as an edge."""
_BLOWN_LUMA = 250
_HALF_WINDOW = 4
_WINDOW = 2 * _HALF_WINDOW + 1
_FEWEST_EDGES = 50
_SHARES = 4096
"""Slopes are told apart in so many parts of their range."""


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


def measure(view: Pixels, *, width: int, height: int) -> Signals:
    """Signals of the upright picture. `width`, `height`: as it came, before the decoder halved."""
    view = lines.widened(view)
    rows, columns = lines.across(view), lines.down(view)
    across, across_contrast = _edges(rows)
    down, down_contrast = _edges(columns)
    p5, p50, p95, blown = _exposure(rows)
    return Signals(
        sharpness=min(across, down),
        contrast=min(across_contrast, down_contrast),
        luma_p5=p5,
        luma_p50=p50,
        luma_p95=p95,
        blown_share=blown,
        edge_share=_edge_share(rows),
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


def _edges(looked: Lines) -> tuple[float, float]:
    """90th percentile of slope over range at strong edges, and the contrast of the strongest."""
    sums, pixels = looked.thick, looked.thick_pixels
    width = sums.shape[1] - _WINDOW + 1
    if width < 1:
        return 0.0, 0.0
    spread = _range(sums, width)
    contrast = _quantile(spread[::2, ::2], 0.99)
    strong = np.flatnonzero(spread >= max(BLANK_CONTRAST * pixels, 0.6 * contrast))
    if strong.size < _FEWEST_EDGES:
        return 0.0, contrast / pixels
    ahead = sums[:, _HALF_WINDOW + 1 : _HALF_WINDOW + 1 + width]
    slopes = np.abs(ahead - sums[:, _HALF_WINDOW - 1 : _HALF_WINDOW - 1 + width])
    shares = slopes.ravel()[strong].astype(np.int32) * _SHARES // spread.ravel()[strong]
    return _quantile(shares, 0.9) / _SHARES, contrast / pixels


def _range(sums: Sums, width: int) -> Sums:
    """Running maximum less running minimum over nine places: windows of 2, 4, 8, then one more."""
    high, low = sums, sums
    for shift in (1, 2, 4):
        high = np.maximum(high[:, :-shift], high[:, shift:])
        low = np.minimum(low[:, :-shift], low[:, shift:])
    last = sums[:, _WINDOW - 1 : _WINDOW - 1 + width]
    spread: Sums = np.maximum(high[:, :width], last) - np.minimum(low[:, :width], last)
    return spread


def _quantile(values: NDArray[Any], share: float) -> int:
    """The value at that share of whole numbers ≥ 0, by counting: they need no sorting."""
    return _reached(np.bincount(values.ravel()).cumsum(), share)


def _reached(reached: NDArray[Any], share: float) -> int:
    return int(np.searchsorted(reached, share * reached[-1]))


def _exposure(rows: Lines) -> tuple[float, float, float, float]:
    """Percentiles 5, 50, 95 and the share of blown-out places."""
    reached = np.bincount(rows.thick.ravel()).cumsum()
    p5, p50, p95 = (_reached(reached, share) / rows.thick_pixels for share in (0.05, 0.5, 0.95))
    below = _BLOWN_LUMA * rows.thick_pixels - 1
    blown = 1 - reached[below] / reached[-1] if below < reached.size else 0.0
    return p5, p50, p95, float(blown)


def _edge_share(rows: Lines) -> float:
    """Share of cells, on the looked-at rows, whose neighbours left and right differ by a step."""
    thin = rows.thin
    steps = np.abs(thin[:, 2:] - thin[:, :-2])
    return float((steps > _EDGE_STEP * rows.cell_pixels).mean())
