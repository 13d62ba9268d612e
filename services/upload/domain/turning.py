"""Turning an image by one tap: an EXIF orientation composed with a turn; the bytes stay (R7).

Every orientation is a mirroring or none, followed by quarter turns to the right; so is what she
asks for, and two of these make one again. Standard: CIPA DC-008, tag 274.
"""

from collections.abc import Mapping
from enum import StrEnum


class Turn(StrEnum):
    """What she asks for, seen on the upright picture."""

    RIGHT = "right"
    LEFT = "left"
    HALF = "half"
    MIRROR = "mirror"
    """Left and right exchanged."""


_MADE_OF: Mapping[int, tuple[bool, int]] = {
    1: (False, 0),
    2: (True, 0),
    3: (False, 2),
    4: (True, 2),
    5: (True, 3),
    6: (False, 1),
    7: (True, 1),
    8: (False, 3),
}
"""Orientation → whether left and right are exchanged first, then quarter turns to the right."""
_ORIENTATIONS = {made: orientation for orientation, made in _MADE_OF.items()}
_QUARTERS: Mapping[Turn, int] = {Turn.RIGHT: 1, Turn.HALF: 2, Turn.LEFT: 3}

CURES: Mapping[str, Turn] = {
    "sideways_left": Turn.RIGHT,
    "sideways_right": Turn.LEFT,
    "upside_down": Turn.HALF,
    "mirrored": Turn.MIRROR,
}
"""Code of a finding → the turn that cures it."""


def turned(orientation: int, turn: Turn) -> int:
    """The orientation that shows the picture with this turn on top of the one it had."""
    mirrored, quarters = _MADE_OF[orientation]
    if turn is Turn.MIRROR:
        # Mirroring a picture that was turned right is mirroring first and turning left.
        return _ORIENTATIONS[not mirrored, -quarters % 4]
    return _ORIENTATIONS[mirrored, (quarters + _QUARTERS[turn]) % 4]
