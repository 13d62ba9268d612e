"""Personal fields at rest (R26): AES-256-GCM under a named key, and a blind index to find them.

`FIELD_KEYS` is `id:base64,id:base64`; the first key writes, every key reads, so that keys rotate.
The place of a value (table, column, row) is authenticated: a value moved elsewhere does not open.
"""

import base64
import hashlib
import hmac
import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES = 12


class FieldCipher:
    """Encrypts and decrypts single fields. Create one per process."""

    def __init__(self, keys: str) -> None:
        pairs = (part.split(":", 1) for part in keys.split(",") if part)
        self._keys = {key_id: AESGCM(base64.b64decode(key)) for key_id, key in pairs}
        if not self._keys:
            raise ValueError("no field key is set")
        self._current = next(iter(self._keys))

    def encrypt(self, text: str, *, place: str) -> bytes:
        """`place` is `table:column:row`, the same words again for decrypt."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._keys[self._current].encrypt(nonce, text.encode(), place.encode())
        return self._current.encode() + b":" + nonce + sealed

    def decrypt(self, value: bytes, *, place: str) -> str:
        """The text. Raises KeyError for an unknown key, InvalidTag for a value that was moved."""
        key_id, _, rest = bytes(value).partition(b":")
        nonce, sealed = rest[:_NONCE_BYTES], rest[_NONCE_BYTES:]
        return self._keys[key_id.decode()].decrypt(nonce, sealed, place.encode()).decode()


def blind_index(text: str, key: str) -> bytes:
    """A keyed hash by which an encrypted value can be looked up for equality (32 bytes)."""
    return hmac.new(base64.b64decode(key), text.encode(), hashlib.sha256).digest()


def mask_name(name: str) -> str:
    """李文清 → 李*清, 欧阳·样例 → 欧**例: first and last character stay."""
    if len(name) <= 1:
        return "*"
    if len(name) == 2:  # noqa: PLR2004 - a name of two characters keeps its first
        return name[0] + "*"
    return name[0] + "*" * (len(name) - 2) + name[-1]


def mask_middle(text: str, *, head: int, tail: int) -> str:
    """120000********000X: `head` and `tail` characters stay."""
    if len(text) <= head + tail:
        return "*" * len(text)
    return text[:head] + "*" * (len(text) - head - tail) + text[len(text) - tail :]
