"""The day's cap of SMS beside the day's count: set once, for the consumer that holds to it."""

from alembic import op

revision = "0008"
down_revision = "0007"

STEPS = """
ALTER TABLE sms_day ADD COLUMN cap integer;
CREATE OR REPLACE VIEW sms_today AS
  SELECT sent, cap FROM sms_day
   WHERE day = (statement_timestamp() AT TIME ZONE 'Asia/Shanghai')::date;
"""
BACK = """
DROP VIEW sms_today;
ALTER TABLE sms_day DROP COLUMN cap;
CREATE VIEW sms_today AS
  SELECT sent FROM sms_day
   WHERE day = (statement_timestamp() AT TIME ZONE 'Asia/Shanghai')::date;
DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'ops') THEN
    GRANT SELECT ON sms_today TO ops;
  END IF;
END $$;
"""


def upgrade() -> None:
    """The table has a row for each day; the view gains a column at its end."""
    op.execute(STEPS)


def downgrade() -> None:
    """The view as it was."""
    op.execute(BACK)
