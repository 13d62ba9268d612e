"""The clock's process: `python -m workers.deadlines`, until it is stopped."""

import contextlib
import os
import signal
import sys
import threading
import time
from pathlib import Path

import redis
from celery import Celery
from kombu.exceptions import OperationalError

from libs.common import broker, life, logs, settings
from libs.common.clock import now
from libs.common.envelopes import past_outbox
from libs.common.errors import Misconfigured
from libs.common.routes import QUEUES
from workers.deadlines.ticking import due

log = logs.logger(__name__)


class Clock:
    """Sends what is due; the broker may come and go."""

    def __init__(self, broker_url: str) -> None:
        self._url = broker_url
        self._app: Celery = broker.sender(broker_url)
        self._redis = broker.client(broker_url)
        self._reached = True

    def strike(self, second: int) -> bool:
        """Send this second's messages; False if the broker did not take them."""
        try:
            self._send(second)
        except (redis.RedisError, OperationalError, OSError) as error:
            if self._reached:
                log.warning("broker not reached, ticks are lost", cause=type(error).__name__)
            self._reached = False
            return False
        if not self._reached:
            log.info("broker reached again")
        self._reached = True
        return True

    def close(self) -> None:
        """Let go of the broker."""
        self._redis.close()

    def _send(self, second: int) -> None:
        pipeline = self._redis.pipeline(transaction=False)
        for queue in QUEUES:
            pipeline.llen(queue)
        depths = dict(zip(QUEUES, pipeline.execute(), strict=True))
        for queue, message, expires_seconds in due(second, now(), depths):
            envelope = past_outbox(message)
            broker.send(self._app, [(queue, envelope)], expires_seconds=expires_seconds)
        life.seen("deadlines", self._url)


def run(clock: Clock, stop: threading.Event) -> None:
    """Strike once a second until told to stop; a late second is left out, never made up for."""
    start = time.monotonic()
    while not stop.is_set():
        second = int(time.monotonic() - start)
        clock.strike(second)
        _show_life()
        stop.wait(max(0.0, start + second + 1 - time.monotonic()))


def _show_life() -> None:
    """The loop turns, whether or not the broker listens: that is all that liveness means."""
    folder = os.environ.get("HEALTH_DIR")
    if folder:
        Path(folder, f"deadlines-{os.getpid()}").touch()


def main() -> None:
    """Read the settings and tick."""
    logs.configure("deadlines")
    try:
        given = settings.load(broker.BrokerSettings)
    except Misconfigured as error:
        sys.exit(f"The clock cannot start: {error}")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with contextlib.closing(Clock(given.broker_url)) as clock:
        run(clock, stop)


if __name__ == "__main__":
    main()
