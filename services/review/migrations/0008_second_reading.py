"""Second readings, and a key of its own for each exam by which cases are drawn for them."""

from alembic import op

revision = "0008"
down_revision = "0007"

TABLES = """
ALTER TABLE exam ADD COLUMN draw_key BYTEA NOT NULL
  DEFAULT uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
CREATE TABLE second_reading (
  id UUID NOT NULL,
  case_id UUID NOT NULL,
  round INTEGER NOT NULL,
  state TEXT NOT NULL,
  drawn_at TIMESTAMP WITH TIME ZONE NOT NULL,
  outcome TEXT NOT NULL,
  words TEXT NOT NULL,
  first JSONB NOT NULL,
  concluded_by UUID,
  reader_id UUID,
  expires_at TIMESTAMP WITH TIME ZONE,
  ending TEXT,
  ending_words TEXT DEFAULT '' NOT NULL,
  read_at TIMESTAMP WITH TIME ZONE,
  agrees BOOLEAN,
  settlement TEXT,
  settled_words TEXT DEFAULT '' NOT NULL,
  settled_by UUID,
  settled_at TIMESTAMP WITH TIME ZONE,
  PRIMARY KEY (id),
  CONSTRAINT second_state CHECK (state IN ('waiting', 'read', 'void')),
  CONSTRAINT second_outcome CHECK (outcome IN ('passed', 'not_passed')),
  CONSTRAINT second_ending CHECK (ending IN ('passed', 'not_passed', 'ask')),
  CONSTRAINT second_settlement CHECK (settlement IN ('kept', 'reopened')),
  CONSTRAINT second_read CHECK ((state = 'read') = (ending IS NOT NULL AND read_at IS NOT NULL
    AND reader_id IS NOT NULL AND agrees IS NOT NULL)),
  CONSTRAINT second_reasoned CHECK (ending <> 'not_passed' OR ending_words <> ''),
  CONSTRAINT second_settled CHECK ((settlement IS NULL) = (settled_by IS NULL
    OR settled_at IS NULL)),
  CONSTRAINT second_differs CHECK (settlement IS NULL OR agrees = false),
  FOREIGN KEY(case_id) REFERENCES review_case (id) ON DELETE CASCADE,
  FOREIGN KEY(concluded_by) REFERENCES staff (id),
  FOREIGN KEY(reader_id) REFERENCES staff (id),
  FOREIGN KEY(settled_by) REFERENCES staff (id)
);
CREATE INDEX ix_second_reading_case_id ON second_reading (case_id);
CREATE UNIQUE INDEX second_one_waiting ON second_reading (case_id) WHERE state = 'waiting';
CREATE INDEX second_line ON second_reading (drawn_at) WHERE state = 'waiting';
CREATE INDEX second_unsettled ON second_reading (case_id)
  WHERE agrees = false AND settlement IS NULL;
CREATE TABLE second_verdict (
  reading_id UUID NOT NULL,
  image_id UUID NOT NULL,
  choice TEXT NOT NULL,
  reason TEXT DEFAULT '' NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (reading_id, image_id),
  CONSTRAINT second_choice CHECK (choice IN ('accept', 'ask')),
  CONSTRAINT second_verdict_reasoned CHECK (choice <> 'ask' OR reason <> ''),
  FOREIGN KEY(reading_id) REFERENCES second_reading (id) ON DELETE CASCADE,
  FOREIGN KEY(image_id) REFERENCES image (id) ON DELETE CASCADE
);
"""


def upgrade() -> None:
    op.execute(TABLES)


def downgrade() -> None:
    op.execute("DROP TABLE second_verdict, second_reading; ALTER TABLE exam DROP COLUMN draw_key")
