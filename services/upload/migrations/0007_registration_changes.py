"""Which version of a registration holds, and what each corrected record changed (R3)."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """A constant default, and a new table: no row is rewritten."""
    op.execute("ALTER TABLE registration ADD COLUMN version BIGINT NOT NULL DEFAULT 0")
    op.execute(
        "CREATE TABLE registration_change (application_id UUID NOT NULL, revision INTEGER NOT NULL,"
        " changed_at TIMESTAMP WITH TIME ZONE NOT NULL, before JSONB NOT NULL,"
        " after JSONB NOT NULL, personal JSONB NOT NULL, came JSONB NOT NULL,"
        " went JSONB NOT NULL, was_submitted BOOLEAN NOT NULL,"
        " seen_at TIMESTAMP WITH TIME ZONE,"
        " CONSTRAINT registration_change_pkey PRIMARY KEY (application_id, revision),"
        " CONSTRAINT registration_change_application_id_fkey FOREIGN KEY (application_id)"
        " REFERENCES application (id))"
    )


def downgrade() -> None:
    """The notes on the pages are lost; the facts themselves are not."""
    op.execute("DROP TABLE registration_change")
    op.execute("ALTER TABLE registration DROP COLUMN version")
