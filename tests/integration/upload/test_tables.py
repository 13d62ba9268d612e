"""What the migrations build is what the models say."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from services.upload.models import (
    application,
    candidate,
    exam,
    likeness,
    phone,
    retention,
    review,
    shrink,
)
from services.upload.models.table import Table
from tests.integration.upload.room import Room

MODELS = (application, candidate, exam, likeness, phone, retention, review, shrink)
PLUMBING = {"outbox", "inbox", "attempt", "parked", "audit", "audit_seal"}
OTHERS = PLUMBING | {"browser_session", "refused_form", "alembic_version"}


def test_the_migrated_tables_are_those_of_the_models(room: Room) -> None:
    with room.database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_name": lambda name, kind, _: kind != "table" or name not in OTHERS,
            },
        )

        assert compare_metadata(context, Table.metadata) == []


def test_every_check_of_the_models_stands_in_the_database(room: Room) -> None:
    wanted = {
        str(constraint.name)
        for table in Table.metadata.tables.values()
        for constraint in table.constraints
        if str(constraint.name).endswith("_check")
    }

    found = {
        row.conname for row in room.rows("SELECT conname FROM pg_constraint WHERE contype = 'c'")
    }

    assert wanted <= found
