"""How the vendors of SMS do, for the operations page: counts, weights and times, nobody's data."""

from alembic import op

revision = "0007"
down_revision = "0006"

STEPS = """
-- statement_timestamp() is stable, so that each part reads a range of an index.
CREATE OR REPLACE VIEW vendor_state AS
  SELECT v.name, v.weight, v.resting, v.changed_at, v.pinned_by <> '' AS is_pinned,
         coalesce(moved.reason, '') AS moved_reason,
         coalesce(hour.attempts, 0) AS attempts,
         coalesce(hour.errors, 0) AS errors,
         coalesce(hour.attempts_lately, 0) AS attempts_lately,
         coalesce(hour.errors_lately, 0) AS errors_lately,
         coalesce(receipts.awaited, 0) AS receipts_awaited,
         coalesce(receipts.slow, 0) AS receipts_slow,
         coalesce(receipts.missing, 0) AS receipts_missing,
         last.at AS tried_at,
         coalesce(last.reason, '') AS tried_reason
    FROM vendor v
    LEFT JOIN LATERAL (
      SELECT reason FROM vendor_change WHERE name = v.name ORDER BY at DESC, id DESC LIMIT 1
    ) moved ON true
    LEFT JOIN LATERAL (
      SELECT at, reason FROM delivery_step
       WHERE vendor = v.name AND state IN ('accepted', 'queued', 'unknown', 'failed')
         AND at > statement_timestamp() - interval '1 day'
       ORDER BY at DESC LIMIT 1
    ) last ON true
    LEFT JOIN (
      SELECT vendor, count(*) AS attempts,
             count(*) FILTER (WHERE is_error) AS errors,
             count(*) FILTER (WHERE is_late) AS attempts_lately,
             count(*) FILTER (WHERE is_late AND is_error) AS errors_lately
        FROM (
          SELECT vendor, at > statement_timestamp() - interval '5 minutes' AS is_late,
                 reason IN ('retryable', 'throttled', 'unknown', 'account', 'content',
                            'unlisted_code') AS is_error
            FROM delivery_step
           WHERE vendor IS NOT NULL AND state IN ('accepted', 'queued', 'unknown', 'failed')
             AND at > statement_timestamp() - interval '1 hour'
        ) step
       GROUP BY vendor
    ) hour ON hour.vendor = v.name
    LEFT JOIN (
      SELECT vendor, count(*) AS awaited,
             count(*) FILTER (WHERE state <> 'accepted'
               AND state_at > sent_at + interval '5 minutes') AS slow,
             count(*) FILTER (WHERE state = 'accepted') AS missing
        FROM delivery
       WHERE sent_at > statement_timestamp() - interval '1 hour'
         AND sent_at <= statement_timestamp() - interval '5 minutes'
         AND channel <> 'in_app' AND state IN ('accepted', 'delivered', 'undelivered')
       GROUP BY vendor
    ) receipts ON receipts.vendor = v.name
   WHERE v.is_used;

-- Vendors count their days in Beijing, whatever the exam's zone is.
CREATE VIEW sms_today AS
  SELECT sent FROM sms_day
   WHERE day = (statement_timestamp() AT TIME ZONE 'Asia/Shanghai')::date;

CREATE FUNCTION vendor_traffic_since(since timestamptz)
  RETURNS TABLE (minute timestamptz, vendor text, attempts bigint)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT date_trunc('minute', at), vendor, count(*) FROM delivery_step
   WHERE at >= since AND vendor IS NOT NULL
     AND state IN ('accepted', 'queued', 'unknown', 'failed')
   GROUP BY 1, 2
$$;
REVOKE ALL ON FUNCTION vendor_traffic_since(timestamptz) FROM PUBLIC;
DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'ops') THEN
    GRANT SELECT ON vendor_state, sms_today TO ops;
    GRANT EXECUTE ON FUNCTION vendor_traffic_since(timestamptz) TO ops;
  END IF;
END $$;
"""
BACK = """
DROP FUNCTION vendor_traffic_since(timestamptz);
DROP VIEW sms_today;
DROP VIEW vendor_state;
CREATE VIEW vendor_state AS
  SELECT name, weight, resting, changed_at, pinned_by <> '' AS is_pinned FROM vendor WHERE is_used;
DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'ops') THEN
    GRANT SELECT ON vendor_state TO ops;
  END IF;
END $$;
"""


def upgrade() -> None:
    """The view gains columns at its end; no table is touched."""
    op.execute(STEPS)


def downgrade() -> None:
    """The view as it was."""
    op.execute(BACK)
