"""Near duplicates: hashes and maps of images, and forms that never match."""

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """New tables, and an index for the same bytes; a large table is indexed in a quiet hour."""
    op.execute("CREATE INDEX image_sha256_idx ON image (sha256)")
    op.execute(
        "CREATE TABLE image_likeness ("
        " image_id UUID NOT NULL CONSTRAINT image_likeness_pkey PRIMARY KEY"
        "  CONSTRAINT image_likeness_image_id_fkey REFERENCES image (id),"
        " picture_hash BIT(256) NOT NULL, bands INTEGER[] NOT NULL, luma BYTEA NOT NULL,"
        " CONSTRAINT image_likeness_luma_check CHECK (octet_length(luma) = 4096))"
    )
    op.execute("CREATE INDEX image_likeness_bands_idx ON image_likeness USING gin (bands)")
    op.execute(
        "CREATE TABLE known_template ("
        " id UUID NOT NULL CONSTRAINT known_template_pkey PRIMARY KEY,"
        " picture_hash BIT(256) NOT NULL, bands INTEGER[] NOT NULL, luma BYTEA NOT NULL,"
        " what TEXT NOT NULL CONSTRAINT known_template_what_key UNIQUE,"
        " added_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),"
        " CONSTRAINT known_template_luma_check CHECK (octet_length(luma) = 4096),"
        " CONSTRAINT known_template_named_check CHECK (what <> ''))"
    )
    op.execute("CREATE INDEX known_template_bands_idx ON known_template USING gin (bands)")


def downgrade() -> None:
    """What was remembered of forms is gone; a re-check brings the rest back."""
    op.execute("DROP TABLE known_template")
    op.execute("DROP TABLE image_likeness")
    op.execute("DROP INDEX image_sha256_idx")
