"""What an exam's word says besides: its sites' names, when requests are reminded of, its age."""

from alembic import op

revision = "0009"
down_revision = "0008"

STEPS = """
ALTER TABLE exam ADD COLUMN sites jsonb NOT NULL DEFAULT '{}';
ALTER TABLE exam ADD COLUMN request_reminder_hours integer NOT NULL DEFAULT 24;
ALTER TABLE exam ADD COLUMN loaded_at timestamptz;
"""


def upgrade() -> None:
    """Exams that are known already keep their sites' codes until they are loaded again."""
    op.execute(STEPS)


def downgrade() -> None:
    """As before."""
    for column in ("sites", "request_reminder_hours", "loaded_at"):
        op.execute(f"ALTER TABLE exam DROP COLUMN {column}")
