"""What the registration system answered to each published result, and what it says it holds."""

from alembic import op

revision = "0011"
down_revision = "0010"

TABLES = """
ALTER TABLE batch_result
  ADD COLUMN accepted_at TIMESTAMP WITH TIME ZONE,
  ADD COLUMN refused_at TIMESTAMP WITH TIME ZONE,
  ADD COLUMN status INTEGER;
CREATE INDEX batch_result_application ON batch_result (application_id);
CREATE TABLE held_check (
  id UUID NOT NULL,
  exam TEXT NOT NULL,
  asked_by UUID NOT NULL,
  asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
  answered_at TIMESTAMP WITH TIME ZONE,
  status INTEGER,
  held JSONB,
  PRIMARY KEY (id),
  CONSTRAINT held_check_answered CHECK (held IS NULL OR answered_at IS NOT NULL),
  FOREIGN KEY(asked_by) REFERENCES staff (id)
);
CREATE INDEX held_check_exam ON held_check (exam, asked_at);
"""


def upgrade() -> None:
    """Nothing was published before the exam ended: the table is small when this runs."""
    op.execute(TABLES)


def downgrade() -> None:
    op.execute(
        "DROP TABLE held_check; DROP INDEX batch_result_application;"
        " ALTER TABLE batch_result DROP COLUMN accepted_at, DROP COLUMN refused_at,"
        " DROP COLUMN status"
    )
