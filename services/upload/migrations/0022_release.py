"""Two persons end the rest of an entry, or let the check of a phone begin anew (R28)."""

from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """What the first of them has asked for; the second one's yes removes it."""
    op.execute(
        """
CREATE TABLE release (
  application_id UUID NOT NULL,
  kind TEXT NOT NULL,
  reason TEXT NOT NULL,
  asked_by TEXT NOT NULL,
  asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT release_pkey PRIMARY KEY (application_id, kind),
  CONSTRAINT release_application_id_fkey FOREIGN KEY(application_id) REFERENCES application (id),
  CONSTRAINT release_kind_check CHECK (kind IN ('entry', 'phone')),
  CONSTRAINT release_reason_check CHECK (reason <> '')
)
"""
    )


def downgrade() -> None:
    """Nothing is lost but what still waits for a second person."""
    op.execute("DROP TABLE release")
