"""A review room of its own for each test."""

from collections.abc import Iterator

import pytest

from tests.integration.review.room import Room, exam
from tests.servers import PostgresForTests


@pytest.fixture
def room(postgres: PostgresForTests) -> Iterator[Room]:
    url = postgres.fresh_database("review")
    room = Room(url)
    room.feed(exam())
    yield room
    room.database.engine.dispose()
    postgres.drop_database(url)
