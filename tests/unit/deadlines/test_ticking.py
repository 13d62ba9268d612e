"""Which ticks leave in a second, and how long each stays worth reading."""

import datetime as dt

from libs.common.messages import DeadlineTick, Ping
from libs.common.routes import QUEUES, SERVICES
from workers.deadlines.ticking import DEEP_QUEUE, FULL_QUEUE, due

NOW = dt.datetime(2023, 2, 16, 15, 59, 59, tzinfo=dt.UTC)


def test_each_second_the_three_services_get_a_short_lived_tick() -> None:
    sent = list(due(1, NOW, {}))

    assert [(queue, message) for queue, message, _ in sent] == [
        (queue, DeadlineTick(now=NOW)) for queue in SERVICES
    ]
    assert {expires for _, _, expires in sent} == {10}


def test_each_fifteen_seconds_every_queue_gets_a_ping() -> None:
    pinged = [queue for queue, message, _ in due(30, NOW, {}) if isinstance(message, Ping)]

    assert pinged == list(QUEUES)


def test_a_deep_queue_gets_one_tick_a_minute_that_lives_long_enough_to_be_read() -> None:
    depths = {"upload": DEEP_QUEUE}

    ticks = [
        (queue, expires)
        for second in range(1, 121)
        for queue, message, expires in due(second, NOW, depths)
        if queue == "upload" and isinstance(message, DeadlineTick)
    ]

    assert ticks == [("upload", 600), ("upload", 600)]


def test_a_full_queue_gets_nothing() -> None:
    depths = dict.fromkeys(map(str, QUEUES), FULL_QUEUE)

    assert list(due(60, NOW, depths)) == []
