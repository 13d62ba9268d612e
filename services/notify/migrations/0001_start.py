"""Start: notices, deliveries, contacts, exams' words, carriers' raw receipts."""

from alembic import op

from libs.common.plumbing import plumbing_0001

revision = "0001"
down_revision = None

TABLES = """
CREATE TABLE exam (
  code text PRIMARY KEY,
  pack_version text NOT NULL,
  zone text NOT NULL,
  names jsonb NOT NULL,
  titles jsonb NOT NULL,
  facts jsonb NOT NULL
);

CREATE TABLE contact (
  application_id uuid PRIMARY KEY,
  exam text NOT NULL,
  revision integer NOT NULL DEFAULT 0,
  language text NOT NULL DEFAULT 'zh-CN',
  phone bytea,
  unit_phone bytea
);

CREATE TABLE notice (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  key text NOT NULL UNIQUE,
  fact text NOT NULL,
  application_id uuid,
  language text,
  params jsonb NOT NULL,
  trace text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX notice_application ON notice (application_id, created_at);

CREATE TABLE delivery (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  notice_id uuid NOT NULL REFERENCES notice (id),
  channel text NOT NULL,
  state text NOT NULL,
  state_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  tries integer NOT NULL DEFAULT 0,
  due_at timestamptz,
  reason text NOT NULL DEFAULT '',
  vendor text,
  vendor_code text,
  vendor_id text,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT delivery_once UNIQUE (notice_id, channel),
  CONSTRAINT delivery_channel CHECK (channel IN ('in_app', 'sms', 'code')),
  CONSTRAINT delivery_state CHECK (state IN ('queued', 'sending', 'accepted', 'delivered',
    'undelivered', 'failed', 'unknown', 'skipped')),
  CONSTRAINT delivery_tries CHECK (tries >= 0),
  CONSTRAINT delivery_due CHECK (state <> 'queued' OR due_at IS NOT NULL)
);
CREATE INDEX delivery_due_at ON delivery (due_at) WHERE state IN ('queued', 'unknown');
CREATE INDEX delivery_silent ON delivery (state_at)
  WHERE state IN ('accepted', 'unknown') AND channel <> 'in_app';
CREATE INDEX delivery_recent ON delivery (state_at) WHERE channel <> 'in_app';
CREATE INDEX delivery_vendor ON delivery (vendor_id) WHERE vendor_id IS NOT NULL;

CREATE TABLE raw_receipt (
  id uuid PRIMARY KEY,
  vendor text NOT NULL,
  body bytea NOT NULL,
  received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  next_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  tries integer NOT NULL DEFAULT 0,
  done_at timestamptz,
  outcome text NOT NULL DEFAULT ''
);
CREATE INDEX raw_receipt_due ON raw_receipt (next_at) WHERE done_at IS NULL;
CREATE INDEX raw_receipt_old ON raw_receipt (done_at) WHERE done_at IS NOT NULL;

CREATE VIEW sms_state AS
  SELECT channel, state, reason, count(*) AS deliveries FROM delivery
   WHERE channel <> 'in_app' AND state_at > clock_timestamp() - interval '1 hour'
   GROUP BY channel, state, reason;

DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'ops') THEN
    GRANT SELECT ON sms_state TO ops;
  END IF;
END $$;
"""


def upgrade() -> None:
    """Make the tables."""
    op.execute(plumbing_0001("notify"))
    op.execute(TABLES)


def downgrade() -> None:
    """Going back would lose who was told what; restore a backup instead."""
    raise RuntimeError("the first step has no way back: restore a backup")
