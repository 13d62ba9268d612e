"""An order of final results that a cursor can follow."""

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """The table holds one row per candidate at most; the columns are filled while it is locked."""
    op.execute(
        "ALTER TABLE result_push"
        " ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY,"
        " ADD COLUMN recorded_at timestamptz NOT NULL DEFAULT clock_timestamp()"
    )
    op.execute("CREATE UNIQUE INDEX result_push_number_key ON result_push (number)")


def downgrade() -> None:
    """Cursors that are out would mean nothing any more."""
    op.execute("ALTER TABLE result_push DROP COLUMN number, DROP COLUMN recorded_at")
