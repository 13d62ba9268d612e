"""Which ticks leave now, and how long each stays worth reading."""

import datetime as dt
from collections.abc import Iterator, Mapping

from libs.common.messages import DeadlineTick, Message, Ping
from libs.common.routes import ROUTES, Queue

PING_EVERY_SECONDS = 15
PING_EXPIRES_SECONDS = 60
"""A worker that was not seen for so long counts as dead, so an older Ping says nothing."""
TICK_EXPIRES_SECONDS = 10

DEEP_QUEUE = 500
"""Messages waiting: from here on a tick of ten seconds' life would never be read."""
DEEP_TICK_EVERY_SECONDS = 60
DEEP_TICK_EXPIRES_SECONDS = 600
FULL_QUEUE = 50_000
"""Messages waiting: from here on nothing is added, so that a dead eater fills no memory."""

Due = tuple[Queue, Message, int]
"""Where to, what, and after how many seconds it expires."""


def due(second: int, now: dt.datetime, depths: Mapping[str, int]) -> Iterator[Due]:
    """The messages of this second (counted since the start); `depths`: queue → waiting."""
    for queue in ROUTES[DeadlineTick]:
        depth = depths.get(queue, 0)
        if depth < DEEP_QUEUE:
            yield queue, DeadlineTick(now=now), TICK_EXPIRES_SECONDS
        elif depth < FULL_QUEUE and second % DEEP_TICK_EVERY_SECONDS == 0:
            yield queue, DeadlineTick(now=now), DEEP_TICK_EXPIRES_SECONDS
    if second % PING_EVERY_SECONDS == 0:
        for queue in ROUTES[Ping]:
            if depths.get(queue, 0) < DEEP_QUEUE:
                yield queue, Ping(), PING_EXPIRES_SECONDS
