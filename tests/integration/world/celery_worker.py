"""One Celery worker as the Procfile starts it, and what it answers."""

import base64
import dataclasses as dc
import json
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from libs.common import broker
from libs.common import messages as m
from libs.common.envelopes import Envelope, load
from libs.common.routes import Queue
from libs.stack.valkey import Valkey
from tests import make
from tests.serving import until


@contextmanager
def worker(queue: Queue, module: str, environ: dict[str, str], log: Path) -> Iterator[None]:
    """The worker of that queue, with nothing but this environment; killed at the end."""
    command = [sys.executable, "-m", "celery", "-A", module, "worker", "-Q", queue, "-c", "1"]
    with log.open("wb") as stream:
        running = subprocess.Popen(
            [
                *command,
                "-n",
                f"{queue}.test@%h",
                "--without-gossip",
                "--without-mingle",
                "--without-heartbeat",
            ],
            env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **environ},
            stdout=stream,
            stderr=stream,
            start_new_session=True,
        )
        try:
            yield
        finally:
            os.killpg(running.pid, signal.SIGKILL)
            running.wait()


@dc.dataclass
class Room:
    """A worker seen from its producer: what it is sent, and what it answers."""

    valkey: Valkey
    producer: Queue
    queue: Queue

    def send(
        self, message: m.Message, *, attempt: int = 1, of: uuid.UUID | None = None
    ) -> Envelope:
        """Send a command as the producer's relay does."""
        envelope = make.envelope(
            message, producer=self.producer, attempt=attempt, **({"id": of} if of else {})
        )
        broker.send(broker.sender(self.valkey.url), [(self.queue, envelope)])
        return envelope

    def answers(self) -> list[tuple[Envelope, m.Message]]:
        """What stands in the producer's queue, oldest first."""
        with self.valkey.client() as client:
            raws = cast("list[bytes]", client.lrange(self.producer, 0, -1))
        bodies = (json.loads(base64.b64decode(json.loads(raw)["body"])) for raw in reversed(raws))
        return [load(body[0][0]) for body in bodies]

    def answer(self, count: int) -> tuple[Envelope, m.Message]:
        """The newest of so many answers, when it has come."""
        until(lambda: len(self.answers()) == count, seconds=30)
        return self.answers()[-1]
