"""A receipt says what the second window still asks for (R5)."""

from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """A constant default: no row is rewritten; older receipts say nothing of it."""
    op.execute("ALTER TABLE submission ADD COLUMN later JSONB NOT NULL DEFAULT '[]'")


def downgrade() -> None:
    """What was still to come is told by the candidate's page alone."""
    op.execute("ALTER TABLE submission DROP COLUMN later")
