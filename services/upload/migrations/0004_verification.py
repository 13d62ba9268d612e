"""What the public verification asks: which receipts name a hash, and how often a visitor asked."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """A new table, and an index by which a file's hash finds the receipts that prove it."""
    op.execute(
        "CREATE TABLE visit_rate (key BYTEA NOT NULL, since TIMESTAMP WITH TIME ZONE NOT NULL,"
        " visits INTEGER NOT NULL, CONSTRAINT visit_rate_pkey PRIMARY KEY (key),"
        " CONSTRAINT visit_rate_visits_check CHECK (visits >= 1))"
    )
    op.execute("CREATE INDEX submission_proves_idx ON submission USING gin (images jsonb_path_ops)")


def downgrade() -> None:
    """Nothing that a receipt says is lost."""
    op.execute("DROP INDEX submission_proves_idx")
    op.execute("DROP TABLE visit_rate")
