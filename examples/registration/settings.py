"""Settings of the stand-in."""

import dataclasses as dc
from pathlib import Path


@dc.dataclass(frozen=True, kw_only=True)
class RegistrationSettings:
    """Where it listens, whom it knows, and the keys it shares with Shencai."""

    registration_host: str = "127.0.0.1"
    registration_port: int = 8000
    registration_trusted_hosts: tuple[str, ...] = ("127.0.0.1", "localhost")
    registration_cookie_key: str
    """Signs the cookie that carries the CSRF token."""
    registration_roster: Path
    """JSON list of made-up candidates; read again when it changes."""
    registration_database: Path
    """SQLite file: results received, nonces seen, what was sent over."""

    upload_public_url: str
    """Shencai's upload service as the candidate's browser reaches it."""
    upload_internal_url: str = ""
    """The same as this process reaches it; empty: as the browser does."""

    launch_issuer: str = "registration-demo"
    launch_audience: str = "shencai"
    launch_key_id: str
    launch_private_key: str
    """Ed25519 private key, PEM (PKCS 8)."""

    feed_key_id: str
    feed_key: str
    """HMAC key for registrations that go to Shencai; at least 32 bytes."""
    results_key_id: str
    results_key: str
    """HMAC key for results that come from Shencai; at least 32 bytes."""
