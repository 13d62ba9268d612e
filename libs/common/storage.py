"""Objects in S3-compatible storage: originals, renditions, arrivals, through one small class.

A key never tells a name: it is made of random ids and content hashes. Which bucket a process may
read or write is settled by its credentials, not by this code.
"""

import dataclasses as dc
import datetime as dt
import io
from typing import Any, Protocol

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from libs.common.direct_s3 import DirectS3

CONNECT_TIMEOUT_SECONDS = 2
READ_TIMEOUT_SECONDS = 5
ATTEMPTS = 3
MAX_OBJECT_BYTES = 32 * 1024 * 1024


class StorageUnavailable(Exception):
    """The object store did not answer, or refused; trying again later can help."""


class ObjectMissing(Exception):
    """There is no object of that key."""


@dc.dataclass(frozen=True)
class StorageSettings:
    """Where the object store is, and this process's own credentials for it."""

    s3_endpoint: str
    s3_access_key: str
    s3_secret_key: str
    s3_region: str = "us-east-1"
    s3_originals_bucket: str = "originals"
    s3_renditions_bucket: str = "renditions"
    s3_arrivals_bucket: str = "arrivals"


@dc.dataclass(frozen=True)
class Listed:
    """One object of a bucket, as a list names it."""

    key: str
    written_at: dt.datetime


class Short(Protocol):
    """The short way: True or the bytes when it went well, else nothing, and boto3 takes over."""

    def put(
        self,
        bucket: str,
        key: str,
        data: bytes | io.RawIOBase,
        content_type: str,
        *,
        size: int | None = None,
    ) -> bool:
        """Whether the bytes are stored."""

    def get(self, bucket: str, key: str, *, most: int) -> bytes | None:
        """The object's bytes."""


class Bucket:
    """One bucket. Every call has time limits and raises StorageUnavailable on trouble.

    Bytes go the short way where one is given; what does not go well there goes again through
    boto3, which knows how to try again and what to say.
    """

    def __init__(self, client: Any, name: str, short: Short | None = None) -> None:
        self._client = client
        self._short = short
        self.name = name

    def put(self, key: str, data: bytes, *, content_type: str) -> None:
        """Store the bytes durably under the key; the same key again overwrites."""
        if self._short is not None and self._short.put(self.name, key, data, content_type):
            return
        self._call("put_object", Key=key, Body=data, ContentType=content_type)

    def send(self, key: str, file: io.RawIOBase, *, size: int, content_type: str) -> None:
        """As `put`, of a file that is read piece by piece, from its beginning."""
        if self._short is not None and self._short.put(
            self.name, key, file, content_type, size=size
        ):
            return
        file.seek(0)
        self._call("put_object", Key=key, Body=file, ContentLength=size, ContentType=content_type)

    def get(self, key: str) -> bytes:
        """The object's bytes. Raises ObjectMissing."""
        if self._short is not None:
            data = self._short.get(self.name, key, most=MAX_OBJECT_BYTES)
            if data is not None:
                return data
        answer = self._call("get_object", Key=key)
        try:
            return bytes(answer["Body"].read(MAX_OBJECT_BYTES))
        except Exception as error:
            raise StorageUnavailable(f"{self.name}: {type(error).__name__}") from error

    def delete(self, key: str) -> None:
        """Remove the object; removing what is not there is no error."""
        self._call("delete_object", Key=key)

    def listed(self, *, after: str, most: int) -> list[Listed]:
        """The next objects in the order of their keys."""
        answer = self._call("list_objects_v2", StartAfter=after, MaxKeys=most)
        return [
            Listed(key=each["Key"], written_at=each["LastModified"].astimezone(dt.UTC))
            for each in answer.get("Contents", ())
        ]

    def written_at(self, key: str) -> dt.datetime | None:
        """When the object was written; None when it is not there. Asks for no right to read it."""
        answer = self._call("list_objects_v2", Prefix=key, MaxKeys=1)
        found = [each for each in answer.get("Contents", ()) if each["Key"] == key]
        return found[0]["LastModified"].astimezone(dt.UTC) if found else None

    def _call(self, operation: str, **arguments: object) -> Any:
        try:
            return getattr(self._client, operation)(Bucket=self.name, **arguments)
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "")
            if code in {"NoSuchKey", "404", "NotFound"}:
                raise ObjectMissing(str(arguments.get("Key"))) from error
            raise StorageUnavailable(f"{self.name}: {code}") from error
        except BotoCoreError as error:
            raise StorageUnavailable(f"{self.name}: {type(error).__name__}") from error


class Storage:
    """The three buckets. Create it after forking; it is safe to share between threads."""

    def __init__(self, settings: StorageSettings) -> None:
        client = boto3.client(
            "s3",
            endpoint_url=settings.s3_endpoint,
            aws_access_key_id=settings.s3_access_key,
            aws_secret_access_key=settings.s3_secret_key,
            region_name=settings.s3_region,
            config=Config(
                signature_version="s3v4",
                connect_timeout=CONNECT_TIMEOUT_SECONDS,
                read_timeout=READ_TIMEOUT_SECONDS,
                retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
                # The stored hash proves the bytes: hashing them once more to sign them, and judging
                # our own few arguments, cost a quarter of a put.
                s3={"addressing_style": "path", "payload_signing_enabled": False},
                parameter_validation=False,
                max_pool_connections=32,
                # SeaweedFS and other stores do not all know the newer trailing checksums.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )
        short = DirectS3(
            settings.s3_endpoint,
            access_key=settings.s3_access_key,
            secret_key=settings.s3_secret_key,
            region=settings.s3_region,
            timeout_seconds=READ_TIMEOUT_SECONDS,
        )
        self.originals = Bucket(client, settings.s3_originals_bucket, short)
        self.renditions = Bucket(client, settings.s3_renditions_bucket, short)
        self.arrivals = Bucket(client, settings.s3_arrivals_bucket, short)
