"""A house with its operations page, and a browser without a window."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from libs.stack.valkey import Valkey
from ops.console.app import create_app
from tests.integration.ops.house import House
from tests.servers import PostgresForTests


@pytest.fixture
def house(postgres: PostgresForTests, shared_valkey: Valkey) -> Iterator[House]:
    made = House(postgres, shared_valkey)
    yield made
    made.close()


@pytest.fixture
def console(house: House) -> Iterator[Flask]:
    app = create_app(house.settings, watch=False)
    yield app
    app.extensions["console"].close()


@pytest.fixture
def client(console: Flask) -> Iterator[FlaskClient]:
    with console.test_client() as made:
        yield made
