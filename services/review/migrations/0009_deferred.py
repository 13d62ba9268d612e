"""The second window's ends, for which a conditional conclusion waits (R5)."""

from alembic import op

revision = "0009"
down_revision = "0008"

COLUMNS = ("second_closed_at", "second_until")


def upgrade() -> None:
    for column in COLUMNS:
        op.execute(f"ALTER TABLE review_case ADD COLUMN {column} TIMESTAMP WITH TIME ZONE")


def downgrade() -> None:
    for column in COLUMNS:
        op.execute(f"ALTER TABLE review_case DROP COLUMN {column}")
