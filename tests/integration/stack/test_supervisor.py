"""The supervisor with small stand-ins for processes: restarts, scaling, stopping, its socket."""

import json
import os
import signal
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from libs.stack import control, secret_store
from libs.stack.place import Place
from libs.stack.supervisor import Supervisor

PATIENT = 'python -c "import time; time.sleep(600)"'
STUBBORN = 'python -c "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(600)"'
PARENT = "python -c \"import subprocess; subprocess.run(['sleep', '600'])\""
BROKEN = "python -c \"raise SystemExit('no such thing')\""


class Harness:
    """A supervisor, what it said, and a way to let it work until something holds."""

    def __init__(self, data_dir: Path, commands: dict[str, str]) -> None:
        self.place = Place(data_dir=data_dir)
        self.said: list[str] = []
        secrets = secret_store.load_or_create(data_dir)
        self.supervisor = Supervisor(
            self.place, secrets, {}, say=self.said.append, commands=commands
        )
        self.listener = control.listen(data_dir)

    def until(self, holds: Callable[[], bool], *, seconds: float = 10) -> None:
        ends = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < ends, self.said
            self.supervisor.turn(self.listener)
            time.sleep(0.02)

    def pids(self) -> list[int]:
        return [p for entry in self.supervisor.status() if isinstance(p := entry["pid"], int)]

    def scale(self, **counts: int) -> dict[str, object]:
        return self.supervisor.answer({"do": "scale", "counts": counts})


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Callable[[dict[str, str]], Harness]]:
    made: list[Harness] = []

    def make(commands: dict[str, str]) -> Harness:
        made.append(Harness(tmp_path, commands))
        made[-1].supervisor.start()
        return made[-1]

    yield make
    for harness in made:
        harness.listener.close()
        harness.supervisor.stop()


def test_a_killed_process_is_back_within_seconds(house: Callable[..., Harness]) -> None:
    harness = house({"images": PATIENT})
    (first,) = harness.pids()

    os.kill(first, signal.SIGKILL)

    harness.until(lambda: harness.pids() not in ([], [first]), seconds=3)
    assert harness.supervisor.status()[0]["restarts"] == 1
    assert "images was ended by SIGKILL" in harness.said[0]


def test_children_of_a_killed_process_do_not_outlive_it(house: Callable[..., Harness]) -> None:
    harness = house({"images": PARENT})
    (first,) = harness.pids()
    harness.until(lambda: bool(psutil.Process(first).children()))
    (child,) = psutil.Process(first).children()

    os.kill(first, signal.SIGKILL)

    harness.until(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)


def test_a_process_that_cannot_start_is_tried_ever_more_seldom_and_said_once(
    house: Callable[..., Harness],
) -> None:
    harness = house({"images": BROKEN})

    harness.until(lambda: len(harness.said) >= 3)

    assert "no such thing" in harness.said[0]
    assert "no such thing" not in harness.said[1]
    assert [line.split("again in ")[1][:3].strip(" .") for line in harness.said[:3]] == [
        "0.5",
        "1 s",
        "2 s",
    ]


def test_scaling_up_and_down_starts_and_ends_processes(house: Callable[..., Harness]) -> None:
    harness = house({"images": PATIENT})
    (first,) = harness.pids()

    assert harness.scale(images=3)["counts"]["images"] == 3  # type: ignore[index]
    assert len(harness.pids()) == 3

    harness.scale(images=1)
    assert harness.pids() == [first]
    harness.until(lambda: not harness.supervisor._closing)


def test_each_process_of_a_name_has_a_slot_of_its_own(house: Callable[..., Harness]) -> None:
    harness = house({"images": PATIENT})

    harness.scale(images=3)
    harness.scale(images=2)
    harness.scale(images=4)

    def slots() -> set[str | None]:
        """A process that is just being replaced by its program has no environment to read."""
        return {psutil.Process(pid).environ().get("SLOT") for pid in harness.pids()}

    harness.until(lambda: None not in slots())
    assert len(slots()) == 4


def test_counts_outlive_the_stack(house: Callable[..., Harness], tmp_path: Path) -> None:
    house({"images": PATIENT}).scale(images=2)

    again = house({"images": PATIENT})

    assert len(again.pids()) == 2
    assert json.loads((tmp_path / "scale.json").read_text())["images"] == 2


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        ({"nobody": 2}, "there is no process 'nobody'"),
        ({"upload-web": 2}, "listens on one port"),
        ({"images": -1}, "expected 0 to 64"),
        ({"images": "many"}, "expected 0 to 64"),
    ],
)
def test_a_wrong_count_is_refused_and_changes_nothing(
    house: Callable[..., Harness], wanted: dict[str, object], sentence: str
) -> None:
    harness = house({"images": PATIENT})

    answer = harness.supervisor.answer({"do": "scale", "counts": {"images": 3} | wanted})

    assert sentence in str(answer["error"])
    assert len(harness.pids()) == 1


def test_stopping_ends_every_process_even_one_that_ignores_the_request(
    house: Callable[..., Harness], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("libs.stack.supervisor.GRACE_SECONDS", 1)
    harness = house({"images": STUBBORN, "sms": PATIENT, "results": PARENT})
    pids = harness.pids()
    time.sleep(0.5)
    children = [c for pid in pids for c in psutil.Process(pid).children(recursive=True)]
    assert children

    harness.supervisor.stop()

    assert not [pid for pid in pids if psutil.pid_exists(pid)]
    assert not [c for c in children if c.is_running() and c.status() != psutil.STATUS_ZOMBIE]


def test_only_the_owner_may_speak_to_the_stack(
    house: Callable[..., Harness], tmp_path: Path
) -> None:
    house({"images": PATIENT})

    mode = (tmp_path / control.NAME).stat().st_mode

    assert stat.S_IMODE(mode) == 0o600


def test_without_a_stack_the_socket_says_so(tmp_path: Path) -> None:
    with pytest.raises(control.NotRunning, match="no stack runs"):
        control.ask(tmp_path, {"do": "status"})


def test_secrets_are_for_their_owner_and_stay_the_same(tmp_path: Path) -> None:
    first = secret_store.load_or_create(tmp_path)

    again = secret_store.load_or_create(tmp_path)

    assert first == again
    assert len(set(first.values())) == len(first)
    assert stat.S_IMODE(secret_store.path_in(tmp_path).stat().st_mode) == 0o600


def test_a_newer_version_adds_its_secrets_and_keeps_the_others(tmp_path: Path) -> None:
    first = secret_store.load_or_create(tmp_path)
    older = {name: value for name, value in first.items() if name != "OPS_PASSWORD"}
    secret_store.path_in(tmp_path).write_text(json.dumps(older))

    again = secret_store.load_or_create(tmp_path)

    assert again.keys() == first.keys()
    assert {name: again[name] for name in older} == older
