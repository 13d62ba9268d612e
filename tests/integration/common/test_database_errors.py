"""What the database refuses is told without the values that it refused (R26)."""

import traceback
from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from libs.common.db import Database
from tests.servers import PostgresForTests

SECRET = "样例·独孤标记"


@pytest.fixture(scope="module")
def database(postgres: PostgresForTests) -> Iterator[Database]:
    made = Database(postgres.fresh_database("notify"), process="test", pool_size=1)
    with made.transaction() as session:
        session.execute(
            text(
                "CREATE TABLE person (name text UNIQUE, age integer NOT NULL,"
                " CONSTRAINT grown_up CHECK (age >= 18))"
            )
        )
        session.execute(text("INSERT INTO person VALUES (:n, 18)"), {"n": SECRET})
    yield made
    made.engine.dispose()


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("INSERT INTO person VALUES (:n, 20)", "person_name_key"),
        ("INSERT INTO person VALUES (:n, 2)", "grown_up"),
        ("INSERT INTO person VALUES (:n, NULL)", 'null value in column "age"'),
        ("SELECT CAST(:n AS integer)", "values of the wrong shape"),
        ("INSERT INTO nowhere VALUES (:n)", 'relation "nowhere" does not exist'),
    ],
)
def test_an_error_names_the_place_and_no_value(
    database: Database, statement: str, says: str
) -> None:
    with pytest.raises(DBAPIError) as caught, database.transaction() as session:
        session.execute(text(statement), {"n": SECRET})

    told = "".join(traceback.format_exception(caught.value))
    assert says in told
    assert SECRET not in told
