"""The tables of the review room as it starts. Irreversible: before it there is nothing."""

from alembic import op

from libs.common.plumbing import plumbing_0001

revision = "0001"
down_revision = None

TABLES = """
CREATE TABLE early_check (
  image_id UUID NOT NULL,
  application_id UUID NOT NULL,
  body JSONB NOT NULL,
  at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
  PRIMARY KEY (image_id)
);
CREATE TABLE exam (
  code TEXT NOT NULL,
  pack_version TEXT NOT NULL,
  zone TEXT NOT NULL,
  names JSONB NOT NULL,
  sites JSONB NOT NULL,
  materials JSONB NOT NULL,
  reasons JSONB NOT NULL,
  settings JSONB NOT NULL,
  facts JSONB NOT NULL,
  PRIMARY KEY (code)
);
CREATE TABLE extension (
  application_id UUID NOT NULL,
  ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (application_id)
);
CREATE TABLE review_case (
  id UUID NOT NULL,
  application_id UUID NOT NULL,
  exam TEXT NOT NULL,
  site TEXT NOT NULL,
  registration_number TEXT NOT NULL,
  masked_name TEXT NOT NULL,
  state TEXT NOT NULL,
  since TIMESTAMP WITH TIME ZONE NOT NULL,
  round INTEGER NOT NULL,
  receipt_number TEXT NOT NULL,
  submitted_at TIMESTAMP WITH TIME ZONE NOT NULL,
  facts JSONB NOT NULL,
  personal BYTEA NOT NULL,
  materials TEXT[] NOT NULL,
  absences JSONB NOT NULL,
  explanations JSONB NOT NULL,
  resumes_at TEXT,
  recommendation TEXT,
  recommendation_words TEXT DEFAULT '' NOT NULL,
  returned_words TEXT,
  outcome TEXT,
  outcome_words TEXT DEFAULT '' NOT NULL,
  overrules BOOLEAN DEFAULT 'false' NOT NULL,
  concluded_by UUID,
  has_overdue BOOLEAN DEFAULT 'false' NOT NULL,
  version INTEGER DEFAULT '1' NOT NULL,
  last_by UUID,
  PRIMARY KEY (id),
  CONSTRAINT case_state CHECK (state IN ('site_review', 'waiting', 'area_review', 'concluded',
      'published')),
  CONSTRAINT case_resumes_at CHECK (resumes_at IN ('site', 'area')),
  CONSTRAINT case_recommendation CHECK (recommendation IN ('pass', 'not_eligible')),
  CONSTRAINT case_outcome CHECK (outcome IN ('passed', 'not_passed')),
  CONSTRAINT case_waits CHECK ((state = 'waiting') = (resumes_at IS NOT NULL)),
  CONSTRAINT case_decided CHECK ((state IN ('concluded', 'published')) = (outcome IS NOT NULL)),
  CONSTRAINT case_decider CHECK ((outcome IS NULL) = (concluded_by IS NULL)),
  CONSTRAINT case_reasoned CHECK (outcome <> 'not_passed' OR outcome_words <> ''),
  CONSTRAINT case_round CHECK (round >= 1),
  UNIQUE (application_id)
);
CREATE INDEX case_exam ON review_case (exam, site, state);
CREATE INDEX case_masked_name ON review_case (masked_name);
CREATE INDEX case_number ON review_case (registration_number text_pattern_ops);
CREATE INDEX case_queue ON review_case (state, site, since);
CREATE TABLE staff (
  id UUID NOT NULL,
  login TEXT NOT NULL,
  name TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  totp_secret BYTEA NOT NULL,
  totp_step INTEGER DEFAULT '0' NOT NULL,
  failures INTEGER DEFAULT '0' NOT NULL,
  locked_until TIMESTAMP WITH TIME ZONE,
  language TEXT,
  single_keys BOOLEAN DEFAULT 'true' NOT NULL,
  is_active BOOLEAN DEFAULT 'true' NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT staff_login CHECK (login = lower(login) AND login <> ''),
  CONSTRAINT staff_language CHECK (language IN ('zh-CN', 'en')),
  UNIQUE (login)
);
CREATE TABLE unsubmitted (
  application_id UUID NOT NULL,
  exam TEXT NOT NULL,
  site TEXT NOT NULL,
  registration_number TEXT NOT NULL,
  masked_name TEXT NOT NULL,
  locked_at TIMESTAMP WITH TIME ZONE NOT NULL,
  published_at TIMESTAMP WITH TIME ZONE,
  PRIMARY KEY (application_id)
);
CREATE INDEX unsubmitted_site ON unsubmitted (exam, site, locked_at);
CREATE TABLE batch (
  id UUID NOT NULL,
  exam TEXT NOT NULL,
  site TEXT,
  results INTEGER NOT NULL,
  proposed_by UUID NOT NULL,
  proposed_at TIMESTAMP WITH TIME ZONE NOT NULL,
  confirmed_by UUID,
  published_at TIMESTAMP WITH TIME ZONE,
  withdrawn_at TIMESTAMP WITH TIME ZONE,
  PRIMARY KEY (id),
  CONSTRAINT batch_two_persons CHECK (confirmed_by <> proposed_by),
  CONSTRAINT batch_confirmed CHECK ((confirmed_by IS NULL) = (published_at IS NULL)),
  CONSTRAINT batch_one_end CHECK (published_at IS NULL OR withdrawn_at IS NULL),
  FOREIGN KEY(proposed_by) REFERENCES staff (id),
  FOREIGN KEY(confirmed_by) REFERENCES staff (id)
);
CREATE UNIQUE INDEX batch_one_open ON batch (exam) WHERE published_at IS NULL AND withdrawn_at IS
      NULL;
CREATE TABLE case_event (
  id INTEGER GENERATED ALWAYS AS IDENTITY,
  case_id UUID NOT NULL,
  kind TEXT NOT NULL,
  level TEXT,
  round INTEGER NOT NULL,
  words TEXT NOT NULL,
  count INTEGER NOT NULL,
  seconds INTEGER,
  staff_id UUID,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (id),
  FOREIGN KEY(case_id) REFERENCES review_case (id),
  FOREIGN KEY(staff_id) REFERENCES staff (id)
);
CREATE INDEX case_event_staff ON case_event (staff_id, at);
CREATE INDEX ix_case_event_case_id ON case_event (case_id);
CREATE TABLE claim (
  case_id UUID NOT NULL,
  staff_id UUID NOT NULL,
  claimed_at TIMESTAMP WITH TIME ZONE NOT NULL,
  expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (case_id),
  FOREIGN KEY(case_id) REFERENCES review_case (id),
  FOREIGN KEY(staff_id) REFERENCES staff (id)
);
CREATE INDEX ix_claim_expires_at ON claim (expires_at);
CREATE INDEX ix_claim_staff_id ON claim (staff_id);
CREATE TABLE image (
  id UUID NOT NULL,
  case_id UUID NOT NULL,
  material TEXT NOT NULL,
  position INTEGER NOT NULL,
  round INTEGER NOT NULL,
  handed_in_at TIMESTAMP WITH TIME ZONE NOT NULL,
  sha256 TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  state TEXT NOT NULL,
  view_key TEXT,
  grid_key TEXT,
  findings JSONB NOT NULL,
  replaces UUID,
  answers UUID,
  is_current BOOLEAN NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT image_state CHECK (state IN ('checking', 'checked', 'refused')),
  FOREIGN KEY(case_id) REFERENCES review_case (id)
);
CREATE INDEX ix_image_case_id ON image (case_id);
CREATE TABLE staff_role (
  staff_id UUID NOT NULL,
  role TEXT NOT NULL,
  PRIMARY KEY (staff_id, role),
  CONSTRAINT staff_role_known CHECK (role IN ('site_reviewer', 'site_lead', 'area_reviewer',
      'area_lead', 'administrator', 'auditor')),
  FOREIGN KEY(staff_id) REFERENCES staff (id)
);
CREATE TABLE staff_site (
  staff_id UUID NOT NULL,
  site TEXT NOT NULL,
  PRIMARY KEY (staff_id, site),
  FOREIGN KEY(staff_id) REFERENCES staff (id)
);
CREATE TABLE batch_result (
  batch_id UUID NOT NULL,
  application_id UUID NOT NULL,
  registration_number TEXT NOT NULL,
  outcome TEXT NOT NULL,
  version INTEGER,
  PRIMARY KEY (batch_id, application_id),
  CONSTRAINT batch_result_number UNIQUE (batch_id, registration_number),
  CONSTRAINT batch_outcome CHECK (outcome IN ('passed', 'not_passed', 'not_submitted')),
  FOREIGN KEY(batch_id) REFERENCES batch (id)
);
CREATE TABLE suspicion (
  id UUID NOT NULL,
  case_id UUID NOT NULL,
  image_id UUID,
  level TEXT NOT NULL,
  words TEXT NOT NULL,
  staff_id UUID NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  withdrawn_at TIMESTAMP WITH TIME ZONE,
  PRIMARY KEY (id),
  CONSTRAINT suspicion_level CHECK (level IN ('site', 'area')),
  FOREIGN KEY(case_id) REFERENCES review_case (id),
  FOREIGN KEY(image_id) REFERENCES image (id),
  FOREIGN KEY(staff_id) REFERENCES staff (id)
);
CREATE INDEX ix_suspicion_case_id ON suspicion (case_id);
CREATE TABLE verdict (
  id INTEGER GENERATED ALWAYS AS IDENTITY,
  case_id UUID NOT NULL,
  image_id UUID NOT NULL,
  level TEXT NOT NULL,
  choice TEXT NOT NULL,
  staff_id UUID,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  taken_back_at TIMESTAMP WITH TIME ZONE,
  PRIMARY KEY (id),
  CONSTRAINT verdict_level CHECK (level IN ('site', 'area')),
  CONSTRAINT verdict_choice CHECK (choice IN ('accept', 'ask')),
  FOREIGN KEY(case_id) REFERENCES review_case (id),
  FOREIGN KEY(image_id) REFERENCES image (id),
  FOREIGN KEY(staff_id) REFERENCES staff (id)
);
CREATE INDEX ix_verdict_case_id ON verdict (case_id);
CREATE INDEX verdict_holds ON verdict (image_id, level, id) WHERE taken_back_at IS NULL;
CREATE TABLE request (
  id UUID NOT NULL,
  case_id UUID NOT NULL,
  level TEXT NOT NULL,
  round INTEGER NOT NULL,
  standing TEXT NOT NULL,
  kind TEXT NOT NULL,
  material TEXT,
  image_id UUID,
  add_count INTEGER NOT NULL,
  fact TEXT,
  reason TEXT NOT NULL,
  words TEXT NOT NULL,
  mark JSONB,
  due_hours INTEGER NOT NULL,
  due_at TIMESTAMP WITH TIME ZONE,
  written_by UUID,
  written_at TIMESTAMP WITH TIME ZONE NOT NULL,
  verdict_id INTEGER,
  PRIMARY KEY (id),
  CONSTRAINT request_level CHECK (level IN ('site', 'area')),
  CONSTRAINT request_standing CHECK (standing IN ('draft', 'open', 'answered', 'overdue',
      'withdrawn')),
  CONSTRAINT request_kind CHECK (kind IN ('REPLACE', 'ADD', 'FIX')),
  CONSTRAINT request_target CHECK (CASE kind WHEN 'REPLACE' THEN image_id IS NOT NULL AND
      material IS NOT NULL WHEN 'ADD' THEN material IS NOT NULL AND add_count >= 1 ELSE fact IS
      NOT NULL END),
  CONSTRAINT request_due CHECK (standing IN ('draft', 'withdrawn') OR due_at IS NOT NULL),
  FOREIGN KEY(case_id) REFERENCES review_case (id),
  FOREIGN KEY(image_id) REFERENCES image (id),
  FOREIGN KEY(written_by) REFERENCES staff (id),
  FOREIGN KEY(verdict_id) REFERENCES verdict (id)
);
CREATE INDEX ix_request_case_id ON request (case_id);
CREATE UNIQUE INDEX request_one_draft ON request (image_id) WHERE standing = 'draft' AND kind =
      'REPLACE';
CREATE INDEX request_used ON request (reason, written_by);
"""


def upgrade() -> None:
    op.execute(plumbing_0001("review"))
    op.execute(TABLES)
