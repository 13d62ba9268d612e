"""Each service's login opens its own database and no other."""

import psycopg2
import pytest

from libs.stack.roles import DATABASES, OBSERVER
from tests.servers import PostgresForTests


@pytest.mark.parametrize("role", DATABASES)
@pytest.mark.parametrize("database", [*DATABASES, "postgres", "template1"])
def test_a_service_can_open_only_its_own_database(
    postgres: PostgresForTests, role: str, database: str
) -> None:
    if role == database:
        postgres.connect(role, database=database).close()
        return

    with pytest.raises(psycopg2.OperationalError, match="permission denied for database"):
        postgres.connect(role, database=database)


def test_a_wrong_password_opens_nothing(postgres: PostgresForTests) -> None:
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        psycopg2.connect(postgres.url("upload").replace("upload:", "upload:x"))


@pytest.mark.parametrize("database", DATABASES)
def test_the_observer_connects_but_reads_no_table(
    postgres: PostgresForTests, database: str
) -> None:
    owner = postgres.connect(database)
    with owner.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS stack_probe (word text)")
    observer = postgres.connect(OBSERVER, database=database)

    with observer.cursor() as cursor, pytest.raises(psycopg2.errors.InsufficientPrivilege):
        cursor.execute("SELECT * FROM stack_probe")

    observer.close()
    with owner.cursor() as cursor:
        cursor.execute("DROP TABLE stack_probe")
    owner.close()


def test_a_fresh_database_is_empty_of_what_another_test_wrote(postgres: PostgresForTests) -> None:
    first = psycopg2.connect(postgres.fresh_database("upload"))
    with first, first.cursor() as cursor:
        cursor.execute("CREATE TABLE only_here (word text)")
    first.close()

    second = psycopg2.connect(postgres.fresh_database("upload"))

    with second.cursor() as cursor:
        cursor.execute("SELECT to_regclass('only_here')")
        assert cursor.fetchone() == (None,)
    second.close()


def test_the_log_repeats_no_value_of_a_refused_row(postgres: PostgresForTests) -> None:
    connection = psycopg2.connect(postgres.fresh_database("review"))
    with connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE phones (phone text PRIMARY KEY)")
        cursor.execute("INSERT INTO phones VALUES ('19900001234')")

    with pytest.raises(psycopg2.errors.UniqueViolation), connection.cursor() as cursor:
        cursor.execute("INSERT INTO phones VALUES (%s)", ("19900001234",))

    connection.close()
    text = postgres.log.read_text()
    assert "phones_pkey" in text
    assert "19900001234" not in text
