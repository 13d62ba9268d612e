"""Charts drawn on the server as SVG; colours by class, because the policy allows no style."""

import dataclasses as dc
import math
from collections.abc import Mapping, Sequence

from markupsafe import Markup, escape

LEFT, RIGHT, TOP, BOTTOM = 44, 20, 12, 28
SPARK_WIDTH, SPARK_HEIGHT = 120, 34
TICK_WIDTH = 56
"""Space that a time such as 13:30 needs with air around it."""
Value = float | None


@dc.dataclass(frozen=True)
class Line:
    """One line. `kind` is the class that gives the colour; None in `values` is a gap."""

    name: str
    kind: str
    values: Sequence[Value]


def chart(
    lines: Sequence[Line],
    ticks: Mapping[int, str],
    *,
    title: str,
    width: int,
    height: int,
    kind: str = "",
    top: int | None = None,
) -> Markup:
    """Lines over time with a filled ground under the first. `ticks`: index of a value → label.

    `top` is the highest value of the scale; without it the lines say.
    """
    points = max((len(line.values) for line in lines), default=0)
    top = top or nice_top(
        max((v for line in lines for v in line.values if v is not None), default=0)
    )
    inner_width, inner_height = width - LEFT - RIGHT, height - TOP - BOTTOM
    parts = [_grid(top, width, inner_height), _axis(ticks, points, inner_width, height)]
    for index, line in enumerate(lines):
        parts.append(_line(line, top, inner_width, inner_height, filled=index == 0))
    return Markup(
        '<svg class="chart {}" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>'
    ).format(kind, width, height, title, Markup("").join(parts))


def spark(values: Sequence[Value], kind: str) -> Markup:
    """A small line without axes; the number beside it says the rest."""
    top = max((v for v in values if v is not None), default=0) or 1
    points = [
        (i * SPARK_WIDTH / max(1, len(values) - 1), SPARK_HEIGHT - 2 - (SPARK_HEIGHT - 6) * v / top)
        for i, v in enumerate(values)
        if v is not None
    ]
    if len(points) < 2:  # noqa: PLR2004 - a line has two ends
        return Markup("")
    return Markup(
        '<svg class="spark" viewBox="0 0 {w} {h}" aria-hidden="true">'
        '<path class="area {kind}" d="{path} V{h} H{x:.1f} Z"/>'
        '<path class="line {kind}" d="{path}"/></svg>'
    ).format(w=SPARK_WIDTH, h=SPARK_HEIGHT, kind=kind, path=_path(points), x=points[0][0])


def nice_top(highest: float) -> int:
    """The smallest of 4, 8, 12, 20, 40, 80, 120, 200 … that is not below the highest value."""
    if highest <= 4:  # noqa: PLR2004 - four steps of one
        return 4
    power = 10 ** math.floor(math.log10(highest / 4))
    step = next(s for s in (1, 2, 3, 5, 10) if s * power * 4 >= highest)
    return int(step * power * 4)


def _grid(top: int, width: int, inner_height: int) -> Markup:
    rows = []
    for step in range(5):
        y = TOP + inner_height * (1 - step / 4)
        rows.append(
            Markup(
                '<path class="rule" d="M{} {:.1f}H{}"/><text class="tick end" x="{}" y="{:.1f}">{}'
                "</text>"
            ).format(LEFT, y, width - RIGHT, LEFT - 8, y + 4, top * step // 4)
        )
    return Markup("").join(rows)


def _axis(ticks: Mapping[int, str], points: int, inner_width: int, height: int) -> Markup:
    fitting = max(1, inner_width // TICK_WIDTH)
    every = math.ceil(len(ticks) / fitting)
    texts = []
    for index in sorted(ticks, reverse=True)[::every]:
        x = LEFT + inner_width * index / max(1, points - 1)
        text = '<text class="tick mid" x="{:.1f}" y="{}">{}</text>'
        texts.append(Markup(text).format(x, height - 8, ticks[index]))  # noqa: S704
    return Markup("").join(texts)


def _line(line: Line, top: int, inner_width: int, inner_height: int, *, filled: bool) -> Markup:
    last = max(1, len(line.values) - 1)
    runs: list[list[tuple[float, float]]] = [[]]
    for index, value in enumerate(line.values):
        if value is None:
            runs.append([])
        else:
            y = TOP + inner_height * (1 - value / top)
            runs[-1].append((LEFT + inner_width * index / last, y))
    bottom = TOP + inner_height
    parts = []
    for run in filter(None, runs):
        if filled and len(run) > 1:
            shape = '<path class="area {}" d="{} V{} H{:.1f} Z"/>'
            parts.append(Markup(shape).format(line.kind, _path(run), bottom, run[0][0]))  # noqa: S704
        parts.append(Markup('<path class="line {}" d="{}"/>').format(line.kind, _path(run)))
    if runs[-1]:
        x, y = runs[-1][-1]
        dot = '<circle class="dot {}" cx="{:.1f}" cy="{:.1f}" r="4"/>'
        parts.append(Markup(dot).format(line.kind, x, y))  # noqa: S704
    return Markup("").join(parts)


def _path(points: Sequence[tuple[float, float]]) -> str:
    return str(escape("M" + " L".join(f"{x:.1f} {y:.1f}" for x, y in points)))
