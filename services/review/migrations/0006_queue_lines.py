"""Indexes in the order of the queues, and saved views."""

from alembic import op

revision = "0006"
down_revision = "0005"

INDEXES = """
DROP INDEX case_queue;
CREATE INDEX case_area_line ON review_case (state, has_overdue DESC, since, id);
CREATE INDEX case_ended_line ON review_case (has_overdue DESC, since, id)
  WHERE state IN ('concluded', 'published');
CREATE INDEX case_held_back ON review_case (site, since) WHERE legal_hold;
CREATE INDEX case_overdue_line ON review_case (site, since) WHERE has_overdue;
CREATE INDEX case_returned_line ON review_case (site, since)
  WHERE (state = 'site_review' AND returned_words IS NOT NULL)
  OR (state = 'area_review' AND round > 1);
CREATE INDEX case_site_line ON review_case (state, site, has_overdue DESC, since, id);
"""
TABLES = """
CREATE TABLE saved_view (
  id UUID NOT NULL,
  staff_id UUID NOT NULL,
  name TEXT NOT NULL,
  queue TEXT NOT NULL,
  filters JSONB NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT saved_view_name UNIQUE (staff_id, name),
  FOREIGN KEY(staff_id) REFERENCES staff (id)
);
CREATE INDEX ix_saved_view_staff_id ON saved_view (staff_id);
"""


def upgrade() -> None:
    """The tables are small before an exam opens: no index is built concurrently."""
    op.execute(INDEXES)
    op.execute(TABLES)


def downgrade() -> None:
    op.execute("DROP TABLE saved_view")
    op.execute(
        "DROP INDEX case_area_line, case_site_line, case_returned_line, case_overdue_line,"
        " case_ended_line, case_held_back;"
        " CREATE INDEX case_queue ON review_case (state, site, since)"
    )
