"""Who took which export, as the audit log has it: for those who answer for the review."""

import dataclasses as dc
import datetime as dt
import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.review.models.staff import Staff
from services.review.models.table import AUDIT

MOST_LINES = 20


@dc.dataclass(frozen=True, kw_only=True)
class Taken:
    """One export that left."""

    at: dt.datetime
    name: str
    """Who took it."""
    what: str
    format: str
    rows: int


def latest(session: Session, files: Sequence[str]) -> list[Taken]:
    """The newest exports of these files, by their names without the ending."""
    subjects = {f"export:{name}": name for name in files}
    found = session.execute(
        select(AUDIT.c.at, AUDIT.c.actor, AUDIT.c.subject, AUDIT.c.details)
        .where(AUDIT.c.subject.in_(subjects))
        .order_by(AUDIT.c.id.desc())
        .limit(MOST_LINES)
    ).all()
    names = _names(session, {row.actor for row in found})
    return [
        Taken(
            at=row.at,
            name=names.get(row.actor, row.actor),
            what=subjects[row.subject],
            format=str(row.details.get("format", "")),
            rows=int(row.details.get("rows", 0)),
        )
        for row in found
    ]


def _names(session: Session, actors: set[str]) -> dict[str, str]:
    """`staff:id` → the name; an actor of another kind keeps its own word."""
    ids = [uuid.UUID(a.removeprefix("staff:")) for a in actors if a.startswith("staff:")]
    rows = session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(ids)))
    return {f"staff:{row.id}": row.name for row in rows}
