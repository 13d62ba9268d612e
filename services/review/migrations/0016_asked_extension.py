"""More time that was asked for, with the upload room's answer."""

from alembic import op

revision = "0016"
down_revision = "0015"

TABLE = """
CREATE TABLE asked_extension (
  id UUID NOT NULL,
  exam TEXT NOT NULL,
  "window" TEXT NOT NULL,
  site TEXT,
  number TEXT,
  ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
  reason TEXT NOT NULL,
  asked_by UUID NOT NULL,
  asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
  confirmed_at TIMESTAMP WITH TIME ZONE,
  answered_at TIMESTAMP WITH TIME ZONE,
  refusal TEXT,
  params JSONB NOT NULL DEFAULT '{}',
  concerned JSONB NOT NULL DEFAULT '{}',
  PRIMARY KEY (id),
  CONSTRAINT asked_extension_window CHECK ("window" IN ('main', 'second')),
  CONSTRAINT asked_extension_reasoned CHECK (reason <> ''),
  CONSTRAINT asked_extension_answered CHECK (refusal IS NULL OR answered_at IS NOT NULL),
  FOREIGN KEY(exam) REFERENCES exam (code),
  FOREIGN KEY(asked_by) REFERENCES staff (id)
);
CREATE INDEX asked_extension_exam ON asked_extension (exam, asked_at);
"""


def upgrade() -> None:
    op.execute(TABLE)


def downgrade() -> None:
    op.execute("DROP TABLE asked_extension")
