"""The launch token: proves to Shencai, once and for two minutes, which candidate is coming (R1)."""

import base64
import datetime as dt
import secrets

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from examples.registration.settings import RegistrationSettings
from libs.common.errors import Misconfigured

TOKEN_TYPE = "shencai-launch+jwt"  # noqa: S105 - a media type (RFC 8725, section 3.11)
LIFETIME_SECONDS = 120


def private_key(settings: RegistrationSettings) -> Ed25519PrivateKey:
    """The signing key. Raises Misconfigured."""
    try:
        raw = base64.b64decode(settings.launch_private_key, validate=True)
        return Ed25519PrivateKey.from_private_bytes(raw)
    except ValueError:
        raise Misconfigured("LAUNCH_PRIVATE_KEY: expected base64 of 32 bytes") from None


def token(
    settings: RegistrationSettings, *, registration_number: str, exam: str, now: dt.datetime
) -> str:
    """A fresh token for one candidate and exam; each has a nonce of its own (`jti`)."""
    issued = int(now.timestamp())
    claims = {
        "iss": settings.launch_issuer,
        "aud": settings.launch_audience,
        "sub": registration_number,
        "exam": exam,
        "jti": secrets.token_urlsafe(24),
        "iat": issued,
        "exp": issued + LIFETIME_SECONDS,
    }
    headers = {"typ": TOKEN_TYPE, "kid": settings.launch_key_id}
    return jwt.encode(claims, private_key(settings), algorithm="EdDSA", headers=headers)
