"""The ladder: what is due, who reads, who must be called; every step of a delivery; limits."""

from alembic import op

revision = "0004"
down_revision = "0003"

STEPS = """
ALTER TABLE contact ADD COLUMN site text NOT NULL DEFAULT '',
  ADD COLUMN number text NOT NULL DEFAULT '',
  ADD COLUMN round integer NOT NULL DEFAULT 0,
  ADD COLUMN phone_mark bytea;
CREATE INDEX contact_number ON contact (number) WHERE number <> '';
CREATE INDEX contact_phone_mark ON contact (phone_mark) WHERE phone_mark IS NOT NULL;

ALTER TABLE notice ADD COLUMN due_at timestamptz, ADD COLUMN call_at timestamptz,
  ADD COLUMN read_at timestamptz, ADD COLUMN ended_at timestamptz, ADD COLUMN end_cause text,
  ADD CONSTRAINT notice_end_cause CHECK (end_cause IN ('acted', 'over', 'called')),
  ADD CONSTRAINT notice_ended CHECK ((ended_at IS NULL) = (end_cause IS NULL));
CREATE INDEX notice_call_at ON notice (call_at) WHERE call_at IS NOT NULL;
CREATE INDEX notice_awaited ON notice (due_at)
  WHERE due_at IS NOT NULL AND read_at IS NULL AND ended_at IS NULL;

ALTER TABLE delivery ADD COLUMN turn integer NOT NULL DEFAULT 1, ADD COLUMN sent_at timestamptz,
  DROP CONSTRAINT delivery_once,
  ADD CONSTRAINT delivery_once UNIQUE (notice_id, channel, turn);

CREATE TABLE delivery_step (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  delivery_id uuid NOT NULL REFERENCES delivery (id),
  at timestamptz NOT NULL,
  state text NOT NULL,
  reason text NOT NULL DEFAULT '',
  vendor text,
  vendor_code text,
  by text NOT NULL DEFAULT ''
);
CREATE INDEX delivery_step_delivery ON delivery_step (delivery_id, at);
CREATE INDEX delivery_step_vendor ON delivery_step (at, vendor) WHERE vendor IS NOT NULL;

CREATE TABLE request (
  request_id uuid PRIMARY KEY,
  application_id uuid NOT NULL,
  round integer NOT NULL DEFAULT 0,
  due_at timestamptz,
  remind_at timestamptz,
  ended_at timestamptz
);
CREATE INDEX request_application ON request (application_id) WHERE ended_at IS NULL;
CREATE INDEX request_remind_at ON request (remind_at)
  WHERE remind_at IS NOT NULL AND ended_at IS NULL;

CREATE TABLE call (
  call_id uuid PRIMARY KEY,
  notice_id uuid NOT NULL REFERENCES notice (id),
  application_id uuid NOT NULL,
  target text NOT NULL,
  cause text NOT NULL,
  due_at timestamptz,
  requested_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  tries integer NOT NULL DEFAULT 0,
  called_at timestamptz,
  called_by text NOT NULL DEFAULT '',
  next_try_at timestamptz,
  closed_at timestamptz,
  end_cause text,
  CONSTRAINT call_target CHECK (target IN ('candidate', 'work_unit')),
  CONSTRAINT call_cause CHECK (cause IN ('sms_failed', 'no_reaction')),
  CONSTRAINT call_end_cause CHECK (end_cause IN ('reached', 'not_reached', 'wrong_number',
    'refused', 'acted', 'over'))
);
CREATE UNIQUE INDEX call_open ON call (application_id) WHERE closed_at IS NULL;
CREATE INDEX call_notice ON call (notice_id);

CREATE TABLE sms_day (
  day date PRIMARY KEY,
  sent integer NOT NULL DEFAULT 0
);

CREATE VIEW call_state AS
  SELECT target, cause, coalesce(end_cause, 'open') AS state, count(*) AS calls FROM call
   GROUP BY 1, 2, 3;
DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'ops') THEN
    GRANT SELECT ON call_state TO ops;
  END IF;
END $$;
"""


def upgrade() -> None:
    """New columns have constant defaults, new tables are empty: no lock is held for long."""
    op.execute(STEPS)


def downgrade() -> None:
    """Going back would lose who was called and who has read what; restore a backup instead."""
    raise RuntimeError("the ladder has no way back: restore a backup")
