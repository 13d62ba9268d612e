"""Whose window is whose: every application has the main one, and the second as its exam says."""

from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """The column held one word, which nothing read any more: a change of the catalogue alone."""
    op.execute("ALTER TABLE application DROP COLUMN window_kind")


def downgrade() -> None:
    op.execute("ALTER TABLE application ADD COLUMN window_kind text NOT NULL DEFAULT 'main'")
    op.execute("ALTER TABLE application ALTER COLUMN window_kind DROP DEFAULT")
