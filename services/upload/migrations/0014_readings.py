"""What the reader saw of an image, and how it compares."""

from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Constant defaults: no row is rewritten."""
    op.execute(
        "ALTER TABLE image ADD COLUMN reader TEXT,"
        " ADD COLUMN kind TEXT NOT NULL DEFAULT 'unknown',"
        " ADD COLUMN compared JSONB NOT NULL DEFAULT '{}'"
    )


def downgrade() -> None:
    """A newer reader reads them again."""
    op.execute("ALTER TABLE image DROP COLUMN reader, DROP COLUMN kind, DROP COLUMN compared")
