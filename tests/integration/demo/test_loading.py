"""The demo in a whole house: running workers bring every candidate to the stage of the cast."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg2
import pytest

from examples.registration.roster import Roster
from libs.stack import secret_store, values
from libs.stack.place import Place
from libs.stack.procfile import ROOT
from ops.demo.cast import HANDED_IN, Stage, cast
from tests.ports import free_base

LOADED_WITHIN_SECONDS = 240
STOPPED_WITHIN_SECONDS = 60
PLAYED = Counter(player.stage for player in cast())


class House:
    """`shencai up` with the demo."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.output = place.data_dir.with_suffix(".out")
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def environ(self) -> dict[str, str]:
        where = {"DATA_DIR": str(self.place.data_dir), "PORT_BASE": str(self.place.port_base)}
        return os.environ | where

    def up(self) -> str:
        """Start, and wait for the screen with the sign-ins; what was printed."""
        with self.output.open("wb") as sink:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "ops.cli", "up"],
                env=self.environ,
                cwd=ROOT,
                stdout=sink,
                stderr=sink,
            )
        self.until(lambda: "Ctrl-C stops" in self.output.read_text("utf-8"))
        return self.output.read_text("utf-8")

    def until(self, holds: Callable[[], bool]) -> None:
        ends = time.monotonic() + LOADED_WITHIN_SECONDS
        while not holds():
            assert time.monotonic() < ends, self.output.read_text("utf-8")
            time.sleep(0.3)

    def down(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        assert self.process.wait(STOPPED_WITHIN_SECONDS) == 0

    def rows(self, service: str, query: str) -> Counter[tuple[object, ...]]:
        """The last column counts."""
        secrets = secret_store.load_or_create(self.place.data_dir)
        url = values.secret(self.place, secrets)[f"{service.upper()}_DATABASE_URL"]
        connection = psycopg2.connect(url)
        try:
            with connection.cursor() as cursor:
                cursor.execute(query)
                return Counter({row[:-1]: row[-1] for row in cursor.fetchall()})
        finally:
            connection.close()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    base = free_base()
    made = House(Place(data_dir=tmp_path / "var", port_base=base))
    yield made
    if made.process is not None and made.process.poll() is None:
        made.process.send_signal(signal.SIGTERM)
        made.process.wait(STOPPED_WITHIN_SECONDS)


@pytest.mark.slow
def test_the_first_start_loads_the_demo_and_the_second_keeps_it(house: House) -> None:
    printed = house.up()

    assert "The demo is loaded" in printed
    assert "DEMO-0001…0007" in printed
    asked = PLAYED[Stage.RETURNED]
    at_area = PLAYED[Stage.RESUBMITTED] + PLAYED[Stage.FORWARDED]
    at_site = PLAYED[Stage.SUBMITTED] + PLAYED[Stage.CLAIMED]
    assert house.rows("review", "SELECT state, count(*) FROM review_case GROUP BY state") == {
        ("site_review",): at_site,
        ("waiting",): asked,
        ("area_review",): at_area,
        ("concluded",): PLAYED[Stage.CONCLUDED],
        ("published",): 1,
    }
    applications = "SELECT state, count(*) FROM application GROUP BY state"
    standing = {
        ("open",): len(cast()) - sum(PLAYED[stage] for stage in HANDED_IN),
        ("returned",): asked,
        ("submitted",): at_site + at_area + PLAYED[Stage.CONCLUDED],
        ("published",): 1,
    }
    house.until(lambda: ("published",) in house.rows("upload", applications))
    assert house.rows("upload", applications) == standing
    steps = house.rows("upload", "SELECT step, count(*) FROM account GROUP BY step")
    assert steps["identity",] == PLAYED[Stage.NEW]
    assert steps["phone",] == PLAYED[Stage.BEGUN]
    former = (
        "SELECT i.accepted_at IS NOT NULL, count(*) FROM image i"
        " JOIN application a ON a.id = i.application_id WHERE a.exam = 'demo-tianjin-2022'"
        " GROUP BY 1"
    )
    assert house.rows("upload", former) == {(True,): 5}
    parked = "SELECT type, count(*) FROM parked_messages GROUP BY type"
    assert not [s for s in ("upload", "review", "notify") if house.rows(s, parked)]
    stand_in = values.plain(house.place, secret_store.load_or_create(house.place.data_dir))
    assert len(Roster(Path(stand_in["REGISTRATION_ROSTER"])).all()) == len(cast()) + 1

    house.down()
    again = house.up()

    assert "The demo is loaded" not in again
    assert "DEMO-0001…0007" in again
    assert house.rows("upload", applications) == standing
