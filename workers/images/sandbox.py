"""Checks pictures in a cell of their own: a process without secrets, shut in by the kernel.

What a picture could make of its decoder has no key, no broker and no way out. A cell that dies or
does not answer is exchanged, and its picture is suspected (`worker_door.Suspect`).
"""

import json
import os
import selectors
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from libs.common import logs
from libs.common.messages import Finding
from libs.common.worker_door import Suspect, WorkerTrouble
from workers.images.cell import ANSWER, DEGRADED, QUESTION, SEALED
from workers.images.check import Checked
from workers.images.likeness import Likeness

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 4.0
"""Below the worker's own limit of 5 s; the slowest allowed picture takes a tenth of a second."""
START_PATIENCE_SECONDS = 60.0
_ENVIRONMENT = {"LANG": "C.UTF-8", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}

log = logs.logger(__name__)


class Cell:
    """One cell, started again when it is gone."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._is_ready = False
        self.is_sealed = False
        """Whether limits and the kernel's filter hold; known once it has said its first word."""

    def start(self) -> None:
        """Begin to start it; the first picture waits for the rest."""
        self._is_ready = False
        self._process = subprocess.Popen(
            [sys.executable, "-m", "workers.images.cell"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            cwd=ROOT,
            env=_ENVIRONMENT,
        )
        if self._process.stdin is not None:
            os.set_blocking(self._process.stdin.fileno(), False)

    def stop(self) -> None:
        """End it, whatever it is doing."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()

    def check(self, data: bytes, *, orientation: int) -> Checked:
        """As `workers.images.check.check`. Raises Suspect, WorkerTrouble."""
        process = self._ready()
        try:
            said, view, grid = _ask(process, data, orientation)
        except BaseException as error:
            # Also a time limit: half an answer in the pipe would be the next picture's.
            self.stop()
            if isinstance(error, OSError | EOFError | TimeoutError):
                raise Suspect(f"its cell ended: {error or type(error).__name__}") from error
            raise
        if "trouble" in said:
            raise WorkerTrouble(said["trouble"])
        return _checked(said, view, grid)

    def is_degraded(self) -> bool:
        """Whether it has said that it is not shut in as it should be. It is not waited for."""
        process = self._process
        if process is not None and not self._is_ready and _has_spoken(process):
            try:
                self._hear_first_word(process)
            except WorkerTrouble as trouble:
                log.warning("no cell yet", reason=str(trouble))
        return self._is_ready and not self.is_sealed

    def _ready(self) -> "subprocess.Popen[bytes]":
        if self._process is None or self._process.poll() is not None:
            self.stop()
            self.start()
        process = self._process
        if process is None:
            raise WorkerTrouble("no cell")
        if not self._is_ready:
            self._hear_first_word(process)
        return process

    def _hear_first_word(self, process: "subprocess.Popen[bytes]") -> None:
        try:
            word = _read(process, 1, until=time.monotonic() + START_PATIENCE_SECONDS)
        except (OSError, EOFError) as error:
            self.stop()
            raise WorkerTrouble("the cell does not start") from error
        if word not in {SEALED, DEGRADED}:
            self.stop()
            raise WorkerTrouble("the cell cannot open a picture")
        self.is_sealed = word == SEALED
        if not self.is_sealed:
            log.warning("pictures are opened in a cell that is not shut: no filter, or no limits")
        self._is_ready = True


def _ask(
    process: "subprocess.Popen[bytes]", data: bytes, orientation: int
) -> tuple[dict[str, Any], bytes, bytes]:
    until = time.monotonic() + PATIENCE_SECONDS
    _write(process, QUESTION.pack(len(data), max(0, orientation)) + data, until=until)
    lengths = ANSWER.unpack(_read(process, ANSWER.size, until=until))
    said, view, grid = (_read(process, length, until=until) for length in lengths)
    words: dict[str, Any] = json.loads(said)
    return words, view, grid


def _write(process: "subprocess.Popen[bytes]", data: bytes, *, until: float) -> None:
    """All of it. A cell that does not read must not hold the worker: the pipe takes 64 KB."""
    if process.stdin is None:
        raise EOFError
    pipe, rest = process.stdin.fileno(), memoryview(data)
    with selectors.PollSelector() as waiting:
        waiting.register(pipe, selectors.EVENT_WRITE)
        while rest:
            if not waiting.select(max(0.0, until - time.monotonic())):
                raise TimeoutError("too late")
            rest = rest[os.write(pipe, rest) :]


def _has_spoken(process: "subprocess.Popen[bytes]") -> bool:
    if process.stdout is None:
        return False
    with selectors.PollSelector() as waiting:
        waiting.register(process.stdout.fileno(), selectors.EVENT_READ)
        return bool(waiting.select(0))


def _read(process: "subprocess.Popen[bytes]", length: int, *, until: float) -> bytes:
    """So many bytes. Raises EOFError when the cell has ended, TimeoutError when it is late."""
    if process.stdout is None:
        raise EOFError
    pipe, parts, missing = process.stdout.fileno(), [], length
    with selectors.PollSelector() as waiting:
        waiting.register(pipe, selectors.EVENT_READ)
        while missing:
            if not waiting.select(max(0.0, until - time.monotonic())):
                raise TimeoutError("too late")
            part = os.read(pipe, missing)
            if not part:
                raise EOFError
            parts.append(part)
            missing -= len(part)
    return b"".join(parts)


def _checked(said: dict[str, Any], view: bytes, grid: bytes) -> Checked:
    likeness = said["likeness"]
    return Checked(
        format=said["format"],
        width=said["width"],
        height=said["height"],
        findings=tuple(Finding(**finding) for finding in said["findings"]),
        signals=said["signals"],
        likeness=Likeness(**likeness) if likeness else None,
        view=view or None,
        grid=grid or None,
    )
