"""Pictures are opened in a cell: the same verdicts, no way out, and it may die of a picture."""

import os
import platform
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from libs.common import confinement
from libs.common import messages as m
from libs.common.envelopes import dump, load
from libs.common.worker_door import Suspect, reply_to
from tests import pictures as p
from tests.hostile import CASES
from tests.make import envelope
from tests.worker import children_of
from workers.images import sandbox
from workers.images.check import check
from workers.images.sandbox import Cell

ESCAPES = (
    "open('/etc/hostname')",
    "__import__('socket').socket()",
    "os.fork()",
    "os.execv('/bin/true', ['true'])",
    "os.kill(os.getppid(), 9)",
)


@pytest.fixture
def cell() -> Iterator[Cell]:
    made = Cell()
    yield made
    made.stop()


def pid_of(cell: Cell) -> int:
    assert cell._process is not None
    return cell._process.pid


def test_the_cell_says_of_every_hostile_file_what_the_check_says(cell: Cell) -> None:
    for case in CASES:
        data = case.make()
        assert cell.check(data, orientation=6) == check(data, orientation=6), case.name
    assert cell.is_sealed


@pytest.mark.parametrize("with_threads", [False, True])
@pytest.mark.parametrize("escape", ESCAPES)
def test_nothing_can_be_opened_or_started_once_it_is_shut(
    escape: str,
    *,
    with_threads: bool,
) -> None:
    script = (
        "import os, socket\n"
        "from libs.common import confinement\n"
        "assert confinement.limit(memory_bytes=1024**3)\n"
        f"assert confinement.seal(with_threads={with_threads})\n"
        f"try: {escape}\n"
        "except PermissionError: os._exit(7)\n"
    )

    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 7


@pytest.mark.parametrize(("with_threads", "ends"), [(True, "begun"), (False, "refused")])
def test_threads_begin_only_where_they_are_asked_for(ends: str, *, with_threads: bool) -> None:
    script = (
        "import threading\n"
        "from libs.common import confinement\n"
        f"assert confinement.seal(with_threads={with_threads})\n"
        "try: threading.Thread(target=print, args=('begun',)).start()\n"
        "except RuntimeError: print('refused')\n"
    )

    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert ended.stdout == f"{ends}\n"


def test_limits_that_do_not_hold_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(resource, "setrlimit", refuse)

    assert not confinement.limit(memory_bytes=1024**3)


def test_a_cell_tells_without_being_waited_for_whether_it_is_degraded(
    cell: Cell, monkeypatch: pytest.MonkeyPatch
) -> None:
    cell.start()
    assert not cell.is_degraded()
    cell.check(p.jpeg(p.paper()), orientation=1)
    assert not cell.is_degraded()

    cell.stop()
    monkeypatch.setattr(sandbox, "DEGRADED", b"S")
    monkeypatch.setattr(sandbox, "SEALED", b"another word")
    cell.start()
    until = time.monotonic() + 30
    while not cell.is_degraded() and time.monotonic() < until:
        time.sleep(0.05)

    assert cell.is_degraded()
    assert cell.check(p.jpeg(p.paper()), orientation=1).view


def test_where_no_filter_is_known_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "pdp11")

    assert not confinement.seal()


def test_both_machines_list_the_same_calls() -> None:
    lengths = {len(numbers) for _, numbers in confinement._CALLS.values()}

    assert lengths == {len(confinement._NAMES)}


def test_a_cell_that_dies_is_exchanged_and_its_picture_suspected(cell: Cell) -> None:
    good = p.jpeg(p.paper())
    cell.check(good, orientation=1)
    first = pid_of(cell)
    os.kill(first, signal.SIGSTOP)
    os.kill(first, signal.SIGKILL)

    with pytest.raises(Suspect):
        cell.check(good, orientation=1)

    assert cell.check(good, orientation=1) == check(good, orientation=1)
    assert pid_of(cell) != first
    assert first not in children_of(os.getpid())


def test_a_cell_that_does_not_answer_is_ended(cell: Cell, monkeypatch: pytest.MonkeyPatch) -> None:
    good = p.jpeg(p.paper())
    cell.check(good, orientation=1)
    monkeypatch.setattr(sandbox, "PATIENCE_SECONDS", 0.3)
    os.kill(pid_of(cell), signal.SIGSTOP)

    with pytest.raises(Suspect, match="too late"):
        cell.check(good, orientation=1)
    monkeypatch.undo()

    assert cell.check(good, orientation=1).view


def test_a_suspected_command_is_reported_to_its_producer() -> None:
    command = envelope(m.Ping(), producer="upload")

    def suspects(message: m.Message, _: object) -> m.Message:
        raise Suspect("its cell ended")

    asked = envelope(
        m.CheckImage(
            image_id=m.ImageId(command.id),
            original_key="a",
            sha256="0" * 64,
            size_bytes=1,
            orientation=1,
        ),
        producer="upload",
    )
    reply = reply_to(dump(asked), {m.CheckImage: suspects})

    assert reply is not None
    queue, answer = reply
    assert queue == "upload"
    assert load(dump(answer))[1] == m.Crashed(command_id=asked.id, cause="its cell ended")
