"""Of which version of its case an application's stage was said."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """A constant default: no row is rewritten, no lock is held for long."""
    op.execute("ALTER TABLE application ADD COLUMN stage_version INTEGER NOT NULL DEFAULT 0")


def downgrade() -> None:
    """The next word of the review sets the stage anew."""
    op.execute("ALTER TABLE application DROP COLUMN stage_version")
