"""Rows that a refused form leaves for the page that follows it; `libs.common.web.told` shows them.

A row is encrypted, found by its id and its page alone, and forgotten within the hour.
"""

import uuid
from typing import cast

from sqlalchemy import text
from sqlalchemy.orm import Session

KEEP_MINUTES = 60


def put(session: Session, *, page: str, told: bytes) -> uuid.UUID:
    """Leave it for the page of that path."""
    row = text("INSERT INTO refused_form (page, told) VALUES (:page, :told) RETURNING id")
    return cast("uuid.UUID", session.execute(row, {"page": page, "told": told}).scalar_one())


def take(session: Session, form: uuid.UUID, *, page: str) -> bytes | None:
    """What was left for that page; it is there once."""
    row = text("DELETE FROM refused_form WHERE id = :id AND page = :page RETURNING told")
    return session.execute(row, {"id": form, "page": page}).scalar_one_or_none()


def look(session: Session, form: uuid.UUID, *, page: str) -> bytes | None:
    """What was left for that page, which may be asked for again."""
    row = text("SELECT told FROM refused_form WHERE id = :id AND page = :page")
    return session.execute(row, {"id": form, "page": page}).scalar_one_or_none()


def sweep(session: Session) -> None:
    """Forget what nobody came for, a thousand at a time."""
    session.execute(
        text(
            "DELETE FROM refused_form WHERE id IN (SELECT id FROM refused_form"
            " WHERE at < clock_timestamp() - make_interval(mins => :keep) LIMIT 1000)"
        ),
        {"keep": KEEP_MINUTES},
    )
