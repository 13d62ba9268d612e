"""Waiting for what the workers bring, with a limit, and telling how far it is."""

import time
from collections.abc import Callable

LIMIT_SECONDS = 180
"""The whole demo takes about 20 s on two cores; a machine that is busy otherwise needs longer."""
POLL_SECONDS = 0.5
MARK = "» "
"""Begins the lines that are meant for people; the rest of the output is the log."""


class TookTooLong(Exception):
    """What was waited for did not come; the sentence says what it was."""


class Pace:
    """One clock for everything that a part of the demo waits for."""

    def __init__(self, limit_seconds: float = LIMIT_SECONDS) -> None:
        self._ends = time.monotonic() + limit_seconds
        self._limit = limit_seconds

    def until(self, holds: Callable[[], bool], *, what: str) -> None:
        """Return once it holds. Raises TookTooLong with `what`, said as a thing."""
        while not holds():
            if time.monotonic() > self._ends:
                raise TookTooLong(f"{what} did not come within {self._limit:.0f} s")
            time.sleep(POLL_SECONDS)


def say(line: str) -> None:
    """Tell the person who waits."""
    print(f"{MARK}{line}", flush=True)  # noqa: T201 - this is the output
