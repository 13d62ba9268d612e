"""Settings of the stand-in."""

import dataclasses as dc
from pathlib import Path

from libs.common.errors import Misconfigured


@dc.dataclass(frozen=True, kw_only=True)
class RegistrationSettings:
    """Where it listens, whom it knows, and the keys it shares with Shencai."""

    bind: str = "127.0.0.1:8000"
    trusted_hosts: tuple[str, ...] = ("127.0.0.1", "localhost")
    cookie_key: str
    """Signs the cookie that carries the CSRF token."""
    registration_roster: Path
    """JSON list of made-up candidates; read again when it changes."""
    registration_database: Path
    """SQLite file: results received, nonces seen, what was sent over."""

    candidate_password: str
    """One password for all: the candidates are made up."""
    operator_password: str
    """Opens the list of all candidates."""

    upload_url: str
    """Shencai's upload service as the candidate's browser reaches it."""
    internal_upload_url: str = ""
    """The same as this process reaches it; empty: as the browser does."""

    launch_issuer: str = "registration"
    launch_audience: str = "shencai"
    launch_key_id: str
    launch_private_key: str
    """Ed25519: base64 of the private key's 32 bytes."""

    registration_api_key_id: str
    registration_api_key: str
    """HMAC key for registrations that go to Shencai; at least 32 bytes."""
    results_keys: tuple[str, ...]
    """`id:key` pairs for results that come from Shencai; each key at least 32 bytes."""

    @property
    def address(self) -> tuple[str, int]:
        """Host and port to listen on. Raises Misconfigured."""
        host, _, port = self.bind.rpartition(":")
        if not host or not port.isdigit():
            raise Misconfigured("BIND: expected host:port")
        return host, int(port)

    @property
    def known_results_keys(self) -> dict[str, str]:
        """Key id → key. Raises Misconfigured."""
        pairs = [pair.partition(":") for pair in self.results_keys]
        if not pairs or not all(key_id and key for key_id, _, key in pairs):
            raise Misconfigured("RESULTS_KEYS: expected id:key, separated by commas")
        return {key_id: key for key_id, _, key in pairs}
