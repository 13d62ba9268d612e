"""The cell: `python -m workers.images.cell`, a process that holds pictures and nothing else.

It is born with an empty environment: no key to the store, no broker. It opens what it needs, shuts
itself in, proves that a picture still opens and that nothing else does, says so with one letter,
and then answers on its pipe until that closes. `sandbox.py` is the other end.
"""

import dataclasses as dc
import json
import os
import struct
import sys
from typing import BinaryIO

from PIL import Image

from libs.common import confinement, pictures
from workers.images import upright
from workers.images.check import check

SEALED, DEGRADED, UNFIT = b"S", b"D", b"U"
"""What it says at the start: shut in by limits and the kernel; by less; unable to do its work."""
MAX_MEMORY_BYTES = 1024**3
"""Address space; the worst allowed picture needs a third of it."""
QUESTION = struct.Struct("=II")
"""Length of the bytes, and the EXIF orientation."""
ANSWER = struct.Struct("=III")
"""Lengths of the words in JSON, of the view, of the grid."""
OUT_OF_MEMORY = {"trouble": "out of memory"}


def main() -> None:
    """Steps: open, shut in, prove, then picture after picture."""
    questions, answers = sys.stdin.buffer, sys.stdout.buffer
    # What is loaded at first use is loaded now: afterwards no file can be opened.
    Image.init()
    upright.session()
    probes = pictures.probes()
    _prove(probes)
    limited = confinement.limit(memory_bytes=MAX_MEMORY_BYTES)
    sealed = confinement.seal() and confinement.is_shut()
    answers.write((SEALED if limited and sealed else DEGRADED) if _prove(probes) else UNFIT)
    answers.flush()
    while _answer(questions, answers):
        pass
    os._exit(0)


def _answer(questions: BinaryIO, answers: BinaryIO) -> bool:
    """One picture; False when the other end has closed."""
    head = questions.read(QUESTION.size)
    if len(head) < QUESTION.size:
        return False
    length, orientation = QUESTION.unpack(head)
    data = questions.read(length)
    try:
        checked = check(data, orientation=orientation)
        words = dc.asdict(dc.replace(checked, view=None, grid=None))
        view, grid = checked.view or b"", checked.grid or b""
    except MemoryError:
        words, view, grid = OUT_OF_MEMORY, b"", b""
    said = json.dumps(words).encode()
    answers.write(ANSWER.pack(len(said), len(view), len(grid)))
    answers.writelines((said, view, grid))
    answers.flush()
    return True


def _prove(whole: list[bytes]) -> bool:
    """Whole pictures open, and half of one is refused."""
    opened = [check(data, orientation=6) for data in whole]
    halves = [check(data[: len(data) // 2], orientation=1) for data in whole]
    return all(checked.view is not None for checked in opened) and all(
        [f.code for f in checked.findings] == ["damaged"] for checked in halves
    )


if __name__ == "__main__":
    main()
