"""Delivery receipts: what the carrier reports later, posted to the sender's webhook."""

import datetime as dt
import heapq
import itertools
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import requests

log = logging.getLogger(__name__)

TIMEOUT_SECONDS = 3
POSTERS = 4

Body = list[dict[str, Any]]


class Courier:
    """Posts receipts at their time; a receipt that the webhook does not take is lost.

    The vendor documents no repetition for its callback, so the sender must be able to do without.
    """

    def __init__(self, webhook_url: str) -> None:
        self._url = webhook_url
        self._due: list[tuple[float, int, Callable[[], Body]]] = []
        self._order = itertools.count()
        self._changed = threading.Condition()
        self._posters = ThreadPoolExecutor(POSTERS, thread_name_prefix="receipts")
        threading.Thread(target=self._run, name="courier", daemon=True).start()

    def post_later(self, make: Callable[[], Body], *, after_seconds: float) -> None:
        """Make and post the receipt after so many seconds."""
        with self._changed:
            due = time.monotonic() + after_seconds
            heapq.heappush(self._due, (due, next(self._order), make))
            self._changed.notify()

    def post_now(self, make: Callable[[], Body]) -> None:
        """Make and post the receipt before returning."""
        body = make()
        if not self._url:
            return
        try:
            answer = requests.post(self._url, json=body, timeout=TIMEOUT_SECONDS)
        except requests.RequestException as error:
            log.warning("receipt lost: %s", type(error).__name__)
            return
        if answer.status_code != requests.codes.ok:
            log.warning("receipt refused with status %s", answer.status_code)

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._due or self._due[0][0] > time.monotonic():
                    wait = self._due[0][0] - time.monotonic() if self._due else None
                    self._changed.wait(wait)
                _, _, make = heapq.heappop(self._due)
            self._posters.submit(self.post_now, make)


def beijing(instant: dt.datetime) -> str:
    """The instant as vendors write it: without a zone, in UTC+8."""
    return instant.astimezone(dt.timezone(dt.timedelta(hours=8))).strftime("%Y-%m-%d %H:%M:%S")
