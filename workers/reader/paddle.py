"""PP-OCRv6 by faster-paddle: tiny and small models stand in the wheel, nothing is downloaded.

Its `medium` is fetched at run time and is therefore never asked for.
"""

from collections.abc import Sequence
from importlib.metadata import version
from typing import Any, Literal

import faster_paddle

from workers.reader.engine import Line

Size = Literal["tiny", "small"]
DETECTION_EDGE_PX = 640
"""Lines are looked for at this long edge, and read at full size: at 1600 px the spaced digits of
an ID number fall apart (2 of 6 found), at 640 px all are found in a third of the time."""


class Paddle:
    """One model on one thread: several processes share a machine better than many threads."""

    def __init__(self, size: Size) -> None:
        self.name = f"faster-paddle-{version('faster-paddle')}-{size}"
        self._engine = faster_paddle.OcrEngine(
            model_size=size, threads=1, det_max_side=DETECTION_EDGE_PX
        )

    def read(self, picture: bytes) -> Sequence[Line]:
        """The lines in reading order."""
        found = self._engine.ocr(picture)
        return [_line(bound) for _, bound in sorted(found["bounds"].items())]


def _line(bound: dict[str, Any]) -> Line:
    left, top = bound["topLeftCoord"]
    right, bottom = bound["bottomRightCoord"]
    return Line(bound["text"], bound["confidence"], left, top, right, bottom)
