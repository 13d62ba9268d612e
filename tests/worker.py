"""A real worker process of one queue on the real broker and store, and what it answers."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from libs.common import broker
from libs.common import messages as m
from libs.common.envelopes import Envelope, load
from libs.common.routes import Queue
from libs.stack.valkey import Valkey
from tests.servers import S3ForTests

WAIT_SECONDS = 60
Fact = TypeVar("Fact", bound=m.Message)


def environment_of(queue: Queue, valkey: Valkey, s3: S3ForTests) -> dict[str, str]:
    """All that the worker is told: the broker, the store, and its own keys to it."""
    keys = s3.settings(queue)
    return {
        "PATH": os.environ["PATH"],
        "BROKER_URL": valkey.url,
        "S3_ENDPOINT": keys.s3_endpoint,
        "S3_ACCESS_KEY": keys.s3_access_key,
        "S3_SECRET_KEY": keys.s3_secret_key,
    }


@contextmanager
def started(
    queue: Queue, environment: Mapping[str, str], *, processes: int = 1
) -> Iterator[subprocess.Popen[bytes]]:
    """The worker, as the Procfile starts it; it is gone at the end."""
    command = [sys.executable, "-m", "celery", "-A", f"workers.{queue}.tasks", "worker"]
    process = subprocess.Popen(
        [*command, "-Q", queue, f"-c{processes}", *broker.QUIET],
        env=dict(environment),
        start_new_session=True,
        stdout=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def answers(broker_url: str, kind: type[Fact], count: int) -> list[tuple[Envelope, Fact]]:
    """The first so many of the kind that come to the queue `upload`; all others are dropped."""
    found: list[tuple[Envelope, Fact]] = []
    with broker.sender(broker_url).connection_for_read() as connection:
        queue = connection.SimpleQueue("upload")
        until = time.monotonic() + WAIT_SECONDS
        while len(found) < count and time.monotonic() < until:
            try:
                raw = queue.get(timeout=1)
            except queue.Empty:
                continue
            envelope, message = load(raw.payload[0][0])
            raw.ack()
            if isinstance(message, kind):
                found.append((envelope, message))
        queue.close()
    return found


def loaded_by(queue: Queue, environment: Mapping[str, str], names: set[str]) -> set[str]:
    """Which of these modules the worker loads before it forks."""
    asked = f"print(*sorted(set({sorted(names)!r}) & set(sys.modules)))"
    script = f"import sys, workers.{queue}.tasks\n{asked}"
    ended = subprocess.run(
        [sys.executable, "-c", script],
        env=dict(environment),
        capture_output=True,
        text=True,
        check=True,
    )
    return set(ended.stdout.split())


def children_of(process: int) -> list[int]:
    """The ids of the processes that it has started."""
    found = Path(f"/proc/{process}/task/{process}/children").read_text()
    return [int(child) for child in found.split()]
