"""An index for messages that relays send before all others."""

from alembic import op

from libs.common.plumbing import PLUMBING_0002

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """The index holds next to nothing: only what is urgent and not settled."""
    op.execute(PLUMBING_0002)


def downgrade() -> None:
    """Relays read past whatever else is due again."""
    op.execute("DROP INDEX outbox_urgent")
