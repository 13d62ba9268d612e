"""Signs of life: a process that handles messages is seen in Redis and in a file of its own.

A worker shows itself each 15 s while its loop turns and it is connected, however many share its
queue; besides, whenever a message comes to it. Not seen for 60 s, it is not eating.
"""

import contextlib
import os
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import redis
from celery import Celery, bootsteps

from libs.common import broker

SEEN_SECONDS = 60
SHOWN_EVERY_SECONDS = 15
_WRITE_EVERY_SECONDS = 5
_SEEN, _DEGRADED = "seen", "degraded"
_last: dict[str, float] = {}
_clients: dict[int, redis.Redis] = {}


def shown(app: Celery, queue: str, broker_url: str) -> None:
    """Let this worker show itself by its own clock: Pings meet one of many only by chance."""

    class SignOfLife(bootsteps.StartStopStep):  # type: ignore[misc]
        requires = ("celery.worker.consumer.tasks:Tasks",)

        def start(self, consumer: Any) -> None:
            self.timer = consumer.timer.call_repeatedly(
                SHOWN_EVERY_SECONDS, _show, (queue, broker_url, os.getpid())
            )
            _show(queue, broker_url, os.getpid())

        def stop(self, _: Any) -> None:
            self.timer.cancel()

    app.steps["consumer"].add(SignOfLife)


def seen(queue: str, broker_url: str, *, is_degraded: Callable[[], bool] = lambda: False) -> None:
    """Note that this child handles messages of the queue; trouble with Redis is no trouble.

    A degraded one, which opens strangers' files with less than the whole sandbox, or reads papers
    with its second engine, says so besides.
    """
    if time.monotonic() - _last.get(queue, -SEEN_SECONDS) < _WRITE_EVERY_SECONDS:
        return
    _last[queue] = time.monotonic()
    _show(queue, broker_url, os.getppid())
    if is_degraded():
        _note(_DEGRADED, queue, broker_url, os.getppid())


def _show(queue: str, broker_url: str, pid: int) -> None:
    folder = os.environ.get("HEALTH_DIR")
    if folder:
        Path(folder, f"{queue}-{pid}").touch()
    _note(_SEEN, queue, broker_url, pid)


def _note(sign: str, queue: str, broker_url: str, pid: int) -> None:
    with contextlib.suppress(redis.RedisError):
        connection = _clients.setdefault(os.getpid(), broker.client(broker_url))
        name = f"{sign}:{queue}:{socket.gethostname()}:{pid}"
        connection.set(name, int(time.time()), ex=SEEN_SECONDS)


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
