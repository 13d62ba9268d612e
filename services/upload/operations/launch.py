"""The launch token: who comes from the registration system, once and within two minutes (R1).

ASVS 5.0, 9.1–9.2: type and algorithm from an allow-list, every claim required, keys from our own
settings only, single use by a primary key.
"""

import base64
import binascii
import dataclasses as dc
import datetime as dt
from collections.abc import Mapping
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from libs.common import audit
from libs.common.errors import Misconfigured, Refusal
from libs.common.messages import ApplicationId
from services.upload.models.candidate import Account, LaunchToken, Registration
from services.upload.operations.actors import candidate
from services.upload.settings import EntrySettings

TOKEN_TYPE = "shencai-launch+jwt"  # noqa: S105 - a media type (RFC 8725, section 3.11)
ALGORITHM = "EdDSA"
MAX_LIFETIME_SECONDS = 120
LEEWAY_SECONDS = 30
_REQUIRED = ["iss", "aud", "sub", "exam", "jti", "iat", "exp"]
_MAX_TOKEN_CHARACTERS = 4096
_MAX_CLAIM_CHARACTERS = 100


@dc.dataclass(frozen=True, kw_only=True)
class LaunchKeys:
    """Whose tokens are believed: public keys by their id, and the names in the claims."""

    keys: Mapping[str, Ed25519PublicKey]
    issuer: str
    audience: str


@dc.dataclass(frozen=True, kw_only=True)
class Admitted:
    """Who landed; a page asks "continue as 张*?" before anything else."""

    application_id: ApplicationId
    masked_name: str


def read_launch_keys(settings: EntrySettings) -> LaunchKeys:
    """The keys of the settings. Raises Misconfigured."""
    keys: dict[str, Ed25519PublicKey] = {}
    for entry in settings.launch_keys:
        kid, _, text = entry.partition(":")
        try:
            raw = base64.b64decode(text, validate=True)
            keys[kid] = Ed25519PublicKey.from_public_bytes(raw)
        except (binascii.Error, ValueError):
            raise Misconfigured(
                f"LAUNCH_KEYS: {kid!r} needs `kid:base64` of an Ed25519 public key's 32 bytes"
            ) from None
    return LaunchKeys(keys=keys, issuer=settings.launch_issuer, audience=settings.launch_audience)


def admit_launch(session: Session, token: str, *, keys: LaunchKeys, now: dt.datetime) -> Admitted:
    """Whom the token brings; it is used up.

    Raises Refusal `launch_invalid` (with `why`, for the log), `launch_expired`,
    `launch_replayed`, `launch_unknown`.
    """
    claims = _claims(token, keys, now=now)
    used = session.execute(
        insert(LaunchToken)
        .values(
            jti=claims["jti"],
            exam=claims["exam"],
            number=claims["sub"],
            expires_at=dt.datetime.fromtimestamp(claims["exp"], dt.UTC),
        )
        .on_conflict_do_nothing()
        .returning(LaunchToken.jti)
    ).first()
    if used is None:
        raise Refusal("launch_replayed")
    found = session.execute(
        select(Registration.application_id, Registration.masked_name, Account.step)
        .join(Account, Account.application_id == Registration.application_id)
        .where(Registration.exam == claims["exam"], Registration.number == claims["sub"])
    ).one_or_none()
    if found is None:
        raise Refusal("launch_unknown")
    audit.record(
        session,
        actor=f"issuer:{keys.issuer}",
        action="launch.admitted",
        subject=candidate(found.application_id),
        jti=claims["jti"],
    )
    return Admitted(
        application_id=found.application_id,
        masked_name=found.masked_name,
    )


def _claims(token: str, keys: LaunchKeys, *, now: dt.datetime) -> dict[str, Any]:
    """The claims of a token that is to be believed at `now`."""
    if len(token) > _MAX_TOKEN_CHARACTERS:
        raise Refusal("launch_invalid", why="too long")
    try:
        header = jwt.get_unverified_header(token)
        key = keys.keys.get(str(header.get("kid")))
        if key is None or header.get("typ") != TOKEN_TYPE or header.get("alg") != ALGORITHM:
            raise Refusal("launch_invalid", why="kid, typ or alg")
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=[ALGORITHM],
            audience=keys.audience,
            issuer=keys.issuer,
            options={
                "require": _REQUIRED,
                "strict_aud": True,
                # Times are judged below, by the clock that the caller gives.
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
            },
        )
    except jwt.InvalidTokenError as error:
        raise Refusal("launch_invalid", why=type(error).__name__) from None
    _require_shape(claims)
    _require_in_time(claims, now=now)
    return claims


def _require_shape(claims: Mapping[str, Any]) -> None:
    for name in ("jti", "sub", "exam"):
        value = claims[name]
        if not isinstance(value, str) or not 0 < len(value) <= _MAX_CLAIM_CHARACTERS:
            raise Refusal("launch_invalid", why=name)
    for name in ("iat", "exp", "nbf"):
        value = claims.get(name, 0)
        if isinstance(value, bool) or not isinstance(value, int):
            raise Refusal("launch_invalid", why=name)


def _require_in_time(claims: Mapping[str, Any], *, now: dt.datetime) -> None:
    second = now.timestamp()
    if claims["exp"] - claims["iat"] > MAX_LIFETIME_SECONDS or claims["exp"] < claims["iat"]:
        raise Refusal("launch_invalid", why="lifetime")
    if max(claims["iat"], claims.get("nbf", 0)) > second + LEEWAY_SECONDS:
        raise Refusal("launch_invalid", why="not yet valid")
    if claims["exp"] + LEEWAY_SECONDS <= second:
        raise Refusal("launch_expired")
