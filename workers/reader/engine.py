"""What an engine of OCR is to this worker: bytes of a picture in, lines of text out."""

import dataclasses as dc
from collections.abc import Sequence
from typing import Protocol


@dc.dataclass(frozen=True)
class Line:
    """One line of text with its box in pixels of the view, and how sure the engine is, 0–1."""

    text: str
    confidence: float
    left: float
    top: float
    right: float
    bottom: float


class Engine(Protocol):
    """Reads upright pictures. Made after the fork; never loads a model over the network."""

    name: str
    """With its version: the same name and the same bytes give the same lines."""

    def read(self, picture: bytes) -> Sequence[Line]:
        """The lines in reading order; none when there is no text."""
