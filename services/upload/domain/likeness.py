"""When two pictures are the same: near by their hash, then alike in every place of their maps.

The worker makes both (`workers/images/likeness.py`): 256 bits, and 64 × 64 normalised brightnesses.
A hash alone would call two people's scans of one form the same; the six places that differ most
tell them apart, for there stand the names. Figures: bench/RESULTS.md.
"""

from collections.abc import Sequence

MOST_BITS_APART = 24
"""Of 256. The same photo saved smaller or rougher stays within; others are half the bits away."""
MOST_DISTANCE = 0.10
"""Of the two maps; above, they are two pictures."""
LUMA_BYTES = 64 * 64
BANDS = 16
"""Two hashes at most 15 bits apart agree in one of 16 bands of 16 bits; most do up to 24."""

_EDGE, _PLACE_EDGE, _PLACES_THAT_COUNT = 64, 4, 6
_BRIGHTEST = 255


def bands(picture_hash: str) -> list[int]:
    """What an index can look up: each band's number and its 16 bits, as one whole number."""
    value = int(picture_hash, 16)
    return [(band << 16) | (value >> (16 * band)) & 0xFFFF for band in range(BANDS)]


def bits(picture_hash: str) -> str:
    """The hash as the database holds it: 256 zeros and ones."""
    return f"{int(picture_hash, 16):0256b}"


def distance(one: bytes, other: bytes) -> float:
    """0 for the same map to 1: the mean difference of the six places that differ most."""
    apart = [abs(a - b) for a, b in zip(one, other, strict=True)]
    places = sorted(_places(apart), reverse=True)[:_PLACES_THAT_COUNT]
    return sum(places) / (_PLACES_THAT_COUNT * _PLACE_EDGE**2 * _BRIGHTEST)


def _places(apart: Sequence[int]) -> list[int]:
    """The sums over squares of 4 × 4 points."""
    across = range(0, _EDGE, _PLACE_EDGE)
    sums = [sum(apart[at : at + _PLACE_EDGE]) for at in range(0, len(apart), _PLACE_EDGE)]
    in_a_row = len(across)
    return [
        sum(sums[(row + line) * in_a_row + place] for line in range(_PLACE_EDGE))
        for row in across
        for place in range(in_a_row)
    ]
