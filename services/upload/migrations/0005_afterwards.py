"""What follows a submission: wishes to have it back, and what became of requests."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """New tables and columns with constant defaults: no row is rewritten.

    An application that the site gave back is open again after its first round (R17).
    """
    op.execute(
        "CREATE TABLE reopen_ask (application_id UUID NOT NULL, round INTEGER NOT NULL,"
        " reason TEXT NOT NULL, asked_at TIMESTAMP WITH TIME ZONE NOT NULL, answer TEXT,"
        " words TEXT NOT NULL DEFAULT '', answered_at TIMESTAMP WITH TIME ZONE,"
        " CONSTRAINT reopen_ask_pkey PRIMARY KEY (application_id, round),"
        " CONSTRAINT reopen_ask_application_id_fkey FOREIGN KEY (application_id)"
        " REFERENCES application (id),"
        " CONSTRAINT reopen_ask_reasoned_check CHECK (reason <> ''),"
        " CONSTRAINT reopen_ask_answer_check CHECK (answer IN ('granted', 'declined')),"
        " CONSTRAINT reopen_ask_answered_check"
        " CHECK ((answer IS NULL) = (answered_at IS NULL)))"
    )
    op.execute(
        "CREATE TABLE request_early (request_id UUID NOT NULL, is_withdrawn BOOLEAN NOT NULL,"
        " due_at TIMESTAMP WITH TIME ZONE, reason TEXT NOT NULL,"
        " CONSTRAINT request_early_pkey PRIMARY KEY (request_id))"
    )
    op.execute(
        "ALTER TABLE request ADD COLUMN change_reason TEXT NOT NULL DEFAULT '',"
        " ADD COLUMN extended_at TIMESTAMP WITH TIME ZONE,"
        " ADD COLUMN pushed_at TIMESTAMP WITH TIME ZONE,"
        " ADD COLUMN push_refused_at TIMESTAMP WITH TIME ZONE"
    )
    op.execute("ALTER TABLE application DROP CONSTRAINT IF EXISTS application_open_once_check")


def downgrade() -> None:
    """What was given back must be handed in again before the old rule can hold."""
    op.execute(
        "ALTER TABLE request DROP COLUMN change_reason, DROP COLUMN extended_at,"
        " DROP COLUMN pushed_at, DROP COLUMN push_refused_at"
    )
    op.execute("DROP TABLE request_early")
    op.execute("DROP TABLE reopen_ask")
