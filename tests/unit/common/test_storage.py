"""The buckets over S3's API: what is stored, and the three ways in which it can fail."""

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from libs.common.storage import ObjectMissing, Storage, StorageSettings, StorageUnavailable
from libs.stack.ports import LOOPBACK
from tests.ports import free_ports

SETTINGS = StorageSettings(
    s3_endpoint="https://s3.amazonaws.com", s3_access_key="sample", s3_secret_key="sample"
)


@pytest.fixture
def store() -> Iterator[Storage]:
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket=SETTINGS.s3_originals_bucket)
        yield Storage(SETTINGS)


def test_an_object_comes_back_as_it_was_stored_with_its_type(store: Storage) -> None:
    store.originals.put("a/b", b"\xff\xd8", content_type="image/jpeg")

    kept = boto3.client("s3", region_name="us-east-1").get_object(Bucket="originals", Key="a/b")

    assert store.originals.get("a/b") == b"\xff\xd8"
    assert kept["ContentType"] == "image/jpeg"


def test_the_same_key_again_overwrites(store: Storage) -> None:
    for data in (b"old", b"new"):
        store.originals.put("a", data, content_type="image/png")

    assert store.originals.get("a") == b"new"


def test_what_is_not_there_is_said_so_and_may_be_deleted(store: Storage) -> None:
    store.originals.delete("nothing")

    with pytest.raises(ObjectMissing, match="nothing"):
        store.originals.get("nothing")


def test_a_bucket_that_is_missing_is_trouble_and_names_itself(store: Storage) -> None:
    with pytest.raises(StorageUnavailable, match="renditions: NoSuchBucket"):
        store.renditions.put("a", b"", content_type="image/png")


def test_a_store_that_does_not_answer_is_trouble() -> None:
    nobody = f"http://{LOOPBACK}:{free_ports(1)[0]}"
    storage = Storage(StorageSettings(s3_endpoint=nobody, s3_access_key="a", s3_secret_key="b"))

    with pytest.raises(StorageUnavailable, match="originals: EndpointConnectionError"):
        storage.originals.get("a")
