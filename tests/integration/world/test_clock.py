"""The clock against a real Valkey: what it sends expires, and the broker may come and go."""

import base64
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, cast

import pytest

from libs.common.envelopes import load
from libs.common.messages import DeadlineTick, Message
from libs.stack.valkey import Valkey
from tests.serving import until
from workers.deadlines.__main__ import Clock
from workers.deadlines.ticking import DEEP_QUEUE


def waiting(valkey: Valkey, queue: str) -> list[dict[str, Any]]:
    """The messages of a queue as Celery wrote them, newest first."""
    with valkey.client() as client:
        return [json.loads(raw) for raw in cast("list[bytes]", client.lrange(queue, 0, -1))]


def depth(valkey: Valkey, queue: str) -> int:
    with valkey.client() as client:
        return cast("int", client.llen(queue))


def message_of(sent: dict[str, Any]) -> Message:
    args, _, _ = json.loads(base64.b64decode(sent["body"]))
    return load(args[0])[1]


def test_a_tick_is_an_envelope_that_expires(shared_valkey: Valkey) -> None:
    with closing(Clock(shared_valkey.url)) as clock:
        assert clock.strike(1)

    for queue in ("upload", "review", "notify"):
        [sent] = waiting(shared_valkey, queue)
        assert isinstance(message_of(sent), DeadlineTick)
        assert sent["headers"]["task"] == f"{queue}.handle"
        assert sent["headers"]["expires"] is not None
    assert depth(shared_valkey, "images") == 0


def test_a_queue_that_nobody_empties_does_not_fill_the_memory(shared_valkey: Valkey) -> None:
    with shared_valkey.client() as client:
        client.rpush("upload", *["{}"] * DEEP_QUEUE)

    with closing(Clock(shared_valkey.url)) as clock:
        for second in range(1, 60):
            clock.strike(second)

    assert depth(shared_valkey, "upload") == DEEP_QUEUE
    assert depth(shared_valkey, "notify") == 59 + 3


def test_the_clock_outlives_its_broker(valkey: Valkey) -> None:
    with closing(Clock(valkey.url)) as clock:
        assert clock.strike(1)

        valkey.kill()
        assert not clock.strike(2)
        assert not clock.strike(3)

        valkey.start()
        assert clock.strike(4)
    assert depth(valkey, "upload") == 1


@pytest.fixture
def process(shared_valkey: Valkey, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    environ = {**os.environ, "BROKER_URL": shared_valkey.url, "HEALTH_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "workers.deadlines"]
    running = subprocess.Popen(command, env=environ, stdout=subprocess.PIPE)
    try:
        yield running
    finally:
        running.kill()
        running.communicate()


@pytest.mark.slow
def test_the_process_ticks_each_second_shows_life_and_stops_when_told(
    shared_valkey: Valkey, process: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    until(lambda: depth(shared_valkey, "upload") >= 5, seconds=60)

    sent = map(message_of, waiting(shared_valkey, "upload"))
    times = [message.now for message in sent if isinstance(message, DeadlineTick)]
    span = (max(times) - min(times)).total_seconds()
    # A late tick may stand close before the next one, the first after a slow start.
    assert len(times) <= span + 3
    assert list(tmp_path.glob("deadlines-*"))

    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=5) == 0
