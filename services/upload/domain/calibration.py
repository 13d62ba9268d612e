"""How well a signal foretells that reviewers ask for another picture; where to draw the line."""

import bisect
import dataclasses as dc
from collections.abc import Sequence

MOST_FALSE_SHARE = 0.03
"""Of accepted pictures, at most so many may be warned of."""
FEWEST_OF_EACH = 20
"""Below, a figure would say more of chance than of the signal."""


@dc.dataclass(frozen=True, kw_only=True)
class Calibrated:
    """One signal against the verdicts."""

    signal: str
    replaced: int
    accepted: int
    area: float
    """Under the curve: .5 foretells nothing, 0 or 1 everything."""
    warns_below: bool
    """Whether low values are the bad ones."""
    threshold: float
    """At which 3 % of the accepted pictures would be warned of."""
    caught: float
    """Share of the replaced pictures that this threshold warns of."""


def calibrate(
    signal: str, *, replaced: Sequence[float], accepted: Sequence[float]
) -> Calibrated | None:
    """The figures of one signal; None where there are too few verdicts."""
    if min(len(replaced), len(accepted)) < FEWEST_OF_EACH:
        return None
    area = _area(sorted(replaced), accepted)
    warns_below = area >= 1 / 2
    threshold = _line(accepted, warns_below=warns_below)
    caught = sum(value < threshold if warns_below else value > threshold for value in replaced)
    return Calibrated(
        signal=signal,
        replaced=len(replaced),
        accepted=len(accepted),
        area=area,
        warns_below=warns_below,
        threshold=threshold,
        caught=caught / len(replaced),
    )


def _area(replaced: Sequence[float], accepted: Sequence[float]) -> float:
    """The chance that an accepted picture measures more than a replaced one."""
    wins = sum(
        bisect.bisect_left(replaced, value) + bisect.bisect_right(replaced, value)
        for value in accepted
    )
    return wins / (2 * len(replaced) * len(accepted))


def _line(accepted: Sequence[float], *, warns_below: bool) -> float:
    ordered = sorted(accepted, reverse=not warns_below)
    return ordered[int(MOST_FALSE_SHARE * len(ordered))]
