"""The whole house by one command: it starts, heals, scales, stops, and starts again."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from libs.stack import control
from libs.stack.procfile import ROOT
from tests.ports import free_base

UP_WITHIN_SECONDS = 90


class House:
    """`shencai up` as a process of its own."""

    def __init__(self, data_dir: Path, port_base: int) -> None:
        self.data_dir = data_dir
        self.port_base = port_base
        self.output = data_dir.with_suffix(".out")
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def environ(self) -> dict[str, str]:
        return os.environ | {"DATA_DIR": str(self.data_dir), "PORT_BASE": str(self.port_base)}

    def shencai(self, *words: str, port_base: bool = True) -> subprocess.CompletedProcess[str]:
        told = self.environ
        if not port_base:
            del told["PORT_BASE"]
        return subprocess.run(
            [sys.executable, "-m", "ops.cli", *words],
            env=told,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def up(self) -> None:
        with self.output.open("wb") as sink:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "ops.cli", "up", "--no-demo"],
                env=self.environ,
                cwd=ROOT,
                stdout=sink,
                stderr=sink,
            )
        self.until(lambda: len(self.status()) > 0, seconds=UP_WITHIN_SECONDS)

    def status(self) -> dict[str, int | None]:
        try:
            answer = control.ask(self.data_dir, {"do": "status"})
        except control.NotRunning:
            return {}
        return {entry["name"]: entry["pid"] for entry in answer["processes"]}

    def until(self, holds: Callable[[], bool], *, seconds: float) -> None:
        ends = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < ends, (self.output.read_text(), self.belongings())
            time.sleep(0.2)

    def belongings(self) -> list[psutil.Process]:
        """Every living process that carries this house's folder."""
        found = []
        for process in psutil.process_iter():
            try:
                words = " ".join([*process.cmdline(), *process.environ().values()])
                alive = process.status() != psutil.STATUS_ZOMBIE
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
            if alive and str(self.data_dir) in words:
                found.append(process)
        return found


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    base = free_base()
    made = House(tmp_path / "var", base)
    yield made
    if made.process is not None:
        made.process.kill()
        made.process.wait()
    for process in made.belongings():
        process.kill()


@pytest.mark.slow
def test_the_house_starts_heals_scales_stops_and_starts_again(house: House) -> None:
    house.up()
    assert house.process is not None
    first = house.status()["images"]
    assert first is not None

    os.kill(first, signal.SIGKILL)
    house.until(lambda: house.status().get("images") not in (None, first), seconds=30)

    scaled = house.shencai("scale", "images=2")
    assert scaled.returncode == 0, scaled.stderr
    assert house.status()["images.2"]
    house.shencai("scale", "images=1")
    assert "images.2" not in house.status()

    elsewhere = house.shencai("doctor", port_base=False)
    assert "✓ database upload is up to date" in elsewhere.stdout, elsewhere

    house.process.send_signal(signal.SIGINT)
    assert house.process.wait(60) == 0, house.output.read_text()
    assert house.belongings() == []
    assert (house.data_dir / "postgres" / "PG_VERSION").exists()

    house.up()
    house.process.kill()
    house.process.wait()
    house.until(lambda: house.belongings() == [], seconds=90)


def test_a_taken_port_is_said_in_a_sentence(house: House) -> None:
    with socket.create_server(("127.0.0.1", house.port_base + 1)):
        refused = house.shencai("up")

    assert refused.returncode == 1
    assert f"Port {house.port_base + 1}, on which upload-web would listen, is taken" in (
        refused.stderr
    )
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("run", "nobody"), "there is no process 'nobody'; there are: upload-web"),
        (("run", "images"), "images needs BROKER_URL, S3_ACCESS_KEY, S3_SECRET_KEY"),
        (("scale", "images"), "'images': expected a process and a count"),
        (("scale", "upload-web=3"), "listens on one port"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    house: House, words: tuple[str, ...], sentence: str
) -> None:
    refused = house.shencai(*words)

    assert refused.returncode == 1
    assert sentence in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_count_chosen_before_the_start_is_kept(house: House) -> None:
    said = house.shencai("scale", "images=3").stdout

    assert "kept for its next start" in said
    assert "images           3" in house.shencai("scale").stdout


def test_help_fits_one_screen(house: House) -> None:
    lines = house.shencai("--help").stdout.splitlines()

    assert len(lines) <= 40
    assert any(line.strip().startswith("up") for line in lines)
