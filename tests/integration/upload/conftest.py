"""An upload of its own for each test."""

from collections.abc import Iterator

import pytest

from tests.integration.upload.room import Room
from tests.servers import PostgresForTests


@pytest.fixture
def room(postgres: PostgresForTests) -> Iterator[Room]:
    made = Room(postgres.fresh_database("upload"))
    yield made
    made.database.engine.dispose()
