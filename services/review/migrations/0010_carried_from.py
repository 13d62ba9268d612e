"""Which images were carried over from an earlier exam."""

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """A constant default: no row is rewritten."""
    op.execute("ALTER TABLE image ADD COLUMN carried_from JSONB NOT NULL DEFAULT '{}'")


def downgrade() -> None:
    """The candidate's side still knows it."""
    op.execute("ALTER TABLE image DROP COLUMN carried_from")
