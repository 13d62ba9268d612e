"""The real worker process on the real broker and object store: it answers, and is confined."""

import hashlib
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from libs.common import broker
from libs.common import messages as m
from libs.common.envelopes import Envelope
from libs.common.storage import Storage
from libs.stack.valkey import Valkey
from tests import pictures as p
from tests.hostile import CASES
from tests.hostile_case import FIT
from tests.make import envelope
from tests.servers import S3ForTests
from tests.serving import until
from tests.worker import WAIT_SECONDS, answers, children_of, environment_of, loaded_by, started

NAMES = ("plain", "orientation 6", "palette PNG", "cut at the half", "scan bomb", "GIF", "nothing")
FILES = {case.name: case for case in CASES if case.name in NAMES}


@pytest.fixture
def environment(shared_valkey: Valkey, s3: S3ForTests) -> dict[str, str]:
    return environment_of("images", shared_valkey, s3)


@pytest.fixture
def worker(environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    with started("images", environment, processes=2) as process:
        # Each message has ten seconds; on a busy machine a cell takes longer to start.
        until(lambda: is_shut_in(process.pid), seconds=WAIT_SECONDS, what="two cells, shut in")
        yield process


def cells_of(worker: int) -> list[int]:
    return [cell for child in children_of(worker) for cell in children_of(child)]


def is_shut_in(worker: int) -> bool:
    cells = cells_of(worker)
    said = [Path("/proc", str(cell), "status").read_text() for cell in cells]
    return len(cells) == 2 and all("Seccomp:\t2" in status for status in said)


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


def checked(environment: dict[str, str], count: int) -> dict[Any, m.ImageChecked]:
    """By the id of the command."""
    found = answers(environment["BROKER_URL"], m.ImageChecked, count)
    return {envelope.answers: message for envelope, message in found}


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

    found = checked(environment, len(ends))

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

    assert list(checked(environment, 1)) == [right.id]


def test_the_cells_cannot_take_more_than_a_gigabyte_and_know_no_secret(
    worker: subprocess.Popen[bytes], environment: dict[str, str], s3: S3ForTests
) -> None:
    app = broker.sender(environment["BROKER_URL"])
    envelope = command_for(Storage(s3.settings("upload")), p.jpeg(p.paper()), 1)
    broker.send(app, [("images", envelope)])
    assert checked(environment, 1)

    cells = cells_of(worker.pid)

    assert len(cells) == 2
    for cell in cells:
        place = Path("/proc") / str(cell)
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
    names = {"sqlalchemy", "psycopg2", "alembic", "flask", "services"}

    assert loaded_by("images", environment, names) == set()
