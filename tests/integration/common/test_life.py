"""Workers show that they eat, however many share a queue and though nothing comes to them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from libs.common import life
from libs.stack.valkey import Valkey
from tests.integration.common.house import House, command
from tests.servers import PostgresForTests
from tests.serving import until


@pytest.fixture
def house(postgres: PostgresForTests, valkey: Valkey, tmp_path: Path) -> Iterator[House]:
    made = House(postgres, valkey, tmp_path)
    (tmp_path / "health").mkdir()
    made.extra["HEALTH_DIR"] = str(tmp_path / "health")
    yield made
    made.stop()


def test_a_worker_to_which_nothing_comes_is_seen(house: House, tmp_path: Path) -> None:
    house.start("images")

    until(lambda: life.alive(house.valkey.client()) == {"images": 1}, seconds=30)
    parent = house.processes["images"].pid
    assert [f.name for f in (tmp_path / "health").iterdir()] == [f"images-{parent}"]


def test_its_messages_and_its_clock_make_one_worker_of_it(house: House) -> None:
    house.start("images")
    house.start("upload")

    until(lambda: life.alive(house.valkey.client()) == {"images": 1, "upload": 1}, seconds=30)
    house.start("upload-relay")
    house.post(command())
    until(lambda: house.unsettled() == 0, seconds=30)
    assert life.alive(house.valkey.client()) == {"images": 1, "upload": 1}
