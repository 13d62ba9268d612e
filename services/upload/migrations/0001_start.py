"""The tables of the upload room as it starts. Irreversible: before it there is nothing."""

from alembic import op

from libs.common.plumbing import plumbing_0001

revision = "0001"
down_revision = None

TABLES = r"""
CREATE TABLE api_nonce (
  key_id TEXT NOT NULL,
  nonce TEXT NOT NULL,
  used_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
  CONSTRAINT api_nonce_pkey PRIMARY KEY (key_id, nonce)
);

CREATE TABLE exam (
  code TEXT NOT NULL,
  version TEXT NOT NULL,
  pack JSONB NOT NULL,
  loaded_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
  CONSTRAINT exam_pkey PRIMARY KEY (code)
);

CREATE TABLE guard (
  key BYTEA NOT NULL,
  failures INTEGER NOT NULL,
  last_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
  locked_until TIMESTAMP WITH TIME ZONE,
  CONSTRAINT guard_pkey PRIMARY KEY (key)
);

CREATE TABLE launch_token (
  jti TEXT NOT NULL,
  exam TEXT NOT NULL,
  number TEXT NOT NULL,
  expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
  used_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
  CONSTRAINT launch_token_pkey PRIMARY KEY (jti)
);

CREATE TABLE application (
  id UUID NOT NULL,
  exam TEXT NOT NULL,
  site TEXT NOT NULL,
  window_kind TEXT NOT NULL,
  state TEXT NOT NULL,
  round INTEGER NOT NULL,
  stage TEXT,
  stage_round INTEGER NOT NULL,
  outcome TEXT,
  revision INTEGER NOT NULL,
  submitted_at TIMESTAMP WITH TIME ZONE,
  locked_at TIMESTAMP WITH TIME ZONE,
  published_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT application_pkey PRIMARY KEY (id),
  CONSTRAINT application_state_check CHECK (state IN ('open', 'submitted', 'returned', 'locked',
    'published')),
  CONSTRAINT application_stage_check CHECK (stage IN ('site_review', 'area_review',
    'awaiting_publication')),
  CONSTRAINT application_outcome_check CHECK (outcome IN ('passed', 'not_passed',
    'not_submitted')),
  CONSTRAINT application_round_check CHECK (round >= 0),
  CONSTRAINT application_handed_in_check CHECK (state NOT IN ('submitted', 'returned') OR round
    >= 1),
  CONSTRAINT application_open_once_check CHECK (state NOT IN ('open', 'locked') OR round = 0),
  CONSTRAINT application_locked_check CHECK (state <> 'locked' OR locked_at IS NOT NULL),
  CONSTRAINT application_published_check CHECK ((state = 'published') = (outcome IS NOT NULL)),
  CONSTRAINT application_published_at_check CHECK ((outcome IS NULL) = (published_at IS NULL)),
  CONSTRAINT application_exam_fkey FOREIGN KEY(exam) REFERENCES exam (code)
);
CREATE INDEX application_unsubmitted_idx ON application (exam, site) WHERE state = 'open';

CREATE TABLE exam_window (
  exam TEXT NOT NULL,
  kind TEXT NOT NULL,
  opens_at TIMESTAMP WITH TIME ZONE NOT NULL,
  ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
  grace_seconds INTEGER NOT NULL,
  CONSTRAINT exam_window_pkey PRIMARY KEY (exam, kind),
  CONSTRAINT exam_window_span_check CHECK (opens_at < ends_at),
  CONSTRAINT exam_window_grace_check CHECK (grace_seconds BETWEEN 0 AND 600),
  CONSTRAINT exam_window_exam_fkey FOREIGN KEY(exam) REFERENCES exam (code)
);

CREATE TABLE absence (
  application_id UUID NOT NULL,
  material TEXT NOT NULL,
  reason TEXT NOT NULL,
  said_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT absence_pkey PRIMARY KEY (application_id, material),
  CONSTRAINT absence_reasoned_check CHECK (reason <> ''),
  CONSTRAINT absence_application_id_fkey FOREIGN KEY(application_id) REFERENCES application (id)
);

CREATE TABLE account (
  application_id UUID NOT NULL,
  step TEXT NOT NULL,
  language TEXT NOT NULL,
  contact_revision INTEGER NOT NULL,
  identity_at TIMESTAMP WITH TIME ZONE,
  phone_at TIMESTAMP WITH TIME ZONE,
  privacy_version TEXT,
  privacy_at TIMESTAMP WITH TIME ZONE,
  consent_version TEXT,
  consent_at TIMESTAMP WITH TIME ZONE,
  pledge_version TEXT,
  pledge_at TIMESTAMP WITH TIME ZONE,
  password_hash TEXT,
  activated_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT account_pkey PRIMARY KEY (application_id),
  CONSTRAINT account_step_check CHECK (step IN ('identity', 'phone', 'privacy', 'pledge',
    'password', 'done')),
  CONSTRAINT account_language_check CHECK (language IN ('zh-CN', 'en')),
  CONSTRAINT account_activated_check CHECK (step <> 'done' OR (identity_at IS NOT NULL AND
    phone_at IS NOT NULL AND privacy_at IS NOT NULL AND consent_at IS NOT NULL AND pledge_at IS
    NOT NULL AND password_hash IS NOT NULL AND activated_at IS NOT NULL)),
  CONSTRAINT account_application_id_fkey FOREIGN KEY(application_id) REFERENCES application (id)
);

CREATE TABLE image (
  id UUID NOT NULL,
  application_id UUID NOT NULL,
  material TEXT NOT NULL,
  position INTEGER NOT NULL,
  version INTEGER NOT NULL,
  idempotency_key TEXT NOT NULL,
  original_key TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  orientation INTEGER NOT NULL,
  format TEXT NOT NULL,
  received_at TIMESTAMP WITH TIME ZONE NOT NULL,
  began_at TIMESTAMP WITH TIME ZONE NOT NULL,
  check_state TEXT NOT NULL,
  checker TEXT,
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  findings JSONB NOT NULL,
  signals JSONB NOT NULL,
  view_key TEXT,
  grid_key TEXT,
  checked_at TIMESTAMP WITH TIME ZONE,
  locked_at TIMESTAMP WITH TIME ZONE,
  accepted_at TIMESTAMP WITH TIME ZONE,
  answers UUID,
  replaces UUID,
  superseded_at TIMESTAMP WITH TIME ZONE,
  deleted_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT image_pkey PRIMARY KEY (id),
  CONSTRAINT image_application_id_idempotency_key_key UNIQUE (application_id, idempotency_key),
  CONSTRAINT image_check_state_check CHECK (check_state IN ('pending', 'checked', 'refused')),
  CONSTRAINT image_format_check CHECK (format IN ('jpeg', 'png')),
  CONSTRAINT image_size_bytes_check CHECK (size_bytes > 0),
  CONSTRAINT image_orientation_check CHECK (orientation BETWEEN 1 AND 8),
  CONSTRAINT image_sha256_check CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  CONSTRAINT image_seen_check CHECK (check_state <> 'checked' OR (view_key IS NOT NULL AND width
    > 0)),
  CONSTRAINT image_kept_check CHECK (deleted_at IS NULL OR locked_at IS NULL),
  CONSTRAINT image_application_id_fkey FOREIGN KEY(application_id) REFERENCES application (id),
  CONSTRAINT image_replaces_fkey FOREIGN KEY(replaces) REFERENCES image (id)
);
CREATE INDEX image_of_application_idx ON image (application_id, material, position);
CREATE UNIQUE INDEX image_replacing_idx ON image (replaces) WHERE replaces IS NOT NULL AND
  deleted_at IS NULL AND check_state <> 'refused';

CREATE TABLE in_app_message (
  id UUID NOT NULL,
  application_id UUID NOT NULL,
  fact TEXT NOT NULL,
  titles JSONB NOT NULL,
  bodies JSONB NOT NULL,
  posted_at TIMESTAMP WITH TIME ZONE NOT NULL,
  read_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT in_app_message_pkey PRIMARY KEY (id),
  CONSTRAINT in_app_message_application_id_fkey FOREIGN KEY(application_id) REFERENCES
    application (id)
);
CREATE INDEX in_app_message_application_id_posted_at_idx ON in_app_message (application_id,
  posted_at);

CREATE TABLE phone_code (
  id UUID NOT NULL,
  application_id UUID NOT NULL,
  purpose TEXT NOT NULL,
  code_hash BYTEA NOT NULL,
  sent_at TIMESTAMP WITH TIME ZONE NOT NULL,
  expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
  tries INTEGER NOT NULL,
  used_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT phone_code_pkey PRIMARY KEY (id),
  CONSTRAINT phone_code_purpose_check CHECK (purpose IN ('activation', 'password')),
  CONSTRAINT phone_code_tries_check CHECK (tries BETWEEN 0 AND 5),
  CONSTRAINT phone_code_application_id_fkey FOREIGN KEY(application_id) REFERENCES application
    (id)
);
CREATE INDEX phone_code_application_id_purpose_sent_at_idx ON phone_code (application_id,
  purpose, sent_at);

CREATE TABLE registration (
  application_id UUID NOT NULL,
  exam TEXT NOT NULL,
  number TEXT NOT NULL,
  revision INTEGER NOT NULL,
  facts JSONB NOT NULL,
  masked_name TEXT NOT NULL,
  name BYTEA NOT NULL,
  id_number BYTEA NOT NULL,
  id_number_index BYTEA NOT NULL,
  birth_date BYTEA NOT NULL,
  sex BYTEA NOT NULL,
  phone BYTEA NOT NULL,
  work_unit BYTEA NOT NULL,
  unit_phone BYTEA NOT NULL,
  received_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
  CONSTRAINT registration_pkey PRIMARY KEY (application_id),
  CONSTRAINT registration_exam_number_key UNIQUE (exam, number),
  CONSTRAINT registration_exam_id_number_index_key UNIQUE (exam, id_number_index),
  CONSTRAINT registration_revision_check CHECK (revision >= 1),
  CONSTRAINT registration_application_id_fkey FOREIGN KEY(application_id) REFERENCES application
    (id),
  CONSTRAINT registration_exam_fkey FOREIGN KEY(exam) REFERENCES exam (code)
);
CREATE INDEX registration_id_number_index_idx ON registration (id_number_index);
CREATE INDEX registration_number_idx ON registration (number);

CREATE TABLE result_push (
  application_id UUID NOT NULL,
  batch_id UUID NOT NULL,
  outcome TEXT NOT NULL,
  published_at TIMESTAMP WITH TIME ZONE NOT NULL,
  accepted_at TIMESTAMP WITH TIME ZONE,
  refused_at TIMESTAMP WITH TIME ZONE,
  status INTEGER,
  CONSTRAINT result_push_pkey PRIMARY KEY (application_id),
  CONSTRAINT result_push_outcome_check CHECK (outcome IN ('passed', 'not_passed',
    'not_submitted')),
  CONSTRAINT result_push_application_id_fkey FOREIGN KEY(application_id) REFERENCES application
    (id)
);

CREATE TABLE submission (
  id UUID NOT NULL,
  application_id UUID NOT NULL,
  round INTEGER NOT NULL,
  receipt_number TEXT NOT NULL,
  digest TEXT NOT NULL,
  submitted_at TIMESTAMP WITH TIME ZONE NOT NULL,
  images JSONB NOT NULL,
  absences JSONB NOT NULL,
  explanations JSONB NOT NULL,
  CONSTRAINT submission_pkey PRIMARY KEY (id),
  CONSTRAINT submission_application_id_round_key UNIQUE (application_id, round),
  CONSTRAINT submission_round_check CHECK (round >= 1),
  CONSTRAINT submission_application_id_fkey FOREIGN KEY(application_id) REFERENCES application
    (id),
  CONSTRAINT submission_receipt_number_key UNIQUE (receipt_number)
);

CREATE TABLE window_extension (
  id UUID DEFAULT uuidv7() NOT NULL,
  exam TEXT NOT NULL,
  kind TEXT NOT NULL,
  scope TEXT NOT NULL,
  site TEXT,
  application_id UUID,
  ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
  reason TEXT NOT NULL,
  granted_by TEXT NOT NULL,
  granted_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
  CONSTRAINT window_extension_pkey PRIMARY KEY (id),
  CONSTRAINT window_extension_exam_fkey FOREIGN KEY(exam, kind) REFERENCES exam_window (exam,
    kind),
  CONSTRAINT window_extension_scope_check CHECK (scope IN ('application', 'site', 'exam')),
  CONSTRAINT window_extension_whom_check CHECK ((scope = 'site') = (site IS NOT NULL) AND (scope
    = 'application') = (application_id IS NOT NULL)),
  CONSTRAINT window_extension_reasoned_check CHECK (reason <> ''),
  CONSTRAINT window_extension_application_id_fkey FOREIGN KEY(application_id) REFERENCES
    application (id)
);

CREATE TABLE request (
  id UUID NOT NULL,
  application_id UUID NOT NULL,
  case_id UUID NOT NULL,
  round INTEGER NOT NULL,
  level TEXT NOT NULL,
  kind TEXT NOT NULL,
  material TEXT,
  image_id UUID,
  add_count INTEGER NOT NULL,
  fact TEXT,
  reason TEXT NOT NULL,
  words TEXT NOT NULL,
  mark JSONB,
  raised_at TIMESTAMP WITH TIME ZONE NOT NULL,
  due_at TIMESTAMP WITH TIME ZONE NOT NULL,
  state TEXT NOT NULL,
  explanation TEXT,
  fixed_at TIMESTAMP WITH TIME ZONE,
  ended_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT request_pkey PRIMARY KEY (id),
  CONSTRAINT request_level_check CHECK (level IN ('site', 'area')),
  CONSTRAINT request_kind_check CHECK (kind IN ('REPLACE', 'ADD', 'FIX')),
  CONSTRAINT request_state_check CHECK (state IN ('open', 'answered', 'overdue', 'withdrawn')),
  CONSTRAINT request_replace_check CHECK (kind <> 'REPLACE' OR image_id IS NOT NULL),
  CONSTRAINT request_add_check CHECK (kind <> 'ADD' OR (material IS NOT NULL AND add_count >= 1)),
  CONSTRAINT request_fix_check CHECK (kind <> 'FIX' OR fact IS NOT NULL),
  CONSTRAINT request_ended_check CHECK ((state = 'open') = (ended_at IS NULL)),
  CONSTRAINT request_application_id_fkey FOREIGN KEY(application_id) REFERENCES application (id),
  CONSTRAINT request_image_id_fkey FOREIGN KEY(image_id) REFERENCES image (id)
);
CREATE INDEX request_due_idx ON request (due_at) WHERE state = 'open';
CREATE INDEX request_of_application_idx ON request (application_id);

ALTER TABLE image ADD CONSTRAINT image_answers_fkey FOREIGN KEY(answers) REFERENCES request (id);
"""


def upgrade() -> None:
    """Messages and audit first, then what is this room's own."""
    op.execute(plumbing_0001("upload"))
    op.execute(TABLES)


def downgrade() -> None:
    """There is no way back to nothing but dropping the database."""
    raise RuntimeError("the first step has no way back: drop the database")
