"""The short way to an object's bytes: botocore's own signature on one kept connection.

A call through boto3 asks 30 handlers, looks up the endpoint's rules, and parses what nobody reads:
1.7 ms of CPU, three times a picture. This asks the store the same with the same signature for
.4 ms, and says nothing but whether it went well: all trouble is boto3's (docs/decisions/0012).
"""

import http.client
import io
import ssl
import threading
from typing import Any
from urllib.parse import quote, urlsplit

from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials

_UNSIGNED_PAYLOAD = Config(s3={"payload_signing_enabled": False})
"""The stored hash proves the bytes."""
_OK = 200


class _ClosesItself:
    """A connection whose thread has ended leaves no open socket behind."""

    def __del__(self: Any) -> None:
        self.close()


class _Plain(_ClosesItself, http.client.HTTPConnection):
    """Over the inner network."""


class _Tls(_ClosesItself, http.client.HTTPSConnection):
    """Proven by the machine's own certificates."""


class DirectS3:
    """GET and PUT of whole objects, path style. Safe to share: each thread has a connection."""

    def __init__(
        self,
        endpoint: str,
        *,
        access_key: str,
        secret_key: str,
        region: str,
        timeout_seconds: float,
    ) -> None:
        parts = urlsplit(endpoint)
        self._host, self._path = parts.netloc, parts.path.rstrip("/")
        self._scheme = parts.scheme
        self._timeout_seconds = timeout_seconds
        self._signer = S3SigV4Auth(Credentials(access_key, secret_key), "s3", region)
        self._tls = ssl.create_default_context() if parts.scheme == "https" else None
        self._local = threading.local()

    def put(
        self,
        bucket: str,
        key: str,
        data: bytes | io.RawIOBase,
        content_type: str,
        *,
        size: int | None = None,
    ) -> bool:
        """Whether the store has taken the bytes; those of a file of `size` are read in blocks."""
        headers = {"Content-Type": content_type}
        return self._ask("PUT", bucket, key, headers, data, most=0, size=size) is not None

    def get(self, bucket: str, key: str, *, most: int) -> bytes | None:
        """The object's bytes, at most so many; None when it did not come whole and at once."""
        return self._ask("GET", bucket, key, {}, None, most=most)

    def _ask(
        self,
        method: str,
        bucket: str,
        key: str,
        headers: dict[str, str],
        data: bytes | io.RawIOBase | None,
        *,
        most: int,
        size: int | None = None,
    ) -> bytes | None:
        path = f"{self._path}/{bucket}/{quote(key, safe='/~')}"
        request = AWSRequest(
            method=method, url=f"{self._scheme}://{self._host}{path}", headers=headers
        )
        request.context["client_config"] = _UNSIGNED_PAYLOAD
        self._signer.add_auth(request)
        connection = self._connection()
        sent = dict(request.headers.items())
        if size is not None:
            sent["Content-Length"] = str(size)
        try:
            connection.request(method, path, body=data, headers=sent)
            answer = connection.getresponse()
            body = answer.read(most) if most else answer.read()
            if answer.status == _OK and answer.isclosed():
                return body
        except (OSError, http.client.HTTPException):
            pass
        # Whatever is left on this connection belongs to no next answer.
        connection.close()
        return None

    def _connection(self) -> http.client.HTTPConnection:
        kept: http.client.HTTPConnection | None = getattr(self._local, "connection", None)
        if kept is None:
            seconds = self._timeout_seconds
            if self._tls:
                kept = _Tls(self._host, timeout=seconds, context=self._tls)
            else:
                kept = _Plain(self._host, timeout=seconds)
            self._local.connection = kept
        return kept
