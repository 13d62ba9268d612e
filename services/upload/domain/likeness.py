"""When two pictures are the same: near by their hash, then alike in every place of their maps.

The worker makes both (`workers/images/likeness.py`): 256 bits, and 64 × 64 normalised brightnesses.
A hash alone would call two people's scans of one form the same; the three points that differ most
tell them apart, for there stand the names. How much they may differ depends on what the other
points do: a rougher copy of one picture differs a little everywhere, another name on one form in
its place alone. Figures: bench/RESULTS.md.
"""

import dataclasses as dc
import operator

MOST_BITS_APART = 24
"""Of 256. The same photo saved smaller or rougher stays within; others are half the bits away."""
MOST_DISTANCE = 0.045
"""Of the two maps. The same photos saved smaller or rougher are within .029."""
MOST_PROMINENCE = 3.4
"""Of the points that differ most over the others. 240 copies of photos and forms were within 2.2;
of 12,545 pairs of a form filled in by different people the nearest stood at 5.3."""
LUMA_BYTES = 64 * 64
BANDS = 16
"""Two hashes at most 15 bits apart agree in one of 16 bands of 16 bits; most do up to 24."""

_POINTS_THAT_COUNT = 3
_OTHERS = 0.9
"""Nine points in ten differ by at most what the others are said to."""
_BRIGHTEST = 255


@dc.dataclass(frozen=True)
class Apart:
    """How two maps differ: `distance` 0–1, and how far its points stand above the others."""

    distance: float
    prominence: float

    @property
    def is_same(self) -> bool:
        """Whether they are maps of one picture."""
        return self.distance <= MOST_DISTANCE and self.prominence <= MOST_PROMINENCE


def bands(picture_hash: str) -> list[int]:
    """What an index can look up: each band's number and its 16 bits, as one whole number."""
    value = int(picture_hash, 16)
    return [(band << 16) | (value >> (16 * band)) & 0xFFFF for band in range(BANDS)]


def bits(picture_hash: str) -> str:
    """The hash as the database holds it: 256 zeros and ones."""
    return f"{int(picture_hash, 16):0256b}"


def compare(one: bytes, other: bytes) -> Apart:
    """By the mean difference of the three points that differ most."""
    apart = sorted(map(abs, map(operator.sub, one, other)))
    most = sum(apart[-_POINTS_THAT_COUNT:]) / _POINTS_THAT_COUNT
    others = apart[int(_OTHERS * len(apart))]
    # Levels are whole numbers: one of them is what rounding alone makes of two equal maps.
    return Apart(distance=most / _BRIGHTEST, prominence=most / (1 + others))
