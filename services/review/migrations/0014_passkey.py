"""Security keys of the staff."""

from alembic import op

revision = "0014"
down_revision = "0013"

TABLES = """
CREATE TABLE passkey (
  id UUID NOT NULL,
  staff_id UUID NOT NULL,
  name TEXT NOT NULL,
  credential_id BYTEA NOT NULL,
  public_key BYTEA NOT NULL,
  sign_count INTEGER NOT NULL,
  added_at TIMESTAMP WITH TIME ZONE NOT NULL,
  used_at TIMESTAMP WITH TIME ZONE,
  PRIMARY KEY (id),
  UNIQUE (credential_id),
  CONSTRAINT passkey_named CHECK (name <> ''),
  FOREIGN KEY(staff_id) REFERENCES staff (id)
);
CREATE INDEX ix_passkey_staff_id ON passkey (staff_id);
CREATE TABLE answered_challenge (
  challenge BYTEA NOT NULL,
  ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (challenge)
);
CREATE INDEX ix_answered_challenge_ends_at ON answered_challenge (ends_at);
"""


def upgrade() -> None:
    op.execute(TABLES)


def downgrade() -> None:
    op.execute("DROP TABLE answered_challenge, passkey")
