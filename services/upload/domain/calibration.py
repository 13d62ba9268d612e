"""How well a signal foretells that reviewers ask for another picture; where to draw the line."""

import bisect
import dataclasses as dc
from collections.abc import Mapping, Sequence

MOST_FALSE_SHARE = 0.03
"""Of accepted pictures, at most so many may be warned of."""
FEWEST_OF_EACH = 20
"""Below, a figure would say more of chance than of the signal."""


@dc.dataclass(frozen=True, kw_only=True)
class Verdict:
    """One picture: what was measured, what she was warned of, and what the reviewers said."""

    was_replaced: bool
    signals: Mapping[str, float]
    warned: Mapping[str, float]
    """Code of each warning → the threshold from which it was said."""


@dc.dataclass(frozen=True, kw_only=True)
class Warned:
    """A warning as it is said today, against the verdicts."""

    code: str
    threshold: float
    caught: float
    """Share of the replaced pictures that it was said of."""
    false: float
    """Share of the accepted ones."""


@dc.dataclass(frozen=True, kw_only=True)
class Report:
    """Signals, the most telling first; warnings, those that catch most first."""

    replaced: int
    accepted: int
    signals: Sequence["Calibrated"]
    warnings: Sequence[Warned]


@dc.dataclass(frozen=True, kw_only=True)
class Calibrated:
    """One signal against the verdicts."""

    signal: str
    replaced: int
    accepted: int
    area: float
    """Under the curve, seen from the side of the bad: .5 foretells nothing, 1 everything."""
    warns_below: bool
    """Whether low values are the bad ones."""
    threshold: float
    """At which 3 % of the accepted pictures would be warned of."""
    caught: float
    """Share of the replaced pictures that this threshold warns of."""


def report(verdicts: Sequence[Verdict]) -> Report:
    """What the verdicts say of every signal and warning; nothing where there are too few."""
    replaced = [verdict for verdict in verdicts if verdict.was_replaced]
    accepted = [verdict for verdict in verdicts if not verdict.was_replaced]
    signals = [
        calibrate(
            signal,
            replaced=[v.signals[signal] for v in replaced if signal in v.signals],
            accepted=[v.signals[signal] for v in accepted if signal in v.signals],
        )
        for signal in sorted({name for verdict in verdicts for name in verdict.signals})
    ]
    is_enough = min(len(replaced), len(accepted)) >= FEWEST_OF_EACH
    return Report(
        replaced=len(replaced),
        accepted=len(accepted),
        signals=sorted((s for s in signals if s), key=lambda s: -s.area),
        warnings=_warnings(replaced, accepted) if is_enough else (),
    )


def _warnings(replaced: Sequence[Verdict], accepted: Sequence[Verdict]) -> Sequence[Warned]:
    thresholds = {
        code: threshold for v in (*replaced, *accepted) for code, threshold in v.warned.items()
    }
    found = (
        Warned(
            code=code,
            threshold=threshold,
            caught=sum(code in v.warned for v in replaced) / len(replaced),
            false=sum(code in v.warned for v in accepted) / len(accepted),
        )
        for code, threshold in sorted(thresholds.items())
    )
    return sorted(found, key=lambda warned: -warned.caught)


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
        area=area if warns_below else 1 - area,
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
