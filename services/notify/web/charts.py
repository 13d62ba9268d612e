"""The lines of weights on the page of vendors, as points of an SVG."""

import datetime as dt
from collections.abc import Sequence

from services.notify.domain.vendors import RESTING_TOTAL
from services.notify.models.vendors import VendorChange

WIDTH, GROUND, RISE = 480, 84, 76
"""Where the last instant stands, where 0 does, and how far above it 100 does."""


def line(moves: Sequence[VendorChange], *, since: dt.datetime, until: dt.datetime) -> str:
    """A weight holds until it moves, and jumps there; `moves` are in the order of time."""
    points: list[tuple[float, float]] = []
    for move in moves:
        x = WIDTH * min(max((move.at - since) / (until - since), 0.0), 1.0)
        if points:
            points.append((x, points[-1][1]))
        points.append((x, GROUND - RISE * move.weight / RESTING_TOTAL))
    if points:
        points.append((WIDTH, points[-1][1]))
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
