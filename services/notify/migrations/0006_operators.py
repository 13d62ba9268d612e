"""Accounts of the delivery desk."""

from alembic import op

revision = "0006"
down_revision = "0005"

STEPS = """
CREATE TABLE operator (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  login text NOT NULL UNIQUE,
  name text NOT NULL,
  password_hash text NOT NULL,
  totp_secret bytea NOT NULL,
  totp_step bigint NOT NULL DEFAULT 0,
  may_see_phones boolean NOT NULL DEFAULT false,
  failures integer NOT NULL DEFAULT 0,
  locked_until timestamptz,
  closed_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
"""


def upgrade() -> None:
    """A new table."""
    op.execute(STEPS)


def downgrade() -> None:
    """Accounts are made again on the command line."""
    op.execute("DROP TABLE operator")
