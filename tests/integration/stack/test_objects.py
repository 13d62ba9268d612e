"""Who may do what with objects; and that no port serves one to a stranger."""

import uuid
from collections.abc import Callable

import boto3
import pytest
import requests
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from libs.common.storage import ObjectMissing, Storage, StorageUnavailable
from tests.servers import S3ForTests

PICTURE = b"\xff\xd8\xff specimen of a paper"


@pytest.fixture
def key(s3: S3ForTests) -> str:
    name = uuid.uuid4().hex
    s3.client().put_object(Bucket="originals", Key=name, Body=PICTURE)
    s3.client().put_object(Bucket="renditions", Key=name, Body=PICTURE)
    return name


def test_upload_writes_originals_and_reads_both(s3: S3ForTests, key: str) -> None:
    storage = Storage(s3.settings("upload"))

    storage.originals.put("mine", PICTURE, content_type="image/jpeg")

    assert storage.originals.get("mine") == PICTURE
    assert storage.renditions.get(key) == PICTURE
    storage.originals.delete("mine")
    with pytest.raises(ObjectMissing):
        storage.originals.get("mine")


def test_images_reads_originals_and_writes_renditions(s3: S3ForTests, key: str) -> None:
    storage = Storage(s3.settings("images"))

    storage.renditions.put("grid", PICTURE, content_type="image/jpeg")

    assert storage.originals.get(key) == PICTURE
    assert s3.client().get_object(Bucket="renditions", Key="grid")["Body"].read() == PICTURE


def test_shrink_reads_writes_and_clears_arrivals(s3: S3ForTests) -> None:
    Storage(s3.settings("upload")).arrivals.put("big", PICTURE, content_type="image/heic")
    storage = Storage(s3.settings("shrink"))

    storage.arrivals.put("small", PICTURE, content_type="image/jpeg")

    assert storage.arrivals.get("big") == PICTURE
    assert Storage(s3.settings("upload")).arrivals.get("small") == PICTURE
    storage.arrivals.delete("big")
    with pytest.raises(ObjectMissing):
        storage.arrivals.get("big")


@pytest.mark.parametrize("identity", ["review", "reader"])
def test_review_and_reader_read_renditions(s3: S3ForTests, key: str, identity: str) -> None:
    assert Storage(s3.settings(identity)).renditions.get(key) == PICTURE


REFUSED: dict[str, tuple[str, Callable[[Storage, str], object]]] = {
    "images overwrites an original": (
        "images",
        lambda s, k: s.originals.put(k, b"", content_type="image/jpeg"),
    ),
    "images adds an original": (
        "images",
        lambda s, k: s.originals.put(k + "2", b"", content_type="image/jpeg"),
    ),
    "images deletes an original": ("images", lambda s, k: s.originals.delete(k)),
    "images reads a rendition": ("images", lambda s, k: s.renditions.get(k)),
    "shrink reads an original": ("shrink", lambda s, k: s.originals.get(k)),
    "shrink writes an original": (
        "shrink",
        lambda s, k: s.originals.put(k, b"", content_type="image/jpeg"),
    ),
    "shrink reads a rendition": ("shrink", lambda s, k: s.renditions.get(k)),
    "shrink deletes a rendition": ("shrink", lambda s, k: s.renditions.delete(k)),
    "reader reads an original": ("reader", lambda s, k: s.originals.get(k)),
    "reader reads an arrival": ("reader", lambda s, k: s.arrivals.get(k)),
    "reader writes a rendition": (
        "reader",
        lambda s, k: s.renditions.put(k, b"", content_type="image/jpeg"),
    ),
    "reader deletes a rendition": ("reader", lambda s, k: s.renditions.delete(k)),
    "images reads an arrival": ("images", lambda s, k: s.arrivals.get(k)),
    "review reads an arrival": ("review", lambda s, k: s.arrivals.get(k)),
    "upload writes a rendition": (
        "upload",
        lambda s, k: s.renditions.put(k, b"", content_type="image/jpeg"),
    ),
    "review reads an original": ("review", lambda s, k: s.originals.get(k)),
    "review writes a rendition": (
        "review",
        lambda s, k: s.renditions.put(k, b"", content_type="image/jpeg"),
    ),
    "review deletes a rendition": ("review", lambda s, k: s.renditions.delete(k)),
}


@pytest.mark.parametrize("what", REFUSED)
def test_an_identity_is_refused_what_is_not_its_own(s3: S3ForTests, key: str, what: str) -> None:
    identity, act = REFUSED[what]

    with pytest.raises(StorageUnavailable, match=r"AccessDenied|403"):
        act(Storage(s3.settings(identity)), key)

    for bucket in ("originals", "renditions"):
        assert s3.client().get_object(Bucket=bucket, Key=key)["Body"].read() == PICTURE


@pytest.mark.parametrize("identity", ["upload", "images", "shrink", "reader", "review"])
def test_only_the_administrator_lists_or_makes_buckets(s3: S3ForTests, identity: str) -> None:
    client = s3.client(identity)

    with pytest.raises(ClientError, match="AccessDenied"):
        client.create_bucket(Bucket="another")
    with pytest.raises(ClientError, match="AccessDenied"):
        client.list_objects_v2(Bucket="originals")


def test_an_anonymous_client_is_refused(s3: S3ForTests, key: str) -> None:
    stranger = boto3.client(
        "s3",
        endpoint_url=s3.endpoint,
        region_name="us-east-1",
        config=Config(signature_version=UNSIGNED, s3={"addressing_style": "path"}),
    )

    with pytest.raises(ClientError, match="AccessDenied"):
        stranger.get_object(Bucket="originals", Key=key)


def test_no_port_serves_an_object_without_credentials(s3: S3ForTests, key: str) -> None:
    """The filer's port once did (200), while the S3 port refused."""
    volume_files = [f"{volume},01000000{cookie:02x}" for volume in range(1, 5) for cookie in (0, 1)]
    paths = [
        f"originals/{key}",
        f"buckets/originals/{key}",
        "buckets/originals/?limit=100",
        "dir/assign",
        "dir/lookup?volumeId=1&read=yes",
        *volume_files,
    ]

    for port in (s3.port, *s3.internal_ports):
        for path in paths:
            try:
                answer = requests.get(f"http://127.0.0.1:{port}/{path}", timeout=3)
            except requests.RequestException:
                continue  # A port that speaks no HTTP serves nothing by it.
            assert answer.status_code != 200, f"port {port} answers /{path}"
            assert PICTURE not in answer.content


def test_objects_outlive_a_crash_of_the_server(s3: S3ForTests, key: str) -> None:
    s3.kill()
    s3.start()

    assert Storage(s3.settings("upload")).originals.get(key) == PICTURE
