"""A vendor down, answers lost, receipts shuffled: nobody is forgotten, nobody told twice."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.notify.room import Room
from tests.integration.world.storm import VENDORS, run
from tests.servers import PostgresForTests


@pytest.fixture
def room(postgres: PostgresForTests) -> Iterator[Room]:
    made = Room(postgres.fresh_database("notify"), vendors=VENDORS)
    yield made
    made.database.engine.dispose()


@pytest.mark.slow
def test_every_notice_is_delivered_explained_or_called_about_and_none_comes_twice(
    room: Room, tmp_path: Path
) -> None:
    outcome = run(room, tmp_path, 150)

    assert sum(outcome.states.values()) == 150
    assert outcome.unexplained == 0
    assert outcome.states["delivered"] >= 130
    assert outcome.twice["known"] == 0
    assert outcome.twice["unknown"] <= 1
    assert outcome.shares[0] == 51
    assert min(outcome.shares) < 10
    assert outcome.shares[-1] == 51
