"""The whole house on loopback, as `shencai up` runs it, with handles to break it.

`Stack` starts PostgreSQL, Valkey, SeaweedFS and the supervisor with the processes of the
Procfiles, in a folder and on ports of its own. The supervisor lives in a thread, restarts what a
test has killed, and is asked through its control socket, as the command line does.
"""

import json
import os
import signal
import tempfile
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast

import requests
from sqlalchemy import text

from examples.registration.feed import hand_over
from examples.registration.settings import RegistrationSettings
from libs.common import settings
from libs.common.db import Database
from libs.common.storage import Storage, StorageSettings
from libs.stack import control, processes, scale, secret_store, servers, stack, values
from libs.stack.place import Place
from libs.stack.ports import LOOPBACK, answers
from libs.stack.postgres import Postgres
from libs.stack.s3 import S3
from libs.stack.supervisor import Supervisor
from libs.stack.valkey import Valkey
from services.upload.settings import UploadSettings
from services.upload.vault import Vault, open_vault
from tests.ports import free_base
from tests.serving import until

UP_SECONDS = 60
ASIDE = ("ops", "review-web", "results", "eraser")
"""Started by the tests that look at them: each costs a second and a half of a core."""
WEB = ("upload-web", "notify-web", "registration", "sms-gateway")


class Stack:
    """One running house; `stop` leaves nothing behind but its folder."""

    def __init__(self, folder: Path, *, host: str = LOOPBACK) -> None:
        self.place = Place(data_dir=folder, port_base=free_base(), host=host)
        self.secrets = secret_store.load_or_create(folder)
        made = servers.create(self.place, self.secrets)
        self.valkey = cast("Valkey", made["valkey"])
        self.s3 = cast("S3", made["s3"])
        self.postgres = Postgres(
            folder / "postgres",
            port=self.place.port("postgres"),
            passwords=values.database_passwords(self.secrets),
            log=self.place.logs / "postgres.log",
            durable=False,
        )
        self.said: list[str] = []
        self._supervisor = Supervisor(self.place, self.secrets, {}, say=self.said.append)
        # Linux ends a child with the thread that started it: this one lives as long as the house.
        self._hands = ThreadPoolExecutor(1)
        self._thread = threading.Thread(target=self._supervise, daemon=True)
        known = values.secret(self.place, self.secrets)
        self.databases = {
            service: Database(known[f"{service.upper()}_DATABASE_URL"], process="tests")
            for service in ("upload", "review", "notify")
        }

    # --- start and stop ---------------------------------------------------------------------

    def start(self, *more: str) -> None:
        """Start servers, databases and processes; returns when the pages answer."""
        folder = self.place.data_dir
        all_servers = (self.s3, self.postgres, self.valkey)
        for server in all_servers:
            server.launch()
        scale.choose(folder, {name: 0 for name in ASIDE if name not in more})
        self.postgres.await_ready()
        self.valkey.await_ready()
        stack.migrate_all(self.place, self.secrets, self.said.append)
        self._thread.start()
        self.s3.await_ready()
        for name in (*WEB, *(n for n in more if n in self.place_names)):
            self.await_page(name)

    @property
    def place_names(self) -> tuple[str, ...]:
        """Processes that listen on a port of their own."""
        return (*WEB, "review-web", "ops")

    def await_page(self, name: str) -> None:
        """Wait until a web process accepts connections."""
        port = self.place.port(name)
        until(lambda: answers(port), seconds=UP_SECONDS, what=f"{name}: {self.tail(name)}")

    def stop(self) -> None:
        """Kill everything at once."""
        self._supervisor.wants_to_stop = True
        if self._thread.is_alive():
            self._thread.join()
        for database in self.databases.values():
            database.engine.dispose()
        for server in (self.valkey, self.s3, self.postgres):
            server.kill()
        self._hands.shutdown()

    def _supervise(self) -> None:
        """The thread of which all processes are children."""
        with control.listen(self.place.data_dir) as listener:
            try:
                self._supervisor.start()
                self._supervisor.run(listener)
            finally:
                for slot in (*self._supervisor._slots, *self._supervisor._closing):
                    slot.kill()

    # --- single processes -------------------------------------------------------------------

    def pids(self) -> dict[str, int]:
        """Name → pid of what runs now; a second process of a name is called `images.2`."""
        answer = control.ask(self.place.data_dir, {"do": "status"})
        return {p["name"]: p["pid"] for p in answer["processes"] if p["pid"] is not None}

    def kill(self, name: str) -> None:
        """`kill -9` of the process alone, as a crash would be; the supervisor starts it again."""
        os.kill(self.pids()[name], signal.SIGKILL)

    def refused_by_valkey(self) -> list[dict[str, Any]]:
        """Commands for which a process's user had no right."""
        with self.valkey.client() as client:
            return cast("list[dict[str, Any]]", client.acl_log())

    def restart_valkey(self, *, down_seconds: float) -> None:
        """Kill the broker; after a while it is back, empty."""
        self.valkey.kill()
        time.sleep(down_seconds)
        self._hands.submit(self.valkey.start).result()

    def scale(self, counts: Mapping[str, int]) -> None:
        """As `shencai scale` does."""
        answer = control.ask(self.place.data_dir, {"do": "scale", "counts": dict(counts)})
        assert "error" not in answer, answer

    def halt(self, *names: str) -> None:
        """Stop processes and wait until they are gone; nobody starts them again."""
        before = self.pids()
        self.scale(dict.fromkeys(names, 0))
        gone = [before[name] for name in names if name in before]
        until(
            lambda: not any(_is_alive(pid) for pid in gone), seconds=30, what=f"the end of {names}"
        )

    def resume(self, *names: str) -> None:
        """Start processes that were halted."""
        self.scale(dict.fromkeys(names, 1))

    def log(self, name: str) -> str:
        """Everything that a process has written so far."""
        path = self.place.logs / f"{name}.log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def tail(self, name: str) -> str:
        return self.log(name)[-2000:]

    # --- what the house holds ---------------------------------------------------------------

    def url(self, name: str) -> str:
        return self.place.public_url(name)

    def rows(self, service: str, statement: str, **params: object) -> list[Any]:
        """As the owner of the service's database."""
        with self.databases[service].transaction() as session:
            done: Any = session.execute(text(statement), params)
            return list(done.all()) if done.returns_rows else []

    def count(self, service: str, statement: str, **params: object) -> int:
        return int(self.rows(service, statement, **params)[0][0])

    def unsettled(self) -> dict[str, int]:
        """Service → messages of its outbox that nobody has confirmed.

        What waits for the reader is left out, and what follows from its readings: it is slow, and
        nobody waits for it. So is what waits for the eraser, which tests start when they need it.
        """
        look = (
            "SELECT count(*) FROM outbox"
            " WHERE settled_at IS NULL AND parked_at IS NULL"
            " AND queue NOT IN ('reader', 'eraser') AND type <> 'SubmittedImageRead'"
        )
        return {service: self.count(service, look) for service in self.databases}

    def settle(self, *, seconds: float = 60) -> None:
        """Wait until every message has arrived, and those that followed from them."""
        give_up = time.monotonic() + seconds
        while any(left := self.unsettled().values()):
            assert time.monotonic() < give_up, f"unsettled after {seconds:g} s: {self._waiting()}"
            time.sleep(0.2 if sum(left) else 0)

    def _waiting(self) -> list[Any]:
        look = (
            "SELECT type, queue, attempts, crashes, count(*) FROM outbox"
            " WHERE settled_at IS NULL AND parked_at IS NULL GROUP BY 1, 2, 3, 4"
        )
        return [(s, *row) for s in self.databases for row in self.rows(s, look)]

    def inbox(self, phone: str) -> list[dict[str, Any]]:
        """What the simulated phone has received, newest first."""
        answer = requests.get(f"{self.url('sms-gateway')}/inbox/{phone}.json", timeout=60)
        return cast("list[dict[str, Any]]", answer.json())

    # --- what the upload service would do on the command line -------------------------------

    def environ(self, name: str) -> dict[str, str]:
        """What a process, or a service's commands, are given."""
        return processes.environ(name, self.place, self.secrets)

    @property
    def vault(self) -> Vault:
        return open_vault(settings.load(UploadSettings, self.environ("upload")))

    def storage(self, process: str) -> Storage:
        """The object store with a process's own rights."""
        return Storage(settings.load(StorageSettings, self.environ(process)))

    def enlist(self, candidates: list[Any]) -> None:
        """Let the stand-in of the registration system know them, and hand them over."""
        roster = Path(self.environ("registration")["REGISTRATION_ROSTER"])
        roster.parent.mkdir(parents=True, exist_ok=True)
        rows = [candidate.model_dump() for candidate in candidates]
        roster.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
        self.register(candidates)

    def register(self, candidates: list[Any]) -> None:
        """Hand registrations over as the registration system does: signed, over HTTP."""
        known = settings.load(RegistrationSettings, self.environ("registration"))
        done = hand_over(known, candidates)
        assert done.problem == "", done


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def short_folder() -> Path:
    """Unix sockets allow about 100 characters, and pytest's own folders are long."""
    return Path(tempfile.mkdtemp(prefix="shencai-e2e-"))
