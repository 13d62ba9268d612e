"""Versions of an exam's pack, each with what it changed."""

from alembic import op

revision = "0012"
down_revision = "0011"

TABLES = """
CREATE TABLE exam_version (
  exam TEXT NOT NULL,
  version TEXT NOT NULL,
  learned_at TIMESTAMP WITH TIME ZONE NOT NULL,
  changes JSONB NOT NULL,
  PRIMARY KEY (exam, version)
);
"""


def upgrade() -> None:
    op.execute(TABLES)


def downgrade() -> None:
    op.execute("DROP TABLE exam_version")
