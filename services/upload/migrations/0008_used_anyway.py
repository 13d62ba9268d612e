"""Which warnings of an image she has read and answered by 仍然使用."""

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """A constant default: no row is rewritten, no lock is held for long."""
    op.execute("ALTER TABLE image ADD COLUMN used_anyway JSONB NOT NULL DEFAULT '[]'")


def downgrade() -> None:
    """Every warning is open again."""
    op.execute("ALTER TABLE image DROP COLUMN used_anyway")
