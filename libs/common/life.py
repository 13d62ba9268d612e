"""Signs of life: a process that handles messages is seen in Redis and in a file of its own.

A Ping comes to every queue each 15 s, so a worker that was not seen for 60 s is not eating.
"""

import os
import socket
import time
from collections.abc import Callable
from pathlib import Path

import redis

from libs.common import broker

SEEN_SECONDS = 60
_WRITE_EVERY_SECONDS = 5
_SEEN, _DEGRADED = "seen", "degraded"
_last: dict[str, float] = {}
_clients: dict[int, redis.Redis] = {}


def seen(queue: str, broker_url: str, *, is_degraded: Callable[[], bool] = lambda: False) -> None:
    """Note that this process handles messages of the queue; trouble with Redis is no trouble.

    A degraded one, which opens strangers' files with less than the whole sandbox, or reads papers
    with its second engine, says so besides.
    """
    if time.monotonic() - _last.get(queue, -SEEN_SECONDS) < _WRITE_EVERY_SECONDS:
        return
    _last[queue] = time.monotonic()
    folder = os.environ.get("HEALTH_DIR")
    if folder:
        Path(folder, f"{queue}-{os.getppid()}").touch()
    try:
        connection = _clients.setdefault(os.getpid(), broker.client(broker_url))
        name = f"{queue}:{socket.gethostname()}:{os.getppid()}"
        connection.set(f"{_SEEN}:{name}", int(time.time()), ex=SEEN_SECONDS)
        if is_degraded():
            connection.set(f"{_DEGRADED}:{name}", int(time.time()), ex=SEEN_SECONDS)
    except redis.RedisError:
        return


def alive(connection: redis.Redis) -> dict[str, int]:
    """Queue → workers seen within the last minute; a worker's children count as one."""
    return _counted(connection, _SEEN)


def degraded(connection: redis.Redis) -> dict[str, int]:
    """Queue → workers among them that work with less than they should have."""
    return _counted(connection, _DEGRADED)


def _counted(connection: redis.Redis, sign: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    for key in connection.scan_iter(f"{sign}:*", count=500):
        queue = key.decode().split(":")[1]
        counts[queue] = counts.get(queue, 0) + 1
    return counts
