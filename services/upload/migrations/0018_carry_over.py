"""Images of an earlier exam are offered again: how long a paper is valid, where it came from."""

from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Columns that may be null or have a constant default: no row is rewritten."""
    op.execute(
        "ALTER TABLE image ADD COLUMN valid_until DATE, ADD COLUMN carried_from UUID,"
        " ADD COLUMN carried_exam JSONB NOT NULL DEFAULT '{}',"
        " ADD COLUMN first_received_at TIMESTAMP WITH TIME ZONE,"
        " ADD CONSTRAINT image_carried_check"
        " CHECK ((carried_from IS NULL) = (carried_exam = '{}')"
        " AND (carried_from IS NULL) = (first_received_at IS NULL))"
    )


def downgrade() -> None:
    """Carried images stay as images; where they came from is no longer known."""
    op.execute(
        "ALTER TABLE image DROP COLUMN valid_until, DROP COLUMN carried_from,"
        " DROP COLUMN carried_exam, DROP COLUMN first_received_at"
    )
