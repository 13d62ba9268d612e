"""Packs that administrators compare and load, with the upload room's answers."""

from alembic import op

revision = "0018"
down_revision = "0017"

TABLE = """
CREATE TABLE asked_load (
  id UUID NOT NULL,
  exam TEXT NOT NULL,
  asked_by UUID NOT NULL,
  asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
  confirmed_at TIMESTAMP WITH TIME ZONE,
  answered_at TIMESTAMP WITH TIME ZONE,
  version TEXT,
  refusal TEXT,
  faults JSONB NOT NULL DEFAULT '[]',
  changes JSONB NOT NULL DEFAULT '[]',
  differences INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (id),
  CONSTRAINT asked_load_answered CHECK (refusal IS NULL OR answered_at IS NOT NULL),
  CONSTRAINT asked_load_compared CHECK (confirmed_at IS NULL OR version IS NOT NULL),
  FOREIGN KEY(exam) REFERENCES exam (code),
  FOREIGN KEY(asked_by) REFERENCES staff (id)
);
CREATE INDEX asked_load_exam ON asked_load (exam, asked_at);
"""


def upgrade() -> None:
    op.execute(TABLE)


def downgrade() -> None:
    op.execute("DROP TABLE asked_load")
