"""Pieces of bytes that follow one another, read as one file: no second copy of a big photo."""

import io
import os
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

from services.upload.domain.metadata import Piece

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


class Pieces(io.RawIOBase):
    """A file to read from. What sends it may go back to its beginning and send it again."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        super().__init__()
        self._pieces = [memoryview(piece) for piece in pieces if len(piece)]
        self._ends = list(accumulate(map(len, self._pieces)))
        self.size = self._ends[-1] if self._ends else 0
        self._at = 0

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """The new place, from the beginning."""
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self.size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def tell(self) -> int:
        """The place, from the beginning."""
        return self._at

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """As much as fits, out of one piece; 0 at the end."""
        if self._at >= self.size:
            return 0
        number = bisect_right(self._ends, self._at)
        piece = self._pieces[number]
        start = self._at - (self._ends[number] - len(piece))
        room = memoryview(buffer).cast("B")
        part = piece[start : start + len(room)]
        room[: len(part)] = part
        self._at += len(part)
        return len(part)
