"""Everything on one machine: `shencai up`, from the first check to the last process's end."""

import contextlib
import fcntl
import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from libs.common import migrate
from libs.common.errors import Misconfigured
from libs.stack import control, secret_store, servers, values
from libs.stack.place import PAGES, PORTS, Place
from libs.stack.ports import answers, is_taken
from libs.stack.roles import DATABASES
from libs.stack.server import Server
from libs.stack.supervisor import Supervisor

PAGES_WITHIN_SECONDS = 60

Say = Callable[[str], None]


def up(
    place: Place, *, say: Say, when_up: Callable[[], None], when_down: Callable[[], None]
) -> None:
    """Run the stack until Ctrl-C or SIGTERM. `when_up` is called once the pages answer, and
    `when_down` before anything is stopped; both must return soon, as the processes are tended
    by the thread that calls them.

    Raises Misconfigured, or ServerFailed, with one sentence on what stands in the way.
    """
    place.data_dir.mkdir(parents=True, exist_ok=True)
    with _alone(place.data_dir):
        _check_ports(place)
        secrets = secret_store.load_or_create(place.data_dir)
        embedded = servers.create(place, secrets)
        supervisor = Supervisor(place, secrets, embedded, say=say)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: setattr(supervisor, "wants_to_stop", True))
        try:
            _start_servers(embedded, say)
            migrate_all(place, secrets, say)
            _run(supervisor, place, say, when_up)
        finally:
            when_down()
            say("Stopping: every process finishes what it holds …")
            supervisor.stop()
            say("Stopped. The data stays in " + str(place.data_dir))


@contextlib.contextmanager
def _alone(data_dir: Path) -> Iterator[None]:
    """One stack per folder; the lock ends with the process, however it ends."""
    with (data_dir / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise Misconfigured(
                f"A stack runs on {data_dir} already (process {lock.read().strip()}); "
                "stop it with Ctrl-C, or choose another DATA_DIR and PORT_BASE."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _check_ports(place: Place) -> None:
    ports = {name: place.port(name) for name in PORTS}
    ports |= {f"s3 ({port})": port for port in place.s3_internal_ports}
    for name, port in ports.items():
        host = place.host if name in PAGES else "127.0.0.1"
        if is_taken(port, host=host):
            raise Misconfigured(
                f"Port {port}, on which {name} would listen, is taken by another program. "
                f"Stop that program, or start with another PORT_BASE (now {place.port_base})."
            )


def _start_servers(embedded: Mapping[str, Server], say: Say) -> None:
    began = time.monotonic()
    for server in embedded.values():
        server.launch()
    for server in embedded.values():
        server.await_ready()
        say(f"{server.name} answers ({time.monotonic() - began:.1f} s)")


def migrate_all(place: Place, secrets: Mapping[str, str], say: Say) -> None:
    """Bring each service's database to its newest migration."""
    known = values.secret(place, secrets)
    for service in DATABASES:
        url = known[f"{service.upper()}_DATABASE_URL"]
        steps = migrate.pending(service, url)
        if steps:
            migrate.upgrade(service, url)
            say(f"Database {service}: {', '.join(steps)}")


def _run(supervisor: Supervisor, place: Place, say: Say, when_up: Callable[[], None]) -> None:
    with control.listen(place.data_dir) as listener:
        supervisor.start()
        say("Starting the processes …")
        waiting = set(PAGES)
        deadline = time.monotonic() + PAGES_WITHIN_SECONDS
        while waiting and not supervisor.wants_to_stop and time.monotonic() < deadline:
            supervisor.turn(listener)
            waiting = {name for name in waiting if not answers(place.port(name))}
            time.sleep(0.2)
        if waiting:
            say(f"Not answering yet: {', '.join(sorted(waiting))}; see {place.logs}")
        if not supervisor.wants_to_stop:
            when_up()
        supervisor.run(listener)
    (place.data_dir / control.NAME).unlink(missing_ok=True)
