"""Removing an image looks up by an index who refers to it, not by reading whole tables (R27)."""

from alembic import op

revision = "0013"
down_revision = "0012"

INDEXES = {
    "verdict_of_image": "verdict (image_id)",
    "request_of_image": "request (image_id) WHERE image_id IS NOT NULL",
    "request_of_verdict": "request (verdict_id) WHERE verdict_id IS NOT NULL",
    "suspicion_of_image": "suspicion (image_id) WHERE image_id IS NOT NULL",
    "second_verdict_of_image": "second_verdict (image_id)",
}


def upgrade() -> None:
    """Built before the peak week; writes wait for seconds."""
    for name, on in INDEXES.items():
        op.execute(f"CREATE INDEX {name} ON {on}")


def downgrade() -> None:
    """Purging is slow again, and nothing else."""
    for name in INDEXES:
        op.execute(f"DROP INDEX {name}")
