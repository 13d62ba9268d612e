"""The real shrink worker on the real broker and object store."""

import hashlib
import uuid
from collections.abc import Iterator

import pytest

from libs.common import broker
from libs.common import messages as m
from libs.common.storage import ObjectMissing, Storage
from libs.stack.valkey import Valkey
from tests import pictures as p
from tests.make import envelope
from tests.servers import S3ForTests
from tests.worker import answers, environment_of, loaded_by, started


@pytest.fixture
def environment(shared_valkey: Valkey, s3: S3ForTests) -> dict[str, str]:
    return environment_of("shrink", shared_valkey, s3)


@pytest.fixture
def worker(environment: dict[str, str]) -> Iterator[None]:
    with started("shrink", environment):
        yield


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
    facts = {fact.image_id: fact for _, fact in answers(url, m.ImageShrunk, 2)}

    made, refused = facts[good.image_id], facts[bad.image_id]
    assert made.key is not None
    image = storage.arrivals.get(made.key)
    assert hashlib.sha256(image).hexdigest() == made.sha256
    assert (refused.key, [f.code for f in refused.findings]) == (None, ["damaged"])

    keys = (good.original_key, made.key)
    broker.send(app, [("shrink", envelope(m.ClearShrink(image_id=good.image_id, keys=keys)))])
    ((_, cleared),) = answers(url, m.ShrinkCleared, 1)

    assert cleared == m.ShrinkCleared(image_id=good.image_id, keys=keys)
    for key in keys:
        with pytest.raises(ObjectMissing):
            storage.arrivals.get(key)


def test_the_worker_loads_no_database_and_no_decoder(environment: dict[str, str]) -> None:
    names = {"sqlalchemy", "flask", "services", "PIL", "pi_heif", "simplejpeg"}

    assert loaded_by("shrink", environment, names) == set()
