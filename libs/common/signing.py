"""Signed HTTP between Shencai and the registration system: HMAC-SHA256 over the whole request.

Both sides share one key per direction. The signature covers method, path (with its query), time,
nonce and the hash of the body, so nothing of a request can be changed or moved. Who verifies must
also refuse a nonce that was seen before; this module only gives it back.
"""

import dataclasses as dc
import datetime as dt
import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping
from typing import Protocol

SCHEME = "shencai-hmac-sha256-v1"
KEY_HEADER = "X-Shencai-Key"
TIME_HEADER = "X-Shencai-Timestamp"
NONCE_HEADER = "X-Shencai-Nonce"
SIGNATURE_HEADER = "X-Shencai-Signature"

CLOCK_LEEWAY_SECONDS = 300
"""Two servers' clocks may differ so much; nonces must be remembered for at least twice that."""
MIN_KEY_BYTES = 32
"""As long as the hash's output (RFC 2104, section 3)."""
MAX_NONCE_CHARACTERS = 64


class BadSignature(Exception):
    """The request is not to be believed; the sentence says why and holds no secret."""


class Headers(Protocol):
    """A mapping of names to values, or a web framework's own kind of headers."""

    def items(self) -> Iterable[tuple[str, str]]:
        """Name and value of each; names in any case."""


@dc.dataclass(frozen=True)
class Signed:
    """What a verified request proves: who signed it, and a nonce to be used once."""

    key_id: str
    nonce: str
    signed_at: dt.datetime


def sign(
    method: str, path: str, body: bytes, *, key_id: str, key: str, now: dt.datetime
) -> dict[str, str]:
    """The headers that prove who sent `body` to `path` (query included), and when."""
    timestamp, nonce = str(int(now.timestamp())), secrets.token_urlsafe(18)
    facts = (key_id, timestamp, nonce)
    return {
        KEY_HEADER: key_id,
        TIME_HEADER: timestamp,
        NONCE_HEADER: nonce,
        SIGNATURE_HEADER: _signature(
            key, _text(method, path, hashlib.sha256(body).hexdigest(), facts)
        ),
    }


def verify(
    method: str,
    path: str,
    body: bytes,
    headers: Headers,
    *,
    keys: Mapping[str, str],
    now: dt.datetime,
) -> Signed:
    """Who signed the request. Raises BadSignature. `keys`: key id → key."""
    digest = hashlib.sha256(body).hexdigest()
    return verify_digest(method, path, digest, headers, keys=keys, now=now)


def verify_digest(
    method: str,
    path: str,
    body_sha256: str,
    headers: Headers,
    *,
    keys: Mapping[str, str],
    now: dt.datetime,
) -> Signed:
    """The same for a body that is too large to be held: of it the SHA-256 in hex."""
    given = {name.lower(): value for name, value in headers.items()}
    key_id, timestamp, nonce, signature = (
        given.get(name.lower(), "")
        for name in (KEY_HEADER, TIME_HEADER, NONCE_HEADER, SIGNATURE_HEADER)
    )
    if not (key_id and timestamp and nonce and signature):
        raise BadSignature("the request is not signed")
    if len(nonce) > MAX_NONCE_CHARACTERS:
        raise BadSignature("the nonce is too long")
    key = keys.get(key_id)
    if key is None:
        raise BadSignature("the key id is not known")
    expected = _signature(key, _text(method, path, body_sha256, (key_id, timestamp, nonce)))
    if not hmac.compare_digest(expected.encode(), signature.encode()):
        raise BadSignature("the signature does not match")
    return Signed(key_id=key_id, nonce=nonce, signed_at=_time(timestamp, now))


def _time(timestamp: str, now: dt.datetime) -> dt.datetime:
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= len("4102444800")):
        raise BadSignature("the time stamp is not in seconds since 1970")
    signed_at = dt.datetime.fromtimestamp(int(timestamp), dt.UTC)
    if abs((now - signed_at).total_seconds()) > CLOCK_LEEWAY_SECONDS:
        raise BadSignature(f"the time stamp is off by more than {CLOCK_LEEWAY_SECONDS} seconds")
    return signed_at


def _text(method: str, path: str, body_sha256: str, facts: tuple[str, str, str]) -> bytes:
    lines = (SCHEME, method.upper(), path, *facts, body_sha256)
    return "\n".join(lines).encode()


def _signature(key: str, text: bytes) -> str:
    secret = key.encode()
    if len(secret) < MIN_KEY_BYTES:
        raise ValueError(f"a signing key has at least {MIN_KEY_BYTES} bytes")
    return hmac.new(secret, text, hashlib.sha256).hexdigest()
