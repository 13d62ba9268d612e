"""Keeps every process of the Procfiles running, as many as asked for, until it is told to stop.

One thread and one loop: Linux sends a child's death signal when the thread that started it ends.
"""

import contextlib
import signal
import socket
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from libs.common.errors import Misconfigured
from libs.stack import control, processes, procfile, scale
from libs.stack.place import Place
from libs.stack.server import Server, ServerFailed
from libs.stack.slot import Slot

TURN_SECONDS = 0.1
GRACE_SECONDS = 30
"""A consumer ends what it holds within 25 s, gunicorn within 30."""
SERVER_RETRY_SECONDS = 2.0


class Supervisor:
    """The processes of one stack. `say` is told whatever a person at the terminal should know."""

    def __init__(
        self,
        place: Place,
        secrets: Mapping[str, str],
        servers: Mapping[str, Server],
        *,
        say: Callable[[str], None],
        commands: Mapping[str, str] | None = None,
    ) -> None:
        self._place = place
        self._secrets = secrets
        self._servers = servers
        self._say = say
        self._commands = procfile.commands() if commands is None else commands
        self._slots: list[Slot] = []
        self._closing: list[Slot] = []
        self._server_due: dict[str, float] = {}
        self.wants_to_stop = False

    def start(self) -> None:
        """Start as many of each process as scale.json says."""
        self._fit(scale.counts(self._place.data_dir))

    def run(self, listener: socket.socket) -> None:
        """Tend until `wants_to_stop`; requests come by the listener."""
        while not self.wants_to_stop:
            self.turn(listener)
            time.sleep(TURN_SECONDS)

    def turn(self, listener: socket.socket) -> None:
        """One round: requests, deaths, ends of what was asked to close."""
        control.serve_one(listener, self.answer)
        for name, server in self._servers.items():
            self._tend_server(name, server)
        for slot in self._slots:
            slot.tend()
        self._bury_closed()

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """What is done for a request of the control socket."""
        match request:
            case {"do": "status"}:
                return {"processes": self.status(), "place": self._place.as_environ()}
            case {"do": "scale", "counts": dict() as wanted}:
                try:
                    counts = scale.choose(self._place.data_dir, wanted)
                except Misconfigured as error:
                    return {"error": str(error)}
                self._fit(counts)
                return {"counts": counts}
            case _:
                return {"error": "expected do=status or do=scale"}

    def status(self) -> list[dict[str, object]]:
        """One entry per process: name, pid (None while it is down), restarts."""
        return [
            {
                "name": slot.title,
                "pid": slot.process.pid if slot.process and slot.is_running else None,
                "restarts": slot.restarts,
            }
            for slot in self._slots
        ]

    def _fit(self, counts: Mapping[str, int]) -> None:
        """Start what is missing and close what is too much, the newest first."""
        for name, command in self._commands.items():
            here = [slot for slot in self._slots if slot.name == name]
            for slot in here[counts[name] :]:
                slot.close()
                self._slots.remove(slot)
                self._closing.append(slot)
            taken = {slot.number for slot in here + self._closing if slot.name == name}
            free = (n for n in range(1, len(taken) + counts[name] + 1) if n not in taken)
            for _ in range(counts[name] - len(here)):
                self._open(name, command, next(free))

    def _open(self, name: str, command: str, number: int) -> None:
        slot = Slot(
            name=name,
            number=number,
            command=command,
            environ=processes.environ(name, self._place, self._secrets, slot=number),
            log=self._place.logs / (f"{name}.log" if number == 1 else f"{name}.{number}.log"),
            say=self._say,
        )
        slot.start()
        self._slots.append(slot)

    def _tend_server(self, name: str, server: Server) -> None:
        if server.is_running or time.monotonic() < self._server_due.get(name, 0):
            return
        self._say(f"{server.name} is down; starting it again. Its log: {server.log}")
        try:
            server.start()
        except ServerFailed as error:
            self._server_due[name] = time.monotonic() + SERVER_RETRY_SECONDS
            self._say(str(error))

    def _bury_closed(self) -> None:
        for slot in list(self._closing):
            since = slot.closing_since or 0.0
            if not slot.is_running or time.monotonic() - since > GRACE_SECONDS:
                slot.kill()
                self._closing.remove(slot)

    def stop(self) -> None:
        """Let every process finish, all at once, then the servers; nothing is left running."""
        self._closing += self._slots
        self._slots = []
        for slot in self._closing:
            slot.close()
        with _impatience(self._closing):
            while self._closing:
                self._bury_closed()
                time.sleep(TURN_SECONDS)
        for server in reversed(list(self._servers.values())):
            server.stop()


@contextlib.contextmanager
def _impatience(slots: Iterable[Slot]) -> Iterator[None]:
    """A second Ctrl-C ends at once what has not finished yet."""

    def now(*_: object) -> None:
        for slot in slots:
            slot.kill()

    before = {s: signal.signal(s, now) for s in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
