"""Removing every row that belongs to one application, found by the tables' own columns (R27).

A table that is added later is found too: by its column of that name, or by its foreign key to a
table that belongs. So no list has to be kept, and none can be forgotten.
"""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, MetaData, delete, func, or_, select, text
from sqlalchemy.orm import Session

from libs.common.messages import ApplicationId

COLUMN = "application_id"


def belonging(
    metadata: MetaData,
    application_id: ApplicationId,
    *,
    roots: Mapping[str, ColumnElement[bool]] | None = None,
) -> dict[str, ColumnElement[bool]]:
    """Table → the condition of its rows that belong to the application; parents first.

    `roots` are tables that say so in another way, with their condition.
    """
    found = dict(roots or {})
    for table in metadata.sorted_tables:
        if table.name in found:
            continue
        claims = [table.c[COLUMN] == application_id] if COLUMN in table.c else []
        if not claims:
            claims = [
                key.parent.in_(select(key.column).where(found[key.column.table.name]))
                for key in table.foreign_keys
                if key.column.table.name in found
            ]
        if claims:
            found[table.name] = or_(*claims)
    return found


def forget(
    session: Session, metadata: MetaData, conditions: Mapping[str, ColumnElement[bool]]
) -> dict[str, int]:
    """Remove these rows, children first; table → how many there were."""
    removed = {}
    for table in reversed(metadata.sorted_tables):
        if table.name in conditions:
            where = conditions[table.name]
            counted = select(func.count()).select_from(table).where(where)
            removed[table.name] = int(session.execute(counted).scalar_one())
            session.execute(delete(table).where(where))
    return removed


def forget_parked(session: Session, application_id: ApplicationId) -> None:
    """What failed for good and waits for a person speaks of nobody who is gone."""
    session.execute(
        text("DELETE FROM parked WHERE envelope -> 'body' ->> 'application_id' = :id"),
        {"id": str(application_id)},
    )
