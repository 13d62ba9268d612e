"""Starts the small rooms and their relays as processes, and asks their databases."""

import os
import signal
import subprocess
import sys
import uuid
from pathlib import Path

from sqlalchemy import text

from libs.common import messages as m
from libs.common import outbox
from libs.common.db import Database
from libs.common.plumbing import plumbing_0001
from libs.stack.child import spawn
from libs.stack.valkey import Valkey
from tests.servers import PostgresForTests

ROOT = Path(__file__).parents[3]
HEALED_SECONDS = 45


def plumbing_database(postgres: PostgresForTests, service: str) -> str:
    """The URL of a new database with the plumbing's tables and one for effects."""
    name = f"toy_{service}_{uuid.uuid4().hex[:8]}"
    postgres.ensure_database(name, owner=service)
    url = postgres.url(service, database=name)
    database = Database(url, process="test")
    with database.transaction() as session:
        session.connection().exec_driver_sql(plumbing_0001(service).replace("%", "%%"))
        session.execute(text("CREATE TABLE effect (key uuid)"))
    database.engine.dispose()
    return url


class House:
    """The rooms upload, review and images over one broker."""

    def __init__(self, postgres: PostgresForTests, valkey: Valkey, folder: Path) -> None:
        self.valkey = valkey
        self.folder = folder
        self.urls = {s: plumbing_database(postgres, s) for s in ("upload", "review")}
        self.databases = {s: Database(u, process="test") for s, u in self.urls.items()}
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.extra: dict[str, str] = {}

    def start(self, name: str) -> None:
        """`upload`, `review`, `images`, `upload-relay` or `review-relay`."""
        room, _, relay = name.partition("-")
        environ = os.environ | {"BROKER_URL": self.valkey.url, "ROOM": room} | self.extra
        if relay:
            command = [sys.executable, "-m", "libs.common.relay", room]
            environ[f"{room.upper()}_DATABASE_URL"] = self.urls[room]
            environ[f"{room.upper()}_AUDIT_KEY"] = "YXVkaXQga2V5"
        else:
            app = "tests.integration.common.rooms"
            options = [
                "-Q",
                room,
                "-c",
                "2",
                "--without-gossip",
                "--without-mingle",
                "--without-heartbeat",
            ]
            command = [sys.executable, "-m", "celery", "-A", app, "worker", *options]
            environ["DATABASE_URL"] = self.urls.get(room, "")
        log = self.folder / f"{name}.log"
        self.processes[name] = spawn(command, log=log, environ=environ, cwd=ROOT)

    def start_all(self) -> None:
        for name in ("upload-relay", "review-relay", "upload", "review", "images"):
            self.start(name)

    def kill(self, name: str) -> None:
        """Kill -9 of the process alone, as a crash would be; its children die with it."""
        os.kill(self.processes[name].pid, signal.SIGKILL)
        self.processes[name].wait()

    def stop(self) -> None:
        for process in self.processes.values():
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        for database in self.databases.values():
            database.engine.dispose()

    def supervise(self) -> None:
        """Start again what has died, as the supervisor does."""
        for name, process in self.processes.items():
            if process.poll() is not None:
                self.start(name)

    def post(self, *messages: m.Message) -> None:
        with self.databases["upload"].transaction() as session:
            for message in messages:
                outbox.post(session, message)

    def count(self, service: str, query: str) -> int:
        with self.databases[service].transaction() as session:
            return int(session.execute(text(query)).scalar_one())

    def effects(self, service: str) -> tuple[int, int]:
        """Rows and distinct keys."""
        return (
            self.count(service, "SELECT count(*) FROM effect"),
            self.count(service, "SELECT count(DISTINCT key) FROM effect"),
        )

    def unsettled(self) -> int:
        return self.count("upload", "SELECT count(*) FROM outbox WHERE settled_at IS NULL")

    def tail(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(errors="replace")[-3000:]


def late_check(width: int = 1) -> m.SubmittedImageChecked:
    return m.SubmittedImageChecked(
        application_id=m.ApplicationId(uuid.uuid4()),
        image_id=m.ImageId(uuid.uuid4()),
        refused=False,
        width=width,
        height=1,
        view_key=None,
        grid_key=None,
        findings=(),
    )


def command(key: str = "ab/cd") -> m.CheckImage:
    return m.CheckImage(
        image_id=m.ImageId(uuid.uuid4()),
        original_key=key,
        sha256="0" * 64,
        size_bytes=1,
        orientation=1,
    )
