"""A day of minutes, kept in the process.

Traffic is read back from the databases when the process starts, so nothing of it is lost by a
restart. Queue depths live in Redis alone and begin anew; a file would only keep what nobody acts
on any more, and would need a disk that the process otherwise does without.
"""

import datetime as dt
import threading
from collections import defaultdict
from collections.abc import Iterable

from ops.console.reading import Minute, Reading, Traffic

KEEP = dt.timedelta(hours=24)
RELOAD = dt.timedelta(minutes=2)
"""Rows of the last minute may be committed late; so much is read again each time."""


class History:
    """Minutes of queue depth and of traffic; safe to read while it is written."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._depths: dict[Minute, dict[str, int]] = {}
        self._traffic: dict[str, dict[Minute, dict[tuple[str, str], int]]] = {}
        self._until: dt.datetime | None = None

    def traffic_since(self, now: dt.datetime) -> dt.datetime:
        """From which minute on the databases should be asked: all the day at first."""
        begin = now - KEEP if self._until is None else max(self._until - RELOAD, now - KEEP)
        return floor(begin)

    def add(self, reading: Reading) -> None:
        """Take a reading in; what it says of a minute replaces what was known of it."""
        minute = floor(reading.at)
        with self._lock:
            if reading.broker is not None:
                known = self._depths.setdefault(minute, {})
                for queue in reading.broker.queues:
                    known[queue.name] = max(known.get(queue.name, 0), queue.depth)
            for service in reading.services:
                self._replace(service.name, service.traffic)
            if all(service.backlog is not None for service in reading.services):
                self._until = reading.at
            self._forget(minute - KEEP)

    def _replace(self, service: str, traffic: Iterable[Traffic]) -> None:
        fresh: dict[Minute, dict[tuple[str, str], int]] = defaultdict(dict)
        for row in traffic:
            fresh[row.minute][row.way, row.type] = row.messages
        self._traffic.setdefault(service, {}).update(fresh)

    def _forget(self, before: Minute) -> None:
        self._depths = {m: held for m, held in self._depths.items() if m >= before}
        for service, minutes in self._traffic.items():
            self._traffic[service] = {m: held for m, held in minutes.items() if m >= before}

    def depth(self, queue: str, minute: Minute) -> int | None:
        """The deepest that the queue was in that minute; None if nobody looked."""
        with self._lock:
            return self._depths.get(minute, {}).get(queue)

    def messages(self, service: str, way: str, type_: str, minute: Minute) -> int:
        """How many messages of the type the service said or heard in that minute."""
        with self._lock:
            return self._traffic.get(service, {}).get(minute, {}).get((way, type_), 0)

    def heard(self, service: str, minute: Minute) -> int:
        """How many messages of any type the service heard in that minute."""
        with self._lock:
            types = self._traffic.get(service, {}).get(minute, {})
            return sum(count for (way, _), count in types.items() if way == "heard")


def floor(at: dt.datetime) -> Minute:
    """The minute in which an instant lies."""
    return at.replace(second=0, microsecond=0)
