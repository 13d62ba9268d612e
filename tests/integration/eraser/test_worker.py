"""The eraser against a real object store, with its own credentials."""

import datetime as dt
import uuid

import pytest

from libs.common.clock import now
from libs.common.messages import EraseObjects, ListObjects
from libs.common.storage import ObjectMissing, Storage, StorageUnavailable
from tests.servers import S3ForTests
from workers.eraser.answer import LISTED_AT_ONCE, erase, listed

PICTURE = b"\xff\xd8\xff specimen of a paper"


@pytest.fixture
def eraser(s3: S3ForTests) -> Storage:
    return Storage(s3.settings("eraser"))


@pytest.fixture
def keys(s3: S3ForTests) -> list[str]:
    names = [f"{uuid.uuid4().hex}.jpeg" for _ in range(3)]
    for bucket in ("originals", "renditions", "arrivals"):
        for name in names:
            s3.client().put_object(Bucket=bucket, Key=name, Body=PICTURE)
    return names


def test_what_is_named_is_gone_and_nothing_else(
    s3: S3ForTests, eraser: Storage, keys: list[str]
) -> None:
    upload = Storage(s3.settings("upload"))

    answers = [
        erase(EraseObjects(bucket="originals", keys=tuple(keys[:2]), exam="demo"), eraser)
        for _ in range(2)
    ]

    assert [answer.erased for answer in answers] == [2, 2], "a second run does no harm"
    assert answers[0].exam == "demo"
    for key in keys[:2]:
        with pytest.raises(ObjectMissing):
            upload.originals.get(key)
        assert upload.renditions.get(key) == PICTURE
    assert upload.originals.get(keys[2]) == PICTURE


def test_what_was_written_since_is_spared(s3: S3ForTests, eraser: Storage, keys: list[str]) -> None:
    asked = EraseObjects(
        bucket="arrivals", keys=tuple(keys), exam=None, older_than=now() - dt.timedelta(hours=1)
    )

    answer = erase(asked, eraser)

    assert (answer.erased, answer.spared) == (0, 3)
    assert Storage(s3.settings("upload")).arrivals.get(keys[0]) == PICTURE


def test_a_bucket_is_listed_part_by_part_to_its_end(s3: S3ForTests, eraser: Storage) -> None:
    prefix = f"zz{uuid.uuid4().hex}"
    wanted = [f"{prefix}-{at:04d}" for at in range(LISTED_AT_ONCE + 5)]
    for key in wanted:
        s3.client().put_object(Bucket="renditions", Key=key, Body=PICTURE)
    later, after = now() + dt.timedelta(hours=1), prefix
    found: list[str] = []

    while True:
        part = listed(
            ListObjects(sweep_id=uuid.uuid4(), bucket="renditions", after=after, older_than=later),
            eraser,
        )
        found += part.keys
        if part.next_after is None:
            break
        after = part.next_after

    assert [key for key in found if key.startswith(prefix)] == wanted


def test_young_objects_and_those_of_the_store_are_not_listed(
    s3: S3ForTests, eraser: Storage, keys: list[str]
) -> None:
    def names(older_than: dt.datetime) -> tuple[str, ...]:
        asked = ListObjects(
            sweep_id=uuid.uuid4(), bucket="originals", after="", older_than=older_than
        )
        return listed(asked, eraser).keys

    assert names(now() - dt.timedelta(hours=1)) == ()
    assert ".ready" not in names(now() + dt.timedelta(hours=1))
    assert s3.client().get_object(Bucket="originals", Key=".ready")


@pytest.mark.parametrize("bucket", ["originals", "renditions", "arrivals"])
def test_the_eraser_reads_no_picture(eraser: Storage, keys: list[str], bucket: str) -> None:
    with pytest.raises(StorageUnavailable):
        getattr(eraser, bucket).get(keys[0])


@pytest.mark.parametrize("identity", ["upload", "images", "shrink", "reader", "review"])
def test_nobody_else_lists_a_bucket(s3: S3ForTests, identity: str) -> None:
    with pytest.raises(StorageUnavailable):
        Storage(s3.settings(identity)).originals.listed(after="", most=1)
