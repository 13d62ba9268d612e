"""A pair of equal pictures is found from either of the two."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """The table is new and all but empty: no lock is held for long."""
    op.execute("CREATE INDEX ix_duplicate_other_image_id ON duplicate (other_image_id)")


def downgrade() -> None:
    op.execute("DROP INDEX ix_duplicate_other_image_id")
