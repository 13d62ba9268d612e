"""Looks every five seconds, so that a page costs the house nothing however many watch it."""

import threading

from libs.common.clock import now
from libs.common.logs import logger
from ops.console.history import History
from ops.console.reading import Reading
from ops.console.sources import Sources

log = logger(__name__)

EVERY_SECONDS = 5


class Sampler:
    """The latest reading and the history; one thread per process."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self.history = History()
        self._latest: Reading | None = None
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()

    def latest(self) -> Reading:
        """The newest reading; the first one is taken while the first page waits for it."""
        with self._lock:
            return self._latest or self._look()

    def start(self) -> None:
        """Look now and then from now on, so that the history does not begin with a visitor."""
        self._thread = threading.Thread(target=self._run, name="sampler", daemon=True)
        self._thread.start()

    def refresh(self) -> None:
        """Look now: somebody has just changed something."""
        with self._lock:
            self._look()

    def stop(self) -> None:
        """End the thread; returns when its last look is over."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(EVERY_SECONDS):
            try:
                reading = self._sources.read(traffic_since=self.history.traffic_since(now()))
            except Exception as error:  # noqa: BLE001 - the page goes on and says how old it is
                log.warning("no reading", error=type(error).__name__)
                continue
            self.history.add(reading)
            self._latest = reading

    def _look(self) -> Reading:
        reading = self._sources.read(traffic_since=self.history.traffic_since(now()))
        self.history.add(reading)
        self._latest = reading
        return reading
