"""When what is known of an exam was said: an older word that comes late overwrites nothing."""

from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.execute("ALTER TABLE exam ADD COLUMN loaded_at TIMESTAMP WITH TIME ZONE")


def downgrade() -> None:
    op.execute("ALTER TABLE exam DROP COLUMN loaded_at")
