"""Loads the demo into a running stack: one process per part, each with one service's secrets."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from libs.common.errors import Misconfigured
from libs.stack import child, processes, secret_store, values
from libs.stack.place import Place
from libs.stack.procfile import ROOT
from ops.demo.cast import EXAM
from ops.demo.pace import MARK

LOOK_SECONDS = 0.2
PARTS = ("upload", "review", "notify")
"""The services that have a part of it; what an older demo lacks, the next start adds."""

Say = Callable[[str], None]


def is_loaded(place: Place) -> bool:
    """Whether an earlier start has loaded the demo to its end."""
    marker = _marker(place)
    done = json.loads(marker.read_text("utf-8")) if marker.exists() else {}
    return set(PARTS) <= set(done.get("parts", ()))


def load(place: Place, *, say: Say, stop: threading.Event) -> None:
    """Load what is missing of the demo; `stop` ends it early, the next start completes it.

    The stack must be running: its workers carry the messages. Raises Misconfigured.
    """
    if is_loaded(place):
        return
    began = time.monotonic()
    secrets = secret_store.load_or_create(place.data_dir)
    parts = [_Part(service, place, secrets) for service in PARTS]
    try:
        _attend(parts, say=say, stop=stop)
    finally:
        for part in parts:
            part.end()
    if stop.is_set():
        return
    _marker(place).write_text(json.dumps({"exam": EXAM, "parts": PARTS}), encoding="utf-8")
    say(f"The demo is loaded ({time.monotonic() - began:.0f} s)")


def _attend(parts: "list[_Part]", *, say: Say, stop: threading.Event) -> None:
    """Pass on what both say, until both are done. Raises Misconfigured when one fails."""
    running = list(parts)
    while running and not stop.is_set():
        for part in list(running):
            status = part.process.poll()
            part.tell(say)
            if status is not None:
                running.remove(part)
            if status:
                raise Misconfigured(
                    f"the demo stands only in part: its part for {part.service} failed, see "
                    f"{part.log}. `shencai demo` goes on from there."
                )
        stop.wait(LOOK_SECONDS)


class _Part:
    """One process of the demo, and how much of its output was told."""

    def __init__(self, service: str, place: Place, secrets: Mapping[str, str]) -> None:
        self.service = service
        self.log = place.logs / f"demo-{service}.log"
        self._told = self.log.stat().st_size if self.log.exists() else 0
        self.process: subprocess.Popen[bytes] = child.spawn(
            [sys.executable, "-m", f"ops.demo.{service}", *_arguments(service, place, secrets)],
            log=self.log,
            environ=processes.environ(service, place, secrets),
            cwd=ROOT,
        )

    def tell(self, say: Say) -> None:
        """Pass on the whole lines that are meant for people."""
        with self.log.open("rb") as file:
            file.seek(self._told)
            new = file.read()
        whole = new[: new.rfind(b"\n") + 1]
        self._told += len(whole)
        for line in whole.decode("utf-8", "replace").splitlines():
            if line.startswith(MARK):
                say(line.removeprefix(MARK))

    def end(self) -> None:
        child.stop(self.process)


def _arguments(service: str, place: Place, secrets: Mapping[str, str]) -> list[str]:
    if service != "upload":
        return []
    stand_in = values.plain(place, secrets)["REGISTRATION_ROSTER"]
    return ["--roster", str(place.data_dir / "demo" / "roster.json"), "--stand-in", stand_in]


def _marker(place: Place) -> Path:
    return place.data_dir / "demo" / "loaded.json"
