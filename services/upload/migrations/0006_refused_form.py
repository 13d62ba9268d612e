"""What a refused form leaves for the page that follows it."""

from alembic import op

from libs.common.plumbing import PLUMBING_0003

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """A new table."""
    op.execute(PLUMBING_0003)


def downgrade() -> None:
    """Nothing of it is needed for longer than an hour."""
    op.execute("DROP TABLE refused_form")
