"""The audit log (R25): rows are kept, chained, and the first broken one is named."""

import base64
from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from libs.common import audit
from libs.common.db import Database
from tests.integration.common.house import plumbing_database
from tests.servers import PostgresForTests

KEY = base64.b64encode(b"k" * 32).decode()


@pytest.fixture
def database(postgres: PostgresForTests, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    monkeypatch.setattr(audit, "SEAL_AFTER_SECONDS", 0)
    made = Database(plumbing_database(postgres, "upload"), process="test")
    with made.transaction() as session:
        for number in range(5):
            audit.record(session, actor="staff:1", action="image.seen", subject=f"image:{number}")
    with made.transaction() as session:
        assert audit.seal(session, key=KEY) == 5
    yield made
    made.engine.dispose()


def broken(database: Database) -> int | None:
    with database.transaction() as session:
        return audit.first_broken(session, key=KEY)


def tamper(database: Database, statement: str) -> None:
    """As somebody who owns the tables could: with the triggers off."""
    with database.transaction() as session:
        for table in ("audit", "audit_seal"):
            session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        session.execute(text(statement))


def test_a_whole_log_has_no_broken_row(database: Database) -> None:
    assert broken(database) is None


@pytest.mark.parametrize("statement", ["UPDATE audit SET actor = 'x'", "DELETE FROM audit"])
def test_rows_cannot_be_changed_or_removed(database: Database, statement: str) -> None:
    with (
        pytest.raises(DBAPIError, match="never changed or removed"),
        database.transaction() as session,
    ):
        session.execute(text(statement))


@pytest.mark.parametrize(
    ("statement", "row"),
    [
        ("UPDATE audit SET subject = 'image:9' WHERE id = 3", 3),
        ("UPDATE audit SET at = at + interval '1 second' WHERE id = 2", 2),
        ("UPDATE audit_seal SET mac = '\\x00' WHERE audit_id = 4", 4),
        ("WITH s AS (DELETE FROM audit_seal WHERE audit_id = 2) SELECT 1", 2),
    ],
)
def test_the_first_altered_row_is_named(database: Database, statement: str, row: int) -> None:
    tamper(database, statement)

    assert broken(database) == row


def test_a_row_taken_out_of_the_middle_breaks_the_chain(database: Database) -> None:
    tamper(database, "DELETE FROM audit_seal WHERE audit_id = 3")
    tamper(database, "DELETE FROM audit WHERE id = 3")

    assert broken(database) == 4


def test_new_rows_are_chained_to_the_old(database: Database) -> None:
    with database.transaction() as session:
        audit.record(session, actor="staff:1", action="image.seen", subject="image:6")
    with database.transaction() as session:
        assert audit.seal(session, key=KEY) == 1

    assert broken(database) is None
