"""The real worker process on the real broker and object store: it answers, and is confined."""

import hashlib
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from celery import Celery

from libs.common import broker
from libs.common import messages as m
from libs.common.envelopes import Envelope, load
from libs.common.storage import Storage
from libs.stack.valkey import Valkey
from tests import pictures as p
from tests.hostile import CASES, FIT
from tests.make import envelope
from tests.servers import S3ForTests

WAIT_SECONDS = 30
NAMES = ("plain", "orientation 6", "palette PNG", "cut at the half", "scan bomb", "GIF", "nothing")
FILES = {case.name: case for case in CASES if case.name in NAMES}


@pytest.fixture
def environment(shared_valkey: Valkey, s3: S3ForTests) -> dict[str, str]:
    keys = s3.settings("images")
    return {
        "PATH": os.environ["PATH"],
        "BROKER_URL": shared_valkey.url,
        "S3_ENDPOINT": keys.s3_endpoint,
        "S3_ACCESS_KEY": keys.s3_access_key,
        "S3_SECRET_KEY": keys.s3_secret_key,
    }


@pytest.fixture
def worker(environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "celery", "-A", "workers.images.tasks", "worker"]
    process = subprocess.Popen(
        [
            *command,
            "-Q",
            "images",
            "-c",
            "2",
            "--without-gossip",
            "--without-mingle",
            "--without-heartbeat",
        ],
        env=environment,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
    )
    yield process
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def command_for(storage: Storage, data: bytes, orientation: int) -> Envelope:
    key = f"ab/{uuid.uuid4().hex}"
    storage.originals.put(key, data, content_type="application/octet-stream")
    message = m.CheckImage(
        image_id=m.ImageId(uuid.uuid4()),
        original_key=key,
        sha256=hashlib.sha256(data).hexdigest(),
        size_bytes=len(data),
        orientation=orientation,
    )
    return envelope(message)


def answers(app: Celery, count: int) -> dict[Any, m.ImageChecked]:
    """What the worker sent to the queue `upload`, by the id of the command."""
    found: dict[Any, m.ImageChecked] = {}
    with app.connection_for_read() as connection:
        queue = connection.SimpleQueue("upload")
        until = time.monotonic() + WAIT_SECONDS
        while len(found) < count and time.monotonic() < until:
            try:
                raw = queue.get(timeout=1)
            except queue.Empty:
                continue
            envelope, message = load(raw.payload[0][0])
            raw.ack()
            if isinstance(message, m.ImageChecked):
                found[envelope.answers] = message
        queue.close()
    return found


@pytest.mark.usefixtures("worker")
def test_pictures_go_in_and_verdicts_come_out(environment: dict[str, str], s3: S3ForTests) -> None:
    assert len(FILES) == len(NAMES)
    storage = Storage(s3.settings("upload"))
    app = broker.sender(environment["BROKER_URL"])
    ends = {}
    for case in FILES.values():
        envelope = command_for(storage, case.make(), 6 if case.name == "orientation 6" else 1)
        ends[envelope.id] = case.end
        broker.send(app, [("images", envelope)])

    found = answers(app, len(ends))

    assert found.keys() == ends.keys()
    for command_id, fact in found.items():
        refusals = [f.code for f in fact.findings if f.severity == "refuse"]
        assert refusals == ([] if ends[command_id] == FIT else [ends[command_id]])
        for key in (fact.view_key, fact.grid_key):
            assert (key is None) == bool(refusals)
            if key is not None:
                assert storage.renditions.get(key).startswith(b"\xff\xd8\xff")


@pytest.mark.usefixtures("worker")
def test_bytes_of_another_hash_get_no_answer_and_block_nobody(
    environment: dict[str, str], s3: S3ForTests
) -> None:
    storage = Storage(s3.settings("upload"))
    app = broker.sender(environment["BROKER_URL"])
    wrong = command_for(storage, p.jpeg(p.paper()), 1)
    wrong.body["sha256"] = "0" * 64
    right = command_for(storage, p.jpeg(p.paper()), 1)

    broker.send(app, [("images", wrong), ("images", right)])

    assert list(answers(app, 1)) == [right.id]


def test_the_cells_cannot_take_more_than_a_gigabyte_and_know_no_secret(
    worker: subprocess.Popen[bytes], environment: dict[str, str], s3: S3ForTests
) -> None:
    app = broker.sender(environment["BROKER_URL"])
    envelope = command_for(Storage(s3.settings("upload")), p.jpeg(p.paper()), 1)
    broker.send(app, [("images", envelope)])
    assert answers(app, 1)

    cells = [cell for child in children_of(worker.pid) for cell in children_of(child)]

    assert len(cells) == 2
    for cell in cells:
        place = Path("/proc") / str(cell)
        until = time.monotonic() + WAIT_SECONDS
        while "Seccomp:\t2" not in (place / "status").read_text() and time.monotonic() < until:
            time.sleep(0.1)
        rows = {
            line[:26].strip(): line[26:].split()
            for line in (place / "limits").read_text().splitlines()
        }
        assert rows["Max address space"][:2] == [str(1024**3)] * 2
        assert rows["Max core file size"][:2] == ["0", "0"]
        assert rows["Max file size"][:2] == ["0", "0"]
        assert "Seccomp:\t2" in (place / "status").read_text()
        told = (place / "environ").read_bytes()
        assert not [name for name in environment if f"{name}=".encode() in told]


def children_of(process: int) -> list[int]:
    found = Path(f"/proc/{process}/task/{process}/children").read_text()
    return [int(child) for child in found.split()]


def test_a_worker_without_its_settings_says_which_are_missing() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", "import workers.images.tasks"],
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode != 0
    for name in ("BROKER_URL", "S3_ENDPOINT", "S3_ACCESS_KEY", "S3_SECRET_KEY"):
        assert name in ended.stderr


def test_the_worker_loads_no_database_and_no_page_code(environment: dict[str, str]) -> None:
    script = (
        "import sys, workers.images.tasks\n"
        "print({'sqlalchemy', 'psycopg2', 'alembic', 'flask', 'services'} & set(sys.modules))"
    )

    ended = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
    )

    assert ended.stdout == "set()\n"
