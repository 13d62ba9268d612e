"""The tables that the migrations make are the tables of the models."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from services.notify.models.table import Base
from tests.integration.notify.room import Room

OURS = frozenset(Base.metadata.tables)


def test_models_and_migrations_say_the_same(room: Room) -> None:
    with room.database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "include_name": lambda name, kind, _: kind != "table" or name in OURS,
                "compare_server_default": True,
            },
        )
        differences = compare_metadata(context, Base.metadata)

    assert differences == []


def test_the_states_are_pinned_by_checks(room: Room) -> None:
    rows = room.rows("SELECT pg_get_constraintdef(oid) AS c FROM pg_constraint WHERE contype = 'c'")
    checks = " ".join(row.c for row in rows)

    for word in ("queued", "sending", "unknown", "skipped", "in_app", "code"):
        assert f"'{word}'::text" in checks


def test_the_observer_reads_no_table_of_people(room: Room) -> None:
    rows = room.rows(
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'v') AND relnamespace ="
        " 'public'::regnamespace AND has_table_privilege('ops', oid, 'SELECT') ORDER BY relname"
    )

    assert [row.relname for row in rows] == [
        "call_state",
        "parked_messages",
        "plumbing_state",
        "sms_state",
        "sms_today",
        "vendor_state",
    ]
    with room.database.transaction() as session:
        session.execute(text("SELECT 1 FROM contact"))
