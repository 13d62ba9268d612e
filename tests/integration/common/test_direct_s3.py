"""The short way to the store, against a real one: taken when it can be, quiet when it cannot."""

import secrets

import pytest

from libs.common.direct_s3 import DirectS3
from libs.common.storage import Bucket, ObjectMissing, Storage, StorageSettings
from services.upload.pieces import Pieces
from tests.servers import S3ForTests

MOST = 1_000_000


@pytest.fixture
def settings(s3: S3ForTests) -> StorageSettings:
    return s3.settings("upload")


@pytest.fixture
def short(settings: StorageSettings) -> DirectS3:
    return DirectS3(
        settings.s3_endpoint,
        access_key=settings.s3_access_key,
        secret_key=settings.s3_secret_key,
        region=settings.s3_region,
        timeout_seconds=5,
    )


def test_bytes_go_there_and_come_back_and_boto3_sees_the_same(
    short: DirectS3, settings: StorageSettings
) -> None:
    key, data = f"a/{secrets.token_hex(8)} é+~", secrets.token_bytes(200_000)

    assert short.put("originals", key, data, "image/jpeg")

    assert short.get("originals", key, most=MOST) == data
    long_way = Bucket(Storage(settings).originals._client, "originals")
    assert long_way.get(key) == data


@pytest.mark.parametrize("endpoint", [None, "http://127.0.0.1:9"])
def test_a_file_goes_there_piece_by_piece_either_way(
    settings: StorageSettings, endpoint: str | None
) -> None:
    """Where the short way ends in the middle, the long way begins at the beginning."""
    key, data = secrets.token_hex(8), secrets.token_bytes(300_000)
    short = DirectS3(
        endpoint or settings.s3_endpoint,
        access_key=settings.s3_access_key,
        secret_key=settings.s3_secret_key,
        region=settings.s3_region,
        timeout_seconds=5,
    )
    bucket = Bucket(Storage(settings).originals._client, "originals", short)
    file = Pieces((data[:1], memoryview(data)[1:200_000], b"", data[200_000:]))
    file.read(10)
    file.seek(0)

    bucket.send(key, file, size=file.size, content_type="image/jpeg")

    assert bucket.get(key) == data


def test_what_does_not_come_whole_is_nothing(short: DirectS3) -> None:
    key = secrets.token_hex(8)
    short.put("originals", key, b"four", "image/png")

    assert short.get("originals", "not there", most=MOST) is None
    assert short.get("originals", key, most=3) is None
    assert short.get("originals", key, most=MOST) == b"four"


def test_a_connection_that_the_store_has_closed_is_opened_again(short: DirectS3) -> None:
    key = secrets.token_hex(8)
    short.put("originals", key, b"here", "image/png")
    short._connection().sock.close()

    assert short.get("originals", key, most=MOST) is None
    assert short.get("originals", key, most=MOST) == b"here"


def test_a_stranger_is_let_in_by_neither_way(settings: StorageSettings) -> None:
    stranger = DirectS3(
        settings.s3_endpoint, access_key="x", secret_key="y", region="", timeout_seconds=5
    )

    assert not stranger.put("originals", "a", b"", "image/png")


def test_the_bucket_falls_back_and_says_what_is_wrong(settings: StorageSettings) -> None:
    storage = Storage(settings)

    with pytest.raises(ObjectMissing, match="nowhere"):
        storage.originals.get("nowhere")
