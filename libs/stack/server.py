"""What the three embedded servers have in common: start, wait until ready, stop, die."""

import abc
import importlib.util
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from libs.stack import child

READY_WITHIN_SECONDS = 60
"""Generous, because a first start on a loaded machine with a slow disk writes whole clusters."""
LAST_LINES = 8


class ServerFailed(Exception):
    """A server did not start; the sentence holds the last lines of its log."""


def package_directory(package: str) -> Path:
    """Where an installed wheel keeps its files, found without importing it."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise ServerFailed(f"{package} is not installed: pip install 'shencai[servers]'")
    return Path(spec.origin).parent


class Server(abc.ABC):
    """One server process with a data directory and a log; subclasses say how to start it."""

    name = "server"
    stop_signal = signal.SIGTERM
    stop_within_seconds: float = 5
    poll_seconds: float = 0.02

    def __init__(self, directory: Path, *, log: Path | None = None) -> None:
        self.directory = directory.absolute()
        self.log = log or self.directory.with_suffix(".log")
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def orphan_signal(self) -> signal.Signals:
        """What it gets when whoever started it is gone without having stopped it."""
        return self.stop_signal

    @property
    def pid(self) -> int | None:
        """Of the server's first process, while it runs."""
        return self._process.pid if self.is_running and self._process else None

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start on the data that is there, or on fresh data; returns when it answers."""
        if not self.is_running:
            self.launch()
            self.await_ready()

    def launch(self) -> None:
        """The first half of start: returns at once, so that several servers start together."""
        self.prepare()
        self._process = child.spawn(
            self.command(),
            log=self.log,
            environ=self.environ(),
            cwd=self.directory,
            parent_death=self.orphan_signal,
            prefix=self.privileges(),
        )

    def await_ready(self) -> None:
        """The second half of start. Raises ServerFailed with the log's last lines."""
        try:
            self._wait_until_ready()
            self.after_start()
        except BaseException:
            self.kill()
            raise

    def stop(self) -> None:
        """Stop cleanly; the data stays."""
        if self._process is not None:
            child.stop(self._process, how=self.stop_signal, within_seconds=self.stop_within_seconds)
            self._process = None

    def kill(self) -> None:
        """`kill -9` of the whole group, as a crash would."""
        if self._process is not None:
            child.kill(self._process)
            self._process = None

    def restart(self) -> None:
        self.stop()
        self.start()

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the first process, e.g. SIGSTOP and SIGCONT."""
        if self._process is not None:
            self._process.send_signal(number)

    def _wait_until_ready(self) -> None:
        ends = time.monotonic() + READY_WITHIN_SECONDS
        while not self.is_ready():
            if not self.is_running or time.monotonic() > ends:
                raise ServerFailed(
                    f"{self.name} did not start. {self.log} ends with:\n{self._tail()}"
                )
            time.sleep(self.poll_seconds)

    def _tail(self) -> str:
        if not self.log.exists():
            return "(nothing)"
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(lines[-LAST_LINES:])

    def prepare(self) -> None:
        """Make the data directory and the configuration before the process starts."""
        self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)

    @abc.abstractmethod
    def command(self) -> Sequence[str]:
        """The program and its arguments."""

    def environ(self) -> Mapping[str, str] | None:
        return None

    def privileges(self) -> Sequence[str]:
        """Options of setpriv, for a server that refuses to run as root."""
        return ()

    @abc.abstractmethod
    def is_ready(self) -> bool:
        """Whether it answers."""

    def after_start(self) -> None:  # noqa: B027 - Valkey has nothing to make
        """Make roles, databases, buckets; does nothing on what is there already."""
