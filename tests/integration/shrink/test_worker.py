"""The real shrink worker on the real broker and object store."""

import hashlib
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator

import pytest

from libs.common import broker
from libs.common import messages as m
from libs.common.envelopes import load
from libs.common.storage import ObjectMissing, Storage
from libs.stack.valkey import Valkey
from tests import pictures as p
from tests.make import envelope
from tests.servers import S3ForTests

WAIT_SECONDS = 60


@pytest.fixture
def environment(shared_valkey: Valkey, s3: S3ForTests) -> dict[str, str]:
    keys = s3.settings("shrink")
    return {
        "PATH": os.environ["PATH"],
        "BROKER_URL": shared_valkey.url,
        "S3_ENDPOINT": keys.s3_endpoint,
        "S3_ACCESS_KEY": keys.s3_access_key,
        "S3_SECRET_KEY": keys.s3_secret_key,
    }


@pytest.fixture
def worker(environment: dict[str, str]) -> Iterator[None]:
    command = [sys.executable, "-m", "celery", "-A", "workers.shrink.tasks", "worker"]
    process = subprocess.Popen(
        [*command, "-Q", "shrink", "-c", "1", *broker.QUIET],
        env=environment,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
    )
    yield
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def answers(url: str, count: int) -> list[m.Message]:
    """What the worker sent to the queue `upload`."""
    found: list[m.Message] = []
    with broker.sender(url).connection_for_read() as connection:
        queue = connection.SimpleQueue("upload")
        until = time.monotonic() + WAIT_SECONDS
        while len(found) < count and time.monotonic() < until:
            try:
                raw = queue.get(timeout=1)
            except queue.Empty:
                continue
            found.append(load(raw.payload[0][0])[1])
            raw.ack()
        queue.close()
    return found


def command(storage: Storage, data: bytes) -> m.ShrinkImage:
    key = uuid.uuid4().hex
    storage.arrivals.put(key, data, content_type="image/jpeg")
    return m.ShrinkImage(
        image_id=m.ImageId(uuid.uuid4()),
        original_key=key,
        sha256=hashlib.sha256(data).hexdigest(),
        size_bytes=len(data),
        orientation=1,
    )


@pytest.mark.usefixtures("worker")
def test_photos_go_in_images_come_out_and_all_is_cleared(
    environment: dict[str, str], s3: S3ForTests
) -> None:
    storage, url = Storage(s3.settings("upload")), environment["BROKER_URL"]
    app = broker.sender(url)
    good = command(storage, p.heic(p.paper(1600, 1200), 80))
    bad = command(storage, p.jpeg(p.paper(1600, 1200), 95)[:60_000])

    broker.send(app, [("shrink", envelope(good)), ("shrink", envelope(bad))])
    facts = {f.image_id: f for f in answers(url, 2) if isinstance(f, m.ImageShrunk)}

    made, refused = facts[good.image_id], facts[bad.image_id]
    assert made.key is not None
    image = storage.arrivals.get(made.key)
    assert hashlib.sha256(image).hexdigest() == made.sha256
    assert (refused.key, [f.code for f in refused.findings]) == (None, ["damaged"])

    keys = (good.original_key, made.key)
    broker.send(app, [("shrink", envelope(m.ClearShrink(image_id=good.image_id, keys=keys)))])
    (cleared,) = answers(url, 1)

    assert cleared == m.ShrinkCleared(image_id=good.image_id, keys=keys)
    for key in keys:
        with pytest.raises(ObjectMissing):
            storage.arrivals.get(key)


def test_the_worker_loads_no_database_and_no_decoder(environment: dict[str, str]) -> None:
    script = (
        "import sys, workers.shrink.tasks\n"
        "print({'sqlalchemy', 'flask', 'services', 'PIL', 'pi_heif', 'simplejpeg'}"
        " & set(sys.modules))"
    )

    ended = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
    )

    assert ended.stdout == "set()\n"
