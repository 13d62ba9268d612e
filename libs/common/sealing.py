"""Sealed text: whoever has a room's public key can write to it, only that room can read.

HPKE (RFC 9180) with X25519, HKDF-SHA256 and AES-256-GCM. Keys travel as base64 of their 32 bytes.
"""

import base64
import json
from typing import cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from libs.common.errors import BadMessage
from libs.common.messages import Sealed

_SUITE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
_INFO = b"shencai message v1"


def new_key_pair() -> tuple[str, str]:
    """A fresh private and public key, each as base64 text."""
    private = X25519PrivateKey.generate()
    public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return base64.b64encode(private.private_bytes_raw()).decode(), base64.b64encode(public).decode()


def seal(data: dict[str, object], public_key: str) -> Sealed:
    """The JSON-able data, readable only by the holder of the private key."""
    key = X25519PublicKey.from_public_bytes(base64.b64decode(public_key))
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return Sealed(base64.b64encode(_SUITE.encrypt(text.encode(), key, info=_INFO)).decode())


def unseal(sealed: Sealed, private_key: str) -> dict[str, object]:
    """What was sealed for this room. Raises BadMessage if it was not, or was altered."""
    key = X25519PrivateKey.from_private_bytes(base64.b64decode(private_key))
    try:
        text = _SUITE.decrypt(base64.b64decode(sealed, validate=True), key, info=_INFO)
        return cast("dict[str, object]", json.loads(text))
    except (InvalidTag, ValueError) as error:
        raise BadMessage("sealed for another room, or altered") from error
