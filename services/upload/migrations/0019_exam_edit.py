"""What administrators change of an exam's sites and reasons."""

from alembic import op

revision = "0019"
down_revision = "0018"

TABLES = """
CREATE TABLE exam_edit (
  exam TEXT NOT NULL,
  part TEXT NOT NULL,
  code TEXT NOT NULL,
  fields JSONB NOT NULL,
  edited_by TEXT NOT NULL,
  edited_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
  CONSTRAINT exam_edit_pkey PRIMARY KEY (exam, part, code),
  CONSTRAINT exam_edit_part_check CHECK (part IN ('sites', 'reasons')),
  CONSTRAINT exam_edit_exam_fkey FOREIGN KEY(exam) REFERENCES exam (code)
);
"""


def upgrade() -> None:
    op.execute(TABLES)


def downgrade() -> None:
    op.execute("DROP TABLE exam_edit")
