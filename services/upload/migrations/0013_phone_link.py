"""Links that open one material on her phone without signing in again."""

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """One row per QR code; its secret is derived from the row's id and kept nowhere."""
    op.execute(
        "CREATE TABLE phone_link (id UUID NOT NULL, application_id UUID NOT NULL,"
        " material TEXT NOT NULL, request_id UUID, made_at TIMESTAMP WITH TIME ZONE NOT NULL,"
        " ends_at TIMESTAMP WITH TIME ZONE NOT NULL, used_at TIMESTAMP WITH TIME ZONE,"
        " ended_at TIMESTAMP WITH TIME ZONE, CONSTRAINT phone_link_pkey PRIMARY KEY (id),"
        " CONSTRAINT phone_link_application_id_fkey FOREIGN KEY (application_id)"
        " REFERENCES application (id),"
        " CONSTRAINT phone_link_request_id_fkey FOREIGN KEY (request_id) REFERENCES request (id),"
        " CONSTRAINT phone_link_span_check CHECK (made_at < ends_at))"
    )
    op.execute("CREATE INDEX phone_link_of_application_idx ON phone_link (application_id)")


def downgrade() -> None:
    """Phones that are at it have to be linked anew."""
    op.execute("DROP TABLE phone_link")
