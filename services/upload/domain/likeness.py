"""When two pictures are the same: near by their hash, then alike in every place of their maps.

The worker makes both (`workers/images/likeness.py`): 256 bits, and 64 × 64 normalised brightnesses.
A hash alone would call two people's scans of one form the same; the three points that differ most
tell them apart, for there stand the names. Figures: bench/RESULTS.md.
"""

import heapq
import operator

MOST_BITS_APART = 24
"""Of 256. The same photo saved smaller or rougher stays within; others are half the bits away."""
MOST_DISTANCE = 0.025
"""Of the two maps. All of 144 photos saved smaller or rougher were within, and none of 8,385 pairs
of one form filled in by different people; their nearest were .026 apart."""
LUMA_BYTES = 64 * 64
BANDS = 16
"""Two hashes at most 15 bits apart agree in one of 16 bands of 16 bits; most do up to 24."""

_POINTS_THAT_COUNT = 3
_BRIGHTEST = 255


def bands(picture_hash: str) -> list[int]:
    """What an index can look up: each band's number and its 16 bits, as one whole number."""
    value = int(picture_hash, 16)
    return [(band << 16) | (value >> (16 * band)) & 0xFFFF for band in range(BANDS)]


def bits(picture_hash: str) -> str:
    """The hash as the database holds it: 256 zeros and ones."""
    return f"{int(picture_hash, 16):0256b}"


def distance(one: bytes, other: bytes) -> float:
    """0 for the same map to 1: the mean difference of the three points that differ most."""
    apart = map(abs, map(operator.sub, one, other))
    most: list[int] = heapq.nlargest(_POINTS_THAT_COUNT, apart)
    return sum(most) / (_POINTS_THAT_COUNT * _BRIGHTEST)
