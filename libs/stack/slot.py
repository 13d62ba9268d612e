"""One place for one process: kept filled, again and again, until it is closed."""

import dataclasses as dc
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from libs.stack import child, procfile

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 10.0
PROVEN_AFTER_SECONDS = 30.0
"""A process that has lived so long starts again at once when it dies."""
LAST_LINES = 6
MAX_LOG_BYTES = 20 * 1024 * 1024


@dc.dataclass
class Slot:
    """The n-th process of a name. `say` tells the terminal what went wrong."""

    name: str
    number: int
    command: str
    environ: Mapping[str, str]
    log: Path
    say: Callable[[str], None]
    process: subprocess.Popen[bytes] | None = None
    restarts: int = 0
    closing_since: float | None = None
    _started_at: float = 0.0
    _start_at: float = 0.0
    _pause: float = FIRST_PAUSE_SECONDS

    @property
    def title(self) -> str:
        return self.name if self.number == 1 else f"{self.name}.{self.number}"

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        """Start the process; its folder for signs of life is made afresh."""
        folder = Path(self.environ["HEALTH_DIR"])
        folder.mkdir(parents=True, exist_ok=True)
        _shorten(self.log)
        self.process = child.spawn(
            procfile.split(self.command, self.environ),
            log=self.log,
            environ=self.environ,
            cwd=procfile.ROOT,
        )
        self._started_at = time.monotonic()

    def tend(self) -> None:
        """Notice a death, and start again when the pause is over."""
        if self.closing_since is not None or self.is_running:
            return
        now = time.monotonic()
        if self.process is not None:
            self._mourn(self.process, now)
        if now >= self._start_at:
            self.start()

    def _mourn(self, process: subprocess.Popen[bytes], now: float) -> None:
        child.kill(process)  # children that outlived their parent
        self.process = None
        self.restarts += 1
        if now - self._started_at >= PROVEN_AFTER_SECONDS:
            self._pause = FIRST_PAUSE_SECONDS
        self._start_at = now + self._pause
        words = f"{self.title} {_cause(process.returncode)}; again in {self._pause:g} s"
        if self._pause == FIRST_PAUSE_SECONDS:  # the first of a row: once is enough to read it
            words += f". {self.log} ends with:\n{self._tail()}"
        self.say(words)
        self._pause = min(self._pause * 2, LONGEST_PAUSE_SECONDS)

    def close(self) -> None:
        """Ask the process to finish what it holds and to end."""
        self.closing_since = time.monotonic()
        if self.process is not None and self.is_running:
            self.process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the whole group now."""
        if self.process is not None:
            child.kill(self.process)

    def _tail(self) -> str:
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-LAST_LINES:]
        return "\n".join(f"    {line[:300]}" for line in lines)


def _cause(code: int) -> str:
    if code < 0:
        return f"was ended by {signal.Signals(-code).name}"
    return f"ended with exit code {code}"


def _shorten(log: Path) -> None:
    """Keep one older log, so that a long-lived stack does not fill the disk."""
    if log.exists() and log.stat().st_size > MAX_LOG_BYTES:
        log.replace(log.with_suffix(".log.1"))
