"""What is only counted: claims that ran out."""

from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.execute(
        "CREATE TABLE tally (name TEXT NOT NULL, number BIGINT NOT NULL, PRIMARY KEY (name))"
    )


def downgrade() -> None:
    op.execute("DROP TABLE tally")
