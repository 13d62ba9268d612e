"""Celery on Redis as a transport that may lose everything: settings, sending, and the clients."""

import dataclasses as dc
import time
from collections.abc import Iterable
from typing import Any

import redis
from celery import Celery
from celery.signals import setup_logging

from libs.common import broker_guards, logs
from libs.common.envelopes import Envelope, dump
from libs.common.routes import Queue

HARD_LIMIT_SECONDS = 10
SLOW_LIMIT_SECONDS: dict[Queue, int] = {"shrink": 90, "reader": 180, "eraser": 30}
"""Workers that may take longer over one message, and hold one at a time. Shrink and the reader give
way to all others: on a busy machine a paper that costs a second may take a minute.
"""
SERVICE_LIMIT_SECONDS = 60
"""A service may wait 30 s for its database before it gives a message up."""
ONE_AT_A_TIME: frozenset[Queue] = frozenset({"images", "shrink", "reader"})
"""Pictures: what one process holds, another cannot take."""
SOFT_SHUTDOWN_SECONDS = 8
"""Whenever a task is running, Celery sleeps the whole of it; no call outside takes over five."""
QUIET = ("--without-gossip", "--without-mingle", "--without-heartbeat")
"""What every Celery line of the Procfile says: workers do not talk to one another."""
SENT_AT = "x_sent_at"
"""Header with the Unix time of sending: the age of the oldest message is read from it."""


@dc.dataclass(frozen=True)
class BrokerSettings:
    """Where Redis is; the URL holds this process's password."""

    broker_url: str


def create(queue: Queue, broker_url: str, *, stateless: bool) -> Celery:
    """The Celery app of one queue's eater, set as docs/decisions/0002 explains."""
    broker_guards.install()
    usual = HARD_LIMIT_SECONDS if stateless else SERVICE_LIMIT_SECONDS
    hard = SLOW_LIMIT_SECONDS.get(queue, usual)
    app = Celery(queue, broker=broker_url)
    app.conf.update(
        task_default_queue=queue,
        task_acks_late=True,
        # A service's ledger counts a lost child; a stateless worker's parent reports it instead.
        task_reject_on_worker_lost=not stateless,
        task_ignore_result=True,
        task_serializer="json",
        accept_content=["json"],
        task_publish_retry=False,
        task_time_limit=hard,
        task_soft_time_limit=hard - 5,
        worker_prefetch_multiplier=1 if queue in ONE_AT_A_TIME else 4,
        worker_send_task_events=False,
        worker_enable_remote_control=False,
        worker_soft_shutdown_timeout=SOFT_SHUTDOWN_SECONDS,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_transport_options=_transport(visibility_timeout=3 * hard) | _in_hand(queue),
        enable_utc=True,
    )
    return app


def log_as(process: str) -> None:
    """Let a Celery process log as all others do, under this name."""
    setup_logging.connect(lambda **_: logs.configure(process), weak=False)


def sender(broker_url: str) -> Celery:
    """An app that only sends: the relay's and the clock's."""
    broker_guards.install()
    app = Celery("sender", broker=broker_url)
    app.conf.update(
        task_ignore_result=True,
        task_serializer="json",
        accept_content=["json"],
        task_publish_retry=False,
        broker_transport_options=_transport(visibility_timeout=3 * SERVICE_LIMIT_SECONDS)
        | {"max_retries": 0, "interval_start": 0, "interval_step": 0, "interval_max": 0},
    )
    return app


def _transport(*, visibility_timeout: int) -> dict[str, Any]:
    return {
        "visibility_timeout": visibility_timeout,
        # One list per queue: no hidden ones for priorities that nobody sets.
        "priority_steps": [0],
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "socket_timeout": 4,
        "socket_connect_timeout": 2,
        "socket_keepalive": True,
        "health_check_interval": 5,
    }


def unacked(queue: str) -> str:
    """The hash of what a queue's eaters have in hand: its own, as its user may see no other."""
    return f"{queue}.unacked"


def _in_hand(queue: str) -> dict[str, Any]:
    name = unacked(queue)
    return {
        "unacked_key": name,
        "unacked_index_key": f"{name}_index",
        "unacked_mutex_key": f"{name}_mutex",
    }


def send(
    app: Celery, items: Iterable[tuple[str, Envelope]], *, expires_seconds: float | None = None
) -> None:
    """Send envelopes to their queues in one pipeline. Raises when Redis does not take them."""
    with app.producer_or_acquire() as producer, producer.batch(max_size=200):
        for queue, envelope in items:
            app.send_task(
                f"{queue}.handle",
                args=[dump(envelope)],
                queue=queue,
                producer=producer,
                task_id=f"{envelope.id}.{envelope.attempt}",
                headers={SENT_AT: time.time()},
                # Nobody reads Celery's own picture of the arguments; making it cost a quarter of a
                # send.
                argsrepr="",
                kwargsrepr="",
                expires=expires_seconds,
            )


def client(broker_url: str) -> redis.Redis:
    """A plain client with time limits, for depths, markers and signs of life."""
    return redis.Redis.from_url(
        broker_url, socket_timeout=1, socket_connect_timeout=1, health_check_interval=5
    )
