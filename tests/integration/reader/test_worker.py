"""The real reader on the real broker and object store: it reads, seals, and is confined."""

import os
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from libs.common import broker
from libs.common import messages as m
from libs.common.sealing import new_key_pair, unseal
from libs.common.storage import Storage
from libs.stack.valkey import Valkey
from tests.make import envelope
from tests.servers import S3ForTests
from tests.worker import answers, children_of, environment_of, loaded_by, started

CARD = Path(__file__).parents[3] / "ops" / "demo" / "papers" / "A01-1-clear-DEMO-0024.jpg"
PRIVATE, PUBLIC = new_key_pair()


@pytest.fixture
def environment(shared_valkey: Valkey, s3: S3ForTests) -> dict[str, str]:
    return environment_of("reader", shared_valkey, s3) | {
        "UPLOAD_SEALING_KEY": PUBLIC,
        "READER_ENGINES": "paddle,rapidocr",
    }


@pytest.fixture
def worker(environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    with started("reader", environment) as process:
        yield process


def ask(key: str, orientation: int = 1) -> m.ReadImage:
    return m.ReadImage(image_id=m.ImageId(uuid.uuid4()), view_key=key, orientation=orientation)


def test_a_view_is_read_sealed_and_one_that_is_gone_is_unknown(
    worker: subprocess.Popen[bytes], environment: dict[str, str], s3: S3ForTests
) -> None:
    url, key = environment["BROKER_URL"], f"{uuid.uuid4().hex}.jpg"
    Storage(s3.settings("images")).renditions.put(key, CARD.read_bytes(), content_type="image/jpeg")
    card, gone = ask(key, orientation=6), ask("nothing")

    broker.send(broker.sender(url), [("reader", envelope(card)), ("reader", envelope(gone))])
    facts = {fact.image_id: fact for _, fact in answers(url, m.ImageRead, 2)}

    read, nothing = facts[card.image_id], facts[gone.image_id]
    assert (read.kind, read.orientation, read.findings) == ("id_front", 6, ())
    assert "120000199706150026" not in read.read
    assert unseal(read.read, PRIVATE)["id_numbers"] == ["120000199706150026"]
    assert (nothing.kind, nothing.findings) == ("unknown", ())
    (child,) = children_of(worker.pid)
    process = Path("/proc") / str(child)
    assert str(2 * 1024**3) in (process / "limits").read_text(encoding="utf-8")
    ours = os.getpriority(os.PRIO_PROCESS, 0)
    assert os.getpriority(os.PRIO_PROCESS, child) == min(19, ours + 10)
    share = process / "autogroup"
    assert not share.exists() or share.read_text(encoding="ascii").endswith(" nice 10\n")


def test_the_second_engine_reads_within_the_same_limits(
    environment: dict[str, str], s3: S3ForTests
) -> None:
    url, key = environment["BROKER_URL"], f"{uuid.uuid4().hex}.jpg"
    Storage(s3.settings("images")).renditions.put(key, CARD.read_bytes(), content_type="image/jpeg")

    with started("reader", environment | {"READER_ENGINES": "rapidocr"}):
        broker.send(broker.sender(url), [("reader", envelope(ask(key)))])
        ((_, read),) = answers(url, m.ImageRead, 1)

    assert (read.kind, "rapidocr" in read.reader) == ("id_front", True)
    assert unseal(read.read, PRIVATE)["id_numbers"] == ["120000199706150026"]


def test_the_worker_loads_no_database_and_no_model_before_it_has_forked(
    environment: dict[str, str],
) -> None:
    names = {"sqlalchemy", "flask", "services", "faster_paddle", "rapidocr", "cv2"}

    assert loaded_by("reader", environment, names) == set()
