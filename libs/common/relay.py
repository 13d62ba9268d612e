"""The relay of a service, its only publisher: `python -m libs.common.relay upload`.

Woken by NOTIFY and by a poll each second, it claims due rows, commits, and only then sends; so no
lock is ever held across a send, several relays may run, and no page waits for Redis.
"""

import select
import signal
import sys
import threading
import time
from collections.abc import Sequence
from typing import Any

import psycopg2
import redis
from kombu.exceptions import OperationalError as BrokerDown

from libs.common import broker, inbox, logs, outbox, settings
from libs.common.broker import BrokerSettings
from libs.common.chores import Chores
from libs.common.db import Database
from libs.common.envelopes import past_outbox
from libs.common.messages import MessageId, Receipt
from libs.common.routes import QUEUES, URGENT, Queue

POLL_SECONDS = 1.0
EPOCH_SECONDS = 0.5
DEPTH_CAP = 1000
"""Messages that may wait in one queue: the backlog belongs in PostgreSQL, as a full Redis is the
one state from which workers cannot even start."""
DEPTH_CAPS: dict[Queue, int] = {"images": 300, "shrink": 40, "reader": 40}
"""Of slow work no more than some 15 s: what waits for longer is sent a second time. Two processes
check about 30 pictures a second; one shrinks or reads two or three.
"""
EPOCH_KEY = "epoch:{service}"
_BROKER_TROUBLE = (redis.RedisError, BrokerDown, OSError)

log = logs.logger(__name__)


class Relay:
    """One relay's work, step by step; `turn` is what the loop repeats and what tests call."""

    def __init__(self, service: str, database: Database, broker_url: str) -> None:
        self.service = service
        self.database = database
        self._app = broker.sender(broker_url)
        self._redis = broker.client(broker_url)
        self._epoch_at = 0.0

    def turn(self) -> bool:
        """One round; True when there was something to send, so that the next follows at once."""
        self._watch_epoch()
        busy = self._send_due()
        return self._send_receipts() or busy

    def _watch_epoch(self) -> None:
        """A marker that is gone means that Redis lost its memory: send everything again now."""
        if time.monotonic() - self._epoch_at < EPOCH_SECONDS:
            return
        self._epoch_at = time.monotonic()
        if self._redis.set(EPOCH_KEY.format(service=self.service), "1", nx=True):
            count = self.database.run(outbox.resend_all)
            log.warning("the broker had no memory of us", due_again=count)

    def _rooms(self) -> dict[Queue, int]:
        """Queue → how many more messages it may hold; none of those that are full."""
        pipeline = self._redis.pipeline(transaction=False)
        for queue in QUEUES:
            pipeline.llen(queue)
        depths = zip(QUEUES, pipeline.execute(), strict=True)
        rooms = {q: DEPTH_CAPS.get(q, DEPTH_CAP) - depth for q, depth in depths}
        return {q: room for q, room in rooms.items() if room > 0}

    def _send_due(self) -> bool:
        """The urgent first, however much else is due; a bulk of 200 is all that it may wait for.

        A queue that a whole bulk would overfill gets what it has room for.
        """
        rooms = self._rooms()
        urgent = [q for q in rooms if q in URGENT]
        narrow = [q for q in rooms if q not in URGENT and rooms[q] < outbox.CLAIM_ROWS]
        wide = [q for q in rooms if q not in URGENT and q not in narrow]
        if self._send_for(urgent) or self._send_for(wide):
            return True
        return any(self._send_for([queue], rows=rooms[queue]) for queue in narrow)

    def _send_for(self, queues: Sequence[Queue], *, rows: int = outbox.CLAIM_ROWS) -> bool:
        claimed = self.database.run(
            lambda s: outbox.claim(s, producer=self.service, queues=queues, rows=rows)
        )
        if not claimed:
            return False
        try:
            broker.send(self._app, [(c.queue, c.envelope) for c in claimed])
        except _BROKER_TROUBLE:
            ids = [c.envelope.id for c in claimed]
            self.database.run(lambda s: outbox.unsend(s, ids))
            raise
        return True

    def _send_receipts(self) -> bool:
        receipts = self.database.run(inbox.take_receipts)
        for producer, ids in receipts.items():
            try:
                broker.send(self._app, [(producer, past_outbox(Receipt(ids=ids)))])
            except _BROKER_TROUBLE:
                self._give_back(ids)
                raise
        return bool(receipts)

    def _give_back(self, ids: tuple[MessageId, ...]) -> None:
        self.database.run(lambda s: inbox.untake_receipts(s, ids))


class Doorbell:
    """Listens for NOTIFY on a connection of its own; without one, the poll alone goes on."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: Any = None

    def wait(self, seconds: float) -> None:
        """Return when something was posted, or after `seconds`."""
        try:
            if self._connection is None or self._connection.closed:
                self._connection = psycopg2.connect(self._url, connect_timeout=3)
                self._connection.autocommit = True
                with self._connection.cursor() as cursor:
                    cursor.execute("LISTEN outbox")
            if select.select([self._connection], [], [], seconds)[0]:
                self._connection.poll()
                self._connection.notifies.clear()
        except psycopg2.Error:
            self._connection = None
            time.sleep(seconds)


def main() -> None:
    """Run until SIGTERM; every trouble is logged and tried again after a second."""
    service = sys.argv[1]
    logs.configure(f"{service}-relay")
    broker_url = settings.load(BrokerSettings).broker_url
    url = settings.value(f"{service.upper()}_DATABASE_URL")
    database = Database(url, process=f"{service}-relay", pool_size=2)
    relay = Relay(service, database, broker_url)
    chores = Chores(database, audit_key=settings.value(f"{service.upper()}_AUDIT_KEY"))
    bell = Doorbell(url)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    signal.signal(signal.SIGINT, lambda *_: stop.set())
    while not stop.is_set():
        try:
            chores.turn()
            if not relay.turn():
                bell.wait(POLL_SECONDS)
        except Exception as error:  # noqa: BLE001 - the relay outlives any trouble of its servers
            log.warning("relay in trouble", error=logs.redact(repr(error))[:200])
            time.sleep(POLL_SECONDS)


if __name__ == "__main__":
    main()
