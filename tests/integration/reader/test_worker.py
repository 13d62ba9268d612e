"""The real reader on the real broker and object store: it reads, seals, and is confined."""

import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from libs.common import broker
from libs.common import messages as m
from libs.common.envelopes import load
from libs.common.sealing import new_key_pair, unseal
from libs.common.storage import Storage
from libs.stack.valkey import Valkey
from tests.make import envelope
from tests.servers import S3ForTests

WAIT_SECONDS = 60
CARD = Path(__file__).parents[3] / "ops" / "demo" / "papers" / "A01-1-clear-DEMO-0024.jpg"
PRIVATE, PUBLIC = new_key_pair()


@pytest.fixture
def environment(shared_valkey: Valkey, s3: S3ForTests) -> dict[str, str]:
    keys = s3.settings("reader")
    return {
        "PATH": os.environ["PATH"],
        "BROKER_URL": shared_valkey.url,
        "S3_ENDPOINT": keys.s3_endpoint,
        "S3_ACCESS_KEY": keys.s3_access_key,
        "S3_SECRET_KEY": keys.s3_secret_key,
        "UPLOAD_SEALING_KEY": PUBLIC,
    }


@pytest.fixture
def worker(environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "celery", "-A", "workers.reader.tasks", "worker"]
    process = subprocess.Popen(
        [*command, "-Q", "reader", "-c", "1", *broker.QUIET],
        env=environment,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
    )
    yield process
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def answers(url: str, count: int) -> dict[m.ImageId, m.ImageRead]:
    """What the worker sent to the queue `upload`."""
    found: dict[m.ImageId, m.ImageRead] = {}
    with broker.sender(url).connection_for_read() as connection:
        queue = connection.SimpleQueue("upload")
        until = time.monotonic() + WAIT_SECONDS
        while len(found) < count and time.monotonic() < until:
            try:
                raw = queue.get(timeout=1)
            except queue.Empty:
                continue
            message = load(raw.payload[0][0])[1]
            raw.ack()
            if isinstance(message, m.ImageRead):
                found[message.image_id] = message
        queue.close()
    return found


def ask(key: str, orientation: int = 1) -> m.ReadImage:
    return m.ReadImage(image_id=m.ImageId(uuid.uuid4()), view_key=key, orientation=orientation)


def test_a_view_is_read_sealed_and_one_that_is_gone_is_unknown(
    worker: subprocess.Popen[bytes], environment: dict[str, str], s3: S3ForTests
) -> None:
    url, key = environment["BROKER_URL"], f"{uuid.uuid4().hex}.jpg"
    Storage(s3.settings("images")).renditions.put(key, CARD.read_bytes(), content_type="image/jpeg")
    card, gone = ask(key, orientation=6), ask("nothing")

    broker.send(broker.sender(url), [("reader", envelope(card)), ("reader", envelope(gone))])
    facts = answers(url, 2)

    read, nothing = facts[card.image_id], facts[gone.image_id]
    assert (read.kind, read.orientation, read.findings) == ("id_front", 6, ())
    assert "120000199706150026" not in read.read
    assert unseal(read.read, PRIVATE)["id_numbers"] == ["120000199706150026"]
    assert (nothing.kind, nothing.findings) == ("unknown", ())
    (child,) = (
        (Path("/proc") / str(worker.pid) / "task" / str(worker.pid) / "children")
        .read_text(encoding="utf-8")
        .split()
    )
    limits = (Path("/proc") / child / "limits").read_text(encoding="utf-8")
    assert str(2 * 1024**3) in limits


def test_the_worker_loads_no_database_and_no_model_before_it_has_forked(
    environment: dict[str, str],
) -> None:
    script = (
        "import sys, workers.reader.tasks\n"
        "print({'sqlalchemy', 'flask', 'services', 'faster_paddle'} & set(sys.modules))"
    )

    ended = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
    )

    assert ended.stdout == "set()\n"
