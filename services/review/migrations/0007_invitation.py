"""Accounts by invitation."""

from alembic import op

revision = "0007"
down_revision = "0006"

TABLES = """
CREATE TABLE invitation (
  token_hash BYTEA NOT NULL,
  staff_id UUID NOT NULL,
  invited_by UUID NOT NULL,
  ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
  used_at TIMESTAMP WITH TIME ZONE,
  PRIMARY KEY (token_hash),
  FOREIGN KEY(staff_id) REFERENCES staff (id),
  FOREIGN KEY(invited_by) REFERENCES staff (id)
);
CREATE INDEX ix_invitation_staff_id ON invitation (staff_id);
"""


def upgrade() -> None:
    op.execute(TABLES)


def downgrade() -> None:
    op.execute("DROP TABLE invitation")
