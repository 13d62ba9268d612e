"""Suspected false papers are under legal hold (R27)."""

from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """A constant default and a column that may be null: no row is rewritten."""
    op.execute(
        "ALTER TABLE application ADD COLUMN is_held BOOLEAN NOT NULL DEFAULT false,"
        " ADD COLUMN hold_set_at TIMESTAMP WITH TIME ZONE"
    )


def downgrade() -> None:
    """The review knows its holds, and says them no second time."""
    op.execute("ALTER TABLE application DROP COLUMN is_held, DROP COLUMN hold_set_at")
