"""Real PostgreSQL, Valkey and SeaweedFS for tests; each pytest process (xdist worker) has its own.

    def test_something(postgres):
        url = postgres.fresh_database("upload")      # migrated, empty, yours; about 50 ms

    def test_fault(valkey):                          # a server of its own for this test
        valkey.flush(); valkey.kill(); valkey.start()

    def test_objects(s3):                            # one per session; use random keys
        Storage(s3.settings("images"))

`shared_valkey` is one server for the whole session, emptied before each test: use it where no
fault is injected. Nothing starts before a test asks for it, and nothing survives pytest.
"""

import itertools
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from psycopg2 import sql

from libs.common import migrate
from libs.common.storage import StorageSettings
from libs.stack import broker_users
from libs.stack.postgres import Postgres
from libs.stack.roles import ROLES
from libs.stack.s3 import ACTIONS, INTERNAL_PORTS, S3, S3Keys
from libs.stack.valkey import Valkey
from tests.ports import free_ports


class PostgresForTests(Postgres):
    """A throw-away cluster, with a migrated template per service."""

    def __init__(self, directory: Path) -> None:
        passwords = {role: secrets.token_hex(8) for role in ROLES}
        super().__init__(directory, port=free_ports(1)[0], passwords=passwords, durable=False)
        self._templates: set[str] = set()
        self._numbers = itertools.count(1)

    def fresh_database(self, service: str) -> str:
        """The URL of a new database of that service: migrated, without rows."""
        if service not in self._templates:
            migrate.upgrade(service, self.url(service))
            self._templates.add(service)
        name = f"{service}_{next(self._numbers)}"
        self.ensure_database(name, owner=service, template=service)
        return self.url(service, database=name)

    def drop_database(self, url: str) -> None:
        """Remove a fresh database; worth it only where a test makes very many."""
        name = sql.Identifier(url.rpartition("/")[2])
        self.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


class S3ForTests(S3):
    """A throw-away SeaweedFS."""

    def __init__(self, directory: Path) -> None:
        port, *internal = free_ports(1 + INTERNAL_PORTS)
        keys = {name: S3Keys(secrets.token_hex(8), secrets.token_hex(16)) for name in ACTIONS}
        super().__init__(
            directory,
            port=port,
            internal_ports=internal,
            keys=keys,
            signing_key=secrets.token_hex(16),
        )

    def settings(self, identity: str) -> StorageSettings:
        """What a process of that room gets: its own credentials."""
        keys = self.keys[identity]
        return StorageSettings(
            s3_endpoint=self.endpoint, s3_access_key=keys.access, s3_secret_key=keys.secret
        )


class ValkeyForTests(Valkey):
    """A throw-away Valkey; `secrets` holds every user's password."""

    def __init__(self, directory: Path) -> None:
        names = ("VALKEY_PASSWORD", *map(broker_users.password_name, broker_users.USERS))
        self.secrets = {name: secrets.token_hex(8) for name in names}
        super().__init__(directory, port=free_ports(1)[0], secrets=self.secrets)

    def as_user(self, user: str) -> redis.Redis:
        """A client with that process's rights."""
        password = self.secrets[broker_users.password_name(user)]
        return redis.Redis(port=self.port, username=user, password=password)


@pytest.fixture(scope="session")
def server_root() -> Iterator[Path]:
    """Short path of this process's servers: unix sockets allow about 100 characters."""
    path = Path(tempfile.mkdtemp(prefix=f"shencai-{os.getpid()}-"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres(server_root: Path) -> Iterator[PostgresForTests]:
    server = PostgresForTests(server_root / "postgres")
    server.start()
    yield server
    server.kill()


@pytest.fixture(scope="session")
def session_valkey(server_root: Path) -> Iterator[ValkeyForTests]:
    server = ValkeyForTests(server_root / "valkey")
    server.start()
    yield server
    server.kill()


@pytest.fixture
def shared_valkey(session_valkey: ValkeyForTests) -> ValkeyForTests:
    session_valkey.start()
    session_valkey.flush()
    return session_valkey


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[ValkeyForTests]:
    server = ValkeyForTests(tmp_path / "valkey")
    server.start()
    yield server
    server.kill()


@pytest.fixture(scope="session")
def s3(server_root: Path) -> Iterator[S3ForTests]:
    server = S3ForTests(server_root / "s3")
    server.start()
    yield server
    server.kill()
