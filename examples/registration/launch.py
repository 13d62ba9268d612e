"""The launch token: proves to Shencai, once and for two minutes, which candidate is coming (R1)."""

import datetime as dt
import secrets

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from examples.registration.settings import RegistrationSettings
from libs.common.errors import Misconfigured

TOKEN_TYPE = "shencai-launch+jwt"  # noqa: S105 - a media type (RFC 8725, section 3.11)
LIFETIME_SECONDS = 120


def private_key(settings: RegistrationSettings) -> Ed25519PrivateKey:
    """The signing key. Raises Misconfigured."""
    try:
        key = load_pem_private_key(settings.launch_private_key.encode(), password=None)
    except ValueError as error:
        raise Misconfigured(f"LAUNCH_PRIVATE_KEY: {error}") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise Misconfigured("LAUNCH_PRIVATE_KEY: expected an Ed25519 key")
    return key


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
