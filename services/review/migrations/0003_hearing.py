"""What a case hears after its submission: corrected facts, readings, windows, wishes, calls."""

from alembic import op

revision = "0003"
down_revision = "0002"

COLUMNS = """
ALTER TABLE review_case
  ADD COLUMN facts_at TIMESTAMP WITH TIME ZONE,
  ADD COLUMN registration_revision INTEGER DEFAULT '0' NOT NULL,
  ADD COLUMN info_changed_at TIMESTAMP WITH TIME ZONE,
  ADD COLUMN changed_facts TEXT[] DEFAULT '{}' NOT NULL,
  ADD COLUMN old_facts JSONB DEFAULT '{}' NOT NULL,
  ADD COLUMN old_personal BYTEA,
  ADD COLUMN not_asked TEXT[] DEFAULT '{}' NOT NULL,
  ADD COLUMN main_round INTEGER DEFAULT '0' NOT NULL,
  ADD COLUMN second_round INTEGER DEFAULT '0' NOT NULL,
  ADD COLUMN second_materials TEXT[] DEFAULT '{}' NOT NULL,
  ADD COLUMN deferred TEXT[] DEFAULT '{}' NOT NULL,
  ADD COLUMN conditional BOOLEAN DEFAULT 'false' NOT NULL,
  ADD COLUMN legal_hold BOOLEAN DEFAULT 'false' NOT NULL,
  ADD CONSTRAINT case_conditional CHECK (NOT conditional OR outcome = 'passed');
UPDATE review_case SET facts_at = submitted_at, main_round = round;
ALTER TABLE review_case ALTER COLUMN facts_at SET NOT NULL;
CREATE INDEX case_info ON review_case (site, since) WHERE info_changed_at IS NOT NULL;
ALTER TABLE image
  ADD COLUMN is_unsubmitted BOOLEAN DEFAULT 'false' NOT NULL,
  ADD COLUMN kind TEXT DEFAULT 'unknown' NOT NULL,
  ADD COLUMN compared JSONB DEFAULT '{}' NOT NULL;
"""
TABLES = """
CREATE TABLE call (
  id UUID NOT NULL,
  application_id UUID NOT NULL,
  exam TEXT NOT NULL,
  site TEXT NOT NULL,
  target TEXT NOT NULL,
  fact TEXT NOT NULL,
  cause TEXT NOT NULL,
  due_at TIMESTAMP WITH TIME ZONE,
  contact BYTEA NOT NULL,
  standing TEXT NOT NULL,
  next_try_at TIMESTAMP WITH TIME ZONE,
  opened_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT call_standing CHECK (standing IN ('open', 'done', 'acted', 'over')),
  CONSTRAINT call_target CHECK (target IN ('candidate', 'work_unit')),
  CONSTRAINT call_cause CHECK (cause IN ('sms_failed', 'no_reaction'))
);
CREATE INDEX call_sheet ON call (site, due_at) WHERE standing = 'open';
CREATE INDEX ix_call_application_id ON call (application_id);
CREATE TABLE early_change (
  application_id UUID NOT NULL,
  revision INTEGER NOT NULL,
  body JSONB NOT NULL,
  at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
  PRIMARY KEY (application_id)
);
CREATE TABLE early_close (
  call_id UUID NOT NULL,
  cause TEXT NOT NULL,
  at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
  PRIMARY KEY (call_id)
);
CREATE TABLE early_reading (
  image_id UUID NOT NULL,
  application_id UUID NOT NULL,
  body JSONB NOT NULL,
  at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
  PRIMARY KEY (image_id)
);
CREATE INDEX ix_early_reading_application_id ON early_reading (application_id);
CREATE TABLE call_try (
  id INTEGER GENERATED ALWAYS AS IDENTITY,
  call_id UUID NOT NULL,
  outcome TEXT NOT NULL,
  words TEXT NOT NULL,
  staff_id UUID NOT NULL,
  called_at TIMESTAMP WITH TIME ZONE NOT NULL,
  next_try_at TIMESTAMP WITH TIME ZONE,
  PRIMARY KEY (id),
  CONSTRAINT call_outcome CHECK (outcome IN ('reached', 'not_reached', 'wrong_number', 'refused')),
  FOREIGN KEY(call_id) REFERENCES call (id),
  FOREIGN KEY(staff_id) REFERENCES staff (id)
);
CREATE INDEX ix_call_try_call_id ON call_try (call_id);
CREATE TABLE duplicate (
  image_id UUID NOT NULL,
  other_image_id UUID NOT NULL,
  application_id UUID NOT NULL,
  other_application_id UUID NOT NULL,
  exam TEXT NOT NULL,
  distance DOUBLE PRECISION NOT NULL,
  found_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
  cleared_by UUID,
  cleared_at TIMESTAMP WITH TIME ZONE,
  words TEXT DEFAULT '' NOT NULL,
  PRIMARY KEY (image_id, other_image_id),
  CONSTRAINT duplicate_cleared CHECK ((cleared_by IS NULL) = (cleared_at IS NULL)),
  FOREIGN KEY(cleared_by) REFERENCES staff (id)
);
CREATE INDEX duplicate_open ON duplicate (found_at) WHERE cleared_at IS NULL;
CREATE INDEX ix_duplicate_application_id ON duplicate (application_id);
CREATE INDEX ix_duplicate_other_application_id ON duplicate (other_application_id);
CREATE TABLE wish (
  application_id UUID NOT NULL,
  round INTEGER NOT NULL,
  reason TEXT NOT NULL,
  asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
  answer TEXT,
  words TEXT DEFAULT '' NOT NULL,
  answered_by UUID,
  answered_at TIMESTAMP WITH TIME ZONE,
  PRIMARY KEY (application_id, round),
  CONSTRAINT wish_answer CHECK (answer IN ('granted', 'declined', 'over')),
  CONSTRAINT wish_answered CHECK ((answer IS NULL) = (answered_at IS NULL)),
  CONSTRAINT wish_reasoned CHECK (answer <> 'declined' OR words <> ''),
  FOREIGN KEY(answered_by) REFERENCES staff (id)
);
CREATE INDEX wish_open ON wish (asked_at) WHERE answer IS NULL;
"""


def upgrade() -> None:
    op.execute(COLUMNS)
    op.execute(TABLES)
