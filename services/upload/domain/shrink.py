"""The shrink door (R8): a photo that no browser could shrink waits for its owner's yes.

It is no image before she has confirmed what came of it; until then it counts for nothing, and no
deadline waits for it.
"""

import dataclasses as dc
import datetime as dt
from enum import StrEnum
from typing import Literal

from services.upload.domain.metadata import Piece

MAX_BYTES = 20 * 1024 * 1024
"""R8. A phone's photo has 1.5 to 15 MB."""
MAX_OPEN = 12
"""Photos of one application that may wait at a time: 240 MB at most."""
KEPT = dt.timedelta(hours=24)
"""How long a photo waits for her; far longer than anybody looks at a page."""

Format = Literal["jpeg", "png", "heic"]


class ShrinkState(StrEnum):
    """Where a photo stands."""

    PENDING = "pending"
    """Being made smaller."""
    READY = "ready"
    """She is asked."""
    REFUSED = "refused"
    """No image could be made of it; she is told why."""
    CONFIRMED = "confirmed"
    """It is an image now."""
    DISMISSED = "dismissed"
    EXPIRED = "expired"


OPEN = (ShrinkState.PENDING, ShrinkState.READY, ShrinkState.REFUSED)
"""What her page shows."""
HOLDING = (ShrinkState.PENDING, ShrinkState.READY)
"""What may still become an image."""


@dc.dataclass(frozen=True)
class Photo:
    """What was sent, without its owner's traces where those can be cut without decoding."""

    pieces: tuple[Piece, ...]
    """They follow one another; those of a big file lie on the disk."""
    orientation: int
    format: Format


def has_room(*, free: int, holding: int) -> bool:
    """Whether one more photo could find its place, if all that wait were confirmed."""
    return free > holding
