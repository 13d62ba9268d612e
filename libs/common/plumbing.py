"""The tables that every service's database has for messages and audit, as migration steps.

A step never changes once it has landed; a later change is a new step with a migration of its own.
"""

PLUMBING_0001 = """
CREATE TABLE outbox (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  type text NOT NULL,
  v integer NOT NULL,
  queue text NOT NULL,
  trace text NOT NULL,
  body jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  next_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  attempts integer NOT NULL DEFAULT 0,
  crashes integer NOT NULL DEFAULT 0,
  sent_at timestamptz,
  settled_at timestamptz,
  parked_at timestamptz
);
CREATE INDEX outbox_due ON outbox (next_at) WHERE settled_at IS NULL AND parked_at IS NULL;
CREATE INDEX outbox_old ON outbox (settled_at) WHERE settled_at IS NOT NULL;

CREATE FUNCTION outbox_wake() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM pg_notify('outbox', ''); RETURN NULL; END $$;
CREATE TRIGGER outbox_wake AFTER INSERT ON outbox
  FOR EACH STATEMENT EXECUTE FUNCTION outbox_wake();

CREATE TABLE inbox (
  id uuid PRIMARY KEY,
  type text NOT NULL,
  producer text,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  seen integer NOT NULL DEFAULT 1,
  receipt_at timestamptz
);
CREATE INDEX inbox_unreceipted ON inbox (at) WHERE receipt_at IS NULL AND producer IS NOT NULL;
CREATE INDEX inbox_old ON inbox (at);

CREATE TABLE attempt (
  id uuid PRIMARY KEY,
  n integer NOT NULL,
  error text NOT NULL DEFAULT '',
  at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE parked (
  id uuid PRIMARY KEY,
  origin text NOT NULL CHECK (origin IN ('inbox', 'outbox')),
  type text NOT NULL,
  envelope jsonb NOT NULL,
  reason text NOT NULL,
  parked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  dismissed_at timestamptz
);

CREATE TABLE audit (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  actor text NOT NULL,
  action text NOT NULL,
  subject text NOT NULL,
  trace text NOT NULL,
  details jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX audit_subject ON audit (subject, id);

CREATE TABLE audit_seal (
  audit_id bigint PRIMARY KEY REFERENCES audit (id),
  mac bytea NOT NULL
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% rows are never changed or removed', TG_TABLE_NAME; END $$;
CREATE TRIGGER audit_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_seal_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_seal
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE browser_session (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  token_hash bytea NOT NULL UNIQUE,
  kind text NOT NULL,
  subject uuid NOT NULL,
  data jsonb NOT NULL DEFAULT '{}',
  idle interval NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  seen_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  ends_at timestamptz NOT NULL,
  ended_at timestamptz
);
CREATE INDEX browser_session_subject ON browser_session (subject) WHERE ended_at IS NULL;

CREATE VIEW plumbing_state AS
  SELECT 'outbox'::text AS place, queue AS name, count(*) AS depth,
         extract(epoch FROM clock_timestamp() - min(created_at)) AS oldest_seconds
    FROM outbox WHERE settled_at IS NULL AND parked_at IS NULL GROUP BY queue
  UNION ALL
  SELECT 'parked', type, count(*),
         extract(epoch FROM clock_timestamp() - min(parked_at))
    FROM parked WHERE dismissed_at IS NULL GROUP BY type;

CREATE VIEW parked_messages AS
  SELECT id, origin, type, reason, parked_at FROM parked WHERE dismissed_at IS NULL;

CREATE FUNCTION traffic_since(since timestamptz)
  RETURNS TABLE (minute timestamptz, way text, type text, messages bigint)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  -- Both halves read a range of an index: outbox ids are of version 7, so they ascend in time.
  SELECT date_trunc('minute', created_at), 'said', type, count(*) FROM outbox
   WHERE id >= uuidv7(since - clock_timestamp()) AND created_at >= since GROUP BY 1, 3
  UNION ALL
  SELECT date_trunc('minute', at), 'heard', type, count(*) FROM inbox
   WHERE at >= since GROUP BY 1, 3
$$;

CREATE FUNCTION current_service() RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT '@SERVICE@'::text $$;

CREATE FUNCTION parked_retry(which uuid) RETURNS boolean
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE was parked%ROWTYPE;
BEGIN
  DELETE FROM parked WHERE id = which AND envelope ? 'body' RETURNING * INTO was;
  IF NOT FOUND THEN RETURN false; END IF;
  IF was.origin = 'outbox' THEN
    UPDATE outbox SET parked_at = NULL, settled_at = NULL, crashes = 0, attempts = 0,
                      next_at = clock_timestamp() WHERE id = which;
    PERFORM pg_notify('outbox', '');
  ELSE
    DELETE FROM inbox WHERE id = which;
    DELETE FROM attempt WHERE id = which;
    INSERT INTO outbox (id, type, v, queue, trace, body)
    VALUES (which, was.type, (was.envelope ->> 'v')::integer, current_service(),
            was.envelope ->> 'trace', was.envelope -> 'body')
    ON CONFLICT (id) DO UPDATE SET settled_at = NULL, parked_at = NULL, attempts = 0,
                                   next_at = clock_timestamp();
  END IF;
  INSERT INTO audit (actor, action, subject, trace)
  VALUES (session_user, 'parked.retried', which::text, coalesce(was.envelope ->> 'trace', ''));
  RETURN true;
END $$;

CREATE FUNCTION parked_dismiss(which uuid) RETURNS boolean
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE found_one boolean;
BEGIN
  UPDATE parked SET dismissed_at = clock_timestamp() WHERE id = which AND dismissed_at IS NULL;
  found_one := FOUND;
  IF found_one THEN
    INSERT INTO audit (actor, action, subject, trace)
    VALUES (session_user, 'parked.dismissed', which::text, '');
  END IF;
  RETURN found_one;
END $$;
REVOKE ALL ON FUNCTION traffic_since(timestamptz), parked_retry(uuid), parked_dismiss(uuid)
  FROM PUBLIC;

DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'ops') THEN
    GRANT SELECT ON plumbing_state, parked_messages TO ops;
    GRANT EXECUTE ON FUNCTION traffic_since(timestamptz), parked_retry(uuid),
      parked_dismiss(uuid) TO ops;
  END IF;
END $$;
"""


PLUMBING_0002 = """
CREATE INDEX outbox_urgent ON outbox (next_at) WHERE settled_at IS NULL AND parked_at IS NULL
  AND queue IN ('notify_codes', 'codes');
"""
"""What is urgent is found without reading past a bulk that is due (libs.common.routes.URGENT)."""


def plumbing_0001(service: str) -> str:
    """The first step for the named service; `service` is the queue that this database eats from.

    The role `ops` (operations, R26: nothing personal) may read two views and the
    traffic per minute, retry or dismiss what is parked, and nothing else.
    """
    return PLUMBING_0001.replace("@SERVICE@", service)


PLUMBING_0003 = """
CREATE TABLE refused_form (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  page text NOT NULL,
  told bytea NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX refused_form_old ON refused_form (at);
"""
"""What a refused form leaves for the page that follows it (`libs.common.refused_forms`)."""
