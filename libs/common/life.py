"""Signs of life: a process that handles messages is seen in Redis and in a file of its own.

A Ping comes to every queue each 15 s, so a worker that was not seen for 60 s is not eating.
"""

import os
import socket
import time
from pathlib import Path

import redis

from libs.common import broker

SEEN_SECONDS = 60
_WRITE_EVERY_SECONDS = 5
_last: dict[str, float] = {}
_clients: dict[int, redis.Redis] = {}


def seen(queue: str, broker_url: str) -> None:
    """Note that this process handles messages of the queue; trouble with Redis is no trouble."""
    if time.monotonic() - _last.get(queue, -SEEN_SECONDS) < _WRITE_EVERY_SECONDS:
        return
    _last[queue] = time.monotonic()
    folder = os.environ.get("HEALTH_DIR")
    if folder:
        Path(folder, f"{queue}-{os.getppid()}").touch()
    try:
        connection = _clients.setdefault(os.getpid(), broker.client(broker_url))
        name = f"seen:{queue}:{socket.gethostname()}:{os.getppid()}"
        connection.set(name, int(time.time()), ex=SEEN_SECONDS)
    except redis.RedisError:
        return


def alive(connection: redis.Redis) -> dict[str, int]:
    """Queue → workers seen within the last minute; a worker's children count as one."""
    counts: dict[str, int] = {}
    for key in connection.scan_iter("seen:*", count=500):
        queue = key.decode().split(":")[1]
        counts[queue] = counts.get(queue, 0) + 1
    return counts
