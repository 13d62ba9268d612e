"""Challenges for security keys: signed, so that asking for one writes nothing.

A challenge is 16 random bytes, the second at which it ends, and a MAC of both.
"""

import datetime as dt
import hashlib
import hmac
import secrets

LASTS = dt.timedelta(minutes=5)
_RANDOM, _TIME, _MAC = 16, 8, 16


def make(key: str, *, now: dt.datetime) -> bytes:
    """A new one."""
    ends = int((now + LASTS).timestamp()).to_bytes(_TIME, "big")
    body = secrets.token_bytes(_RANDOM) + ends
    return body + _mac(key, body)


def ends_at(challenge: bytes, key: str, *, now: dt.datetime) -> dt.datetime | None:
    """When it ends; None if it is not ours, or has ended."""
    body, mac = challenge[:-_MAC], challenge[-_MAC:]
    if len(body) != _RANDOM + _TIME or not hmac.compare_digest(mac, _mac(key, body)):
        return None
    ends = dt.datetime.fromtimestamp(int.from_bytes(body[_RANDOM:], "big"), dt.UTC)
    return ends if now < ends else None


def _mac(key: str, body: bytes) -> bytes:
    return hmac.new(key.encode(), b"passkey challenge" + body, hashlib.sha256).digest()[:_MAC]
