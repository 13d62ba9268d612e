"""The secrets of one machine: made once, kept in DATA_DIR/secrets.json, for its owner's eyes."""

import base64
import json
import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from libs.common.sealing import new_key_pair
from libs.stack import broker_users

_READABLE = "abcdefghjkmnpqrstuvwxyz23456789"


def password() -> str:
    """For machines: letters that need no quoting in a URL, 192 bits."""
    return secrets.token_urlsafe(24)


def readable_password() -> str:
    """For people: twelve unmistakable characters, 59 bits."""
    groups = ("".join(secrets.choice(_READABLE) for _ in range(4)) for _ in range(3))
    return "-".join(groups)


def key() -> str:
    """32 random bytes as base64."""
    return base64.b64encode(secrets.token_bytes(32)).decode()


def key_ring() -> str:
    """`id:base64` pairs; the first writes, every one reads, so that keys rotate."""
    return f"k1:{key()}"


def signing_pair() -> tuple[str, str]:
    """Ed25519: private and public key, each as base64 of 32 bytes."""
    private = Ed25519PrivateKey.generate()
    raw = private.private_bytes_raw(), private.public_key().public_bytes_raw()
    return base64.b64encode(raw[0]).decode(), base64.b64encode(raw[1]).decode()


RECIPES: Mapping[str, Callable[[], str]] = {
    "POSTGRES_DATABASE_PASSWORD": password,
    "UPLOAD_DATABASE_PASSWORD": password,
    "REVIEW_DATABASE_PASSWORD": password,
    "NOTIFY_DATABASE_PASSWORD": password,
    "OPS_DATABASE_PASSWORD": password,
    "VALKEY_PASSWORD": password,
    **{broker_users.password_name(user): password for user in broker_users.USERS},
    "S3_SIGNING_KEY": password,
    **{
        f"S3_{identity}_{part}_KEY": password
        for identity in ("ADMIN", "UPLOAD", "IMAGES", "SHRINK", "ERASER", "READER", "REVIEW")
        for part in ("ACCESS", "SECRET")
    },
    **{f"{web}_COOKIE_KEY": key for web in ("UPLOAD", "REVIEW", "NOTIFY", "OPS", "REGISTRATION")},
    **{f"{service}_FIELD_KEYS": key_ring for service in ("UPLOAD", "REVIEW", "NOTIFY")},
    **{f"{service}_AUDIT_KEY": key for service in ("UPLOAD", "REVIEW", "NOTIFY")},
    "UPLOAD_INDEX_KEY": key,
    "NOTIFY_INDEX_KEY": key,
    "REGISTRATION_API_KEY": key,
    "RESULTS_KEY": key,
    "SMS_RECEIPTS_TOKEN": password,
    "ALIYUN_ACCESS_KEY_ID": password,
    "ALIYUN_ACCESS_KEY_SECRET": password,
    "TENCENT_SECRET_ID": password,
    "TENCENT_SECRET_KEY": password,
    "OPS_PASSWORD": readable_password,
    "REGISTRATION_OPERATOR_PASSWORD": readable_password,
    "DEMO_STAFF_PASSWORD": readable_password,
    "DEMO_CANDIDATE_PASSWORD": readable_password,
    "DEMO_STAFF_TOTP_KEY": key,
}
"""Name → how to make it. Adding a secret is one line here and one in processes.py."""

PAIRS: Mapping[str, Callable[[], tuple[str, str]]] = {
    **dict.fromkeys(("UPLOAD", "REVIEW", "NOTIFY", "SMS"), new_key_pair),
    "LAUNCH": signing_pair,
}
"""Owner → how to make its key pair: rooms to which personal values travel sealed (N8), and the
registration system, which signs launch tokens (R1)."""


def path_in(data_dir: Path) -> Path:
    return data_dir / "secrets.json"


def load_or_create(data_dir: Path) -> dict[str, str]:
    """All secrets; those that are missing (a first start, a newer version) are made and kept."""
    path = path_in(data_dir)
    known: dict[str, str] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    fresh = {name: make() for name, make in RECIPES.items() if name not in known}
    for owner, make_pair in PAIRS.items():
        private, public = f"{owner}_PRIVATE_KEY", f"{owner}_PUBLIC_KEY"
        if private not in known:
            fresh[private], fresh[public] = make_pair()
    if fresh:
        _write(path, known | fresh)
    return known | fresh


def _write(path: Path, values: Mapping[str, str]) -> None:
    """All or nothing, readable by the owner alone from the first byte."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(".new")
    aside.unlink(missing_ok=True)
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(values, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    aside.rename(path)
