"""Vendors of SMS with their weights, and what operations may read of them."""

from alembic import op

revision = "0005"
down_revision = "0004"

STEPS = """
CREATE TABLE vendor (
  name text PRIMARY KEY,
  weight integer NOT NULL,
  resting integer NOT NULL,
  changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  pinned_by text NOT NULL DEFAULT '',
  is_used boolean NOT NULL DEFAULT true,
  CONSTRAINT vendor_weight CHECK (weight >= 0)
);
CREATE TABLE vendor_change (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  name text NOT NULL,
  weight integer NOT NULL,
  reason text NOT NULL,
  by text NOT NULL DEFAULT ''
);
CREATE INDEX vendor_change_at ON vendor_change (at);
CREATE INDEX delivery_sent ON delivery (sent_at) WHERE sent_at IS NOT NULL;

CREATE VIEW vendor_state AS
  SELECT name, weight, resting, changed_at, pinned_by <> '' AS is_pinned FROM vendor WHERE is_used;
DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'ops') THEN
    GRANT SELECT ON vendor_state TO ops;
  END IF;
END $$;
"""


def upgrade() -> None:
    """New tables, and an index on a column that is younger than a release."""
    op.execute(STEPS)


def downgrade() -> None:
    """Weights begin anew at rest."""
    op.execute("DROP VIEW vendor_state; DROP INDEX delivery_sent; DROP TABLE vendor_change, vendor")
