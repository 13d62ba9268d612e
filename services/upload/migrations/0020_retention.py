"""Letting go: asked for, under way, and the counts that stay (R27, R28)."""

from alembic import op

revision = "0020"
down_revision = "0019"

TABLES = """
CREATE TABLE purge_ask (
  application_id UUID NOT NULL,
  asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT purge_ask_pkey PRIMARY KEY (application_id),
  CONSTRAINT purge_ask_application_id_fkey FOREIGN KEY(application_id) REFERENCES application (id)
);
CREATE TABLE purge_certificate (
  exam TEXT NOT NULL,
  first_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
  last_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
  applications INTEGER NOT NULL DEFAULT 0,
  passed INTEGER NOT NULL DEFAULT 0,
  not_passed INTEGER NOT NULL DEFAULT 0,
  not_submitted INTEGER NOT NULL DEFAULT 0,
  unpublished INTEGER NOT NULL DEFAULT 0,
  images INTEGER NOT NULL DEFAULT 0,
  submissions INTEGER NOT NULL DEFAULT 0,
  requests INTEGER NOT NULL DEFAULT 0,
  messages INTEGER NOT NULL DEFAULT 0,
  objects_asked BIGINT NOT NULL DEFAULT 0,
  objects_erased BIGINT NOT NULL DEFAULT 0,
  CONSTRAINT purge_certificate_pkey PRIMARY KEY (exam),
  CONSTRAINT purge_certificate_exam_fkey FOREIGN KEY(exam) REFERENCES exam (code)
);
CREATE TABLE erasure (
  id UUID NOT NULL,
  application_id UUID NOT NULL,
  asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
  due_at TIMESTAMP WITH TIME ZONE NOT NULL,
  state TEXT NOT NULL,
  ended_at TIMESTAMP WITH TIME ZONE,
  words TEXT DEFAULT '' NOT NULL,
  answered_by TEXT,
  erased INTEGER DEFAULT 0 NOT NULL,
  CONSTRAINT erasure_pkey PRIMARY KEY (id),
  CONSTRAINT erasure_application_id_fkey FOREIGN KEY(application_id) REFERENCES application (id),
  CONSTRAINT erasure_state_check CHECK (state IN ('asked', 'withdrawn', 'declined', 'done')),
  CONSTRAINT erasure_ended_check CHECK ((state = 'asked') = (ended_at IS NULL)),
  CONSTRAINT erasure_declined_check CHECK (state <> 'declined' OR words <> '')
);
CREATE INDEX erasure_of_application_idx ON erasure (application_id, asked_at);
CREATE UNIQUE INDEX erasure_one_open_idx ON erasure (application_id) WHERE state = 'asked';
CREATE INDEX erasure_due_idx ON erasure (due_at) WHERE state = 'asked';
CREATE TABLE object_sweep (
  bucket TEXT NOT NULL,
  id UUID NOT NULL,
  began_at TIMESTAMP WITH TIME ZONE NOT NULL,
  ended_at TIMESTAMP WITH TIME ZONE,
  seen BIGINT NOT NULL,
  strays BIGINT NOT NULL,
  CONSTRAINT object_sweep_pkey PRIMARY KEY (bucket),
  CONSTRAINT object_sweep_bucket_check
    CHECK (bucket IN ('originals', 'renditions', 'arrivals'))
);
"""
INDEXES = {
    "image_original_idx": "image (original_key)",
    "image_view_idx": "image (view_key) WHERE view_key IS NOT NULL",
    "image_grid_idx": "image (grid_key) WHERE grid_key IS NOT NULL",
    "image_replaced_idx": "image (replaces) WHERE replaces IS NOT NULL",
    "image_answers_idx": "image (answers) WHERE answers IS NOT NULL",
    "image_deleted_idx": "image (deleted_at) WHERE deleted_at IS NOT NULL",
    "request_of_image_idx": "request (image_id) WHERE image_id IS NOT NULL",
    "shrink_instead_idx": "shrink (instead) WHERE instead IS NOT NULL",
}
"""By which it is found who still names an object, or an image that goes."""


def upgrade() -> None:
    """New tables and indexes: no row is rewritten; build them before the peak week."""
    op.execute(TABLES)
    for name, on in INDEXES.items():
        op.execute(f"CREATE INDEX {name} ON {on}")


def downgrade() -> None:
    """What was asked for and counted is lost; what was erased stays erased."""
    for name in INDEXES:
        op.execute(f"DROP INDEX {name}")
    for table in ("object_sweep", "erasure", "purge_certificate", "purge_ask"):
        op.execute(f"DROP TABLE {table}")
