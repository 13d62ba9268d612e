"""The second window's own submission and end (R5), and which reminders of an end went out (R22)."""

from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Columns that may be null or have a constant default, and a new table: no row is rewritten."""
    op.execute(
        "ALTER TABLE application ADD COLUMN second_submitted_at TIMESTAMP WITH TIME ZONE,"
        " ADD COLUMN second_locked_at TIMESTAMP WITH TIME ZONE"
    )
    op.execute(
        "CREATE INDEX application_second_idx ON application (exam) WHERE state IN ('submitted',"
        " 'returned') AND second_submitted_at IS NULL AND second_locked_at IS NULL"
    )
    op.execute(
        "ALTER TABLE submission ADD COLUMN kind TEXT NOT NULL DEFAULT 'main',"
        " ADD CONSTRAINT submission_kind_check CHECK (kind IN ('main', 'second'))"
    )
    op.execute(
        "CREATE TABLE window_notice (exam TEXT NOT NULL, kind TEXT NOT NULL,"
        " at TIMESTAMP WITH TIME ZONE NOT NULL, hours INTEGER NOT NULL, reached UUID,"
        " is_done BOOLEAN NOT NULL, CONSTRAINT window_notice_pkey"
        " PRIMARY KEY (exam, kind, at, hours), CONSTRAINT window_notice_exam_fkey"
        " FOREIGN KEY(exam, kind) REFERENCES exam_window (exam, kind))"
    )


def downgrade() -> None:
    """Which submissions were of the second window is no longer known."""
    op.execute("DROP TABLE window_notice")
    op.execute("DROP INDEX application_second_idx")
    op.execute("ALTER TABLE submission DROP COLUMN kind")
    op.execute(
        "ALTER TABLE application DROP COLUMN second_submitted_at, DROP COLUMN second_locked_at"
    )
