"""Two guards for Celery and kombu 5.7.0, held by `tests/integration/common/test_guards.py`.

A. The broker drops while a message is in flight: the parent closes the channel, then asks it for a
   pool, and dies on an AttributeError. With the guard it meets a connection error, which it heals.
B. All slots are taken and an ack fails: the local slot is never freed, the worker looks alive and
   never consumes again. With the guard the slot is free even when Redis refused the ack.

They end when the tests pass without them on a newer release.
"""

from typing import Any

import redis.exceptions
from kombu.transport import redis as kombu_redis
from kombu.transport import virtual

_get_pool = kombu_redis.Channel._get_pool  # noqa: SLF001 - the fault is inside
_ack = kombu_redis.QoS.ack


def _guarded_get_pool(channel: Any, asynchronous: bool = False) -> Any:  # noqa: FBT001, FBT002
    connection = channel.connection
    if connection is None or getattr(connection, "client", None) is None:
        raise redis.exceptions.ConnectionError("the channel to the broker is closed")
    return _get_pool(channel, asynchronous)


def _guarded_ack(qos: Any, delivery_tag: Any) -> None:
    try:
        _ack(qos, delivery_tag)
    except BaseException:
        virtual.QoS.ack(qos, delivery_tag)
        raise


def install() -> None:
    """Put both guards in place; again is harmless."""
    kombu_redis.Channel._get_pool = _guarded_get_pool  # noqa: SLF001
    kombu_redis.QoS.ack = _guarded_ack
