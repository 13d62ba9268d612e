"""Photos at the shrink door."""

from alembic import op

revision = "0010"
down_revision = "0009"

CREATE = """
CREATE TABLE shrink (
  id UUID NOT NULL,
  application_id UUID NOT NULL,
  material TEXT NOT NULL,
  answers UUID,
  instead UUID,
  idempotency_key TEXT NOT NULL,
  state TEXT NOT NULL,
  original_key TEXT NOT NULL,
  original_bytes INTEGER NOT NULL,
  format TEXT NOT NULL,
  began_at TIMESTAMP WITH TIME ZONE NOT NULL,
  received_at TIMESTAMP WITH TIME ZONE NOT NULL,
  shrinker TEXT,
  key TEXT,
  sha256 TEXT,
  size_bytes INTEGER NOT NULL,
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  findings JSONB NOT NULL,
  shrunk_at TIMESTAMP WITH TIME ZONE,
  ended_at TIMESTAMP WITH TIME ZONE,
  cleared_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT shrink_pkey PRIMARY KEY (id),
  CONSTRAINT shrink_application_id_idempotency_key_key UNIQUE (application_id, idempotency_key),
  CONSTRAINT shrink_state_check CHECK (state IN ('pending', 'ready', 'refused', 'confirmed',
    'dismissed', 'expired')),
  CONSTRAINT shrink_format_check CHECK (format IN ('jpeg', 'png', 'heic')),
  CONSTRAINT shrink_original_bytes_check CHECK (original_bytes > 0),
  CONSTRAINT shrink_made_check CHECK (state NOT IN ('ready', 'confirmed') OR (key IS NOT NULL AND
    width > 0)),
  CONSTRAINT shrink_ended_check CHECK ((state IN ('pending', 'ready', 'refused')) =
    (ended_at IS NULL)),
  CONSTRAINT shrink_application_id_fkey FOREIGN KEY(application_id) REFERENCES application (id),
  CONSTRAINT shrink_answers_fkey FOREIGN KEY(answers) REFERENCES request (id),
  CONSTRAINT shrink_instead_fkey FOREIGN KEY(instead) REFERENCES image (id)
);
CREATE INDEX shrink_waiting_idx ON shrink (application_id)
  WHERE state IN ('pending', 'ready', 'refused');
"""


def upgrade() -> None:
    """A new table; nothing else is touched."""
    op.execute(CREATE)


def downgrade() -> None:
    """What waits there is no image yet; its bytes go with the bucket's own expiry."""
    op.execute("DROP TABLE shrink")
