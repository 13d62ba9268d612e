"""大字模式 follows a candidate from browser to browser."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """A constant default: no row is rewritten, no lock is held for long."""
    op.execute("ALTER TABLE account ADD COLUMN large_type BOOLEAN NOT NULL DEFAULT false")


def downgrade() -> None:
    """She chooses it again."""
    op.execute("ALTER TABLE account DROP COLUMN large_type")
