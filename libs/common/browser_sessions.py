"""Signed-in browsers: kept in the service's database, of the cookie's token only the hash.

A token is new at each sign-in; a session ends by idling, by age, by sign-out, or by being killed.
"""

import dataclasses as dc
import datetime as dt
import hashlib
import json
import secrets
import uuid
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

TOKEN_BYTES = 32
TOUCH_EVERY_SECONDS = 60


@dc.dataclass(frozen=True)
class Limits:
    """How long a kind of session lives."""

    idle: dt.timedelta
    absolute: dt.timedelta


@dc.dataclass(frozen=True)
class BrowserSession:
    """One signed-in browser. `subject` is whom it is for; `kind` what it may be used for."""

    id: uuid.UUID
    kind: str
    subject: uuid.UUID
    data: dict[str, Any]
    created_at: dt.datetime
    seen_at: dt.datetime
    """To the minute."""


def start(
    session: Session,
    *,
    kind: str,
    subject: uuid.UUID,
    limits: Limits,
    data: dict[str, object] | None = None,
) -> str:
    """Begin a session; the token for the cookie, which is stored nowhere."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.execute(
        text(
            "INSERT INTO browser_session (token_hash, kind, subject, data, idle, ends_at)"
            " VALUES (:hash, :kind, :subject, cast(:data AS jsonb), :idle,"
            " clock_timestamp() + :absolute)"
        ),
        {
            "hash": _hash(token),
            "kind": kind,
            "subject": subject,
            "data": json.dumps(data or {}),
            "idle": limits.idle,
            "absolute": limits.absolute,
        },
    )
    return token


def find(session: Session, token: str | None, *, kind: str) -> BrowserSession | None:
    """The live session of the cookie's token; seeing it keeps it from idling."""
    if not token:
        return None
    row = session.execute(
        text(
            "SELECT id, kind, subject, data, created_at, seen_at,"
            " seen_at < clock_timestamp() - make_interval(secs => :touch) AS stale"
            " FROM browser_session WHERE token_hash = :hash AND kind = :kind"
            " AND ended_at IS NULL AND ends_at > clock_timestamp()"
            " AND seen_at + idle > clock_timestamp()"
        ),
        {"hash": _hash(token), "kind": kind, "touch": TOUCH_EVERY_SECONDS},
    ).one_or_none()
    if row is None:
        return None
    if row.stale:
        session.execute(
            text("UPDATE browser_session SET seen_at = clock_timestamp() WHERE id = :id"),
            {"id": row.id},
        )
    return BrowserSession(row.id, row.kind, row.subject, row.data, row.created_at, row.seen_at)


def end(session: Session, token: str | None) -> None:
    """Sign this browser out."""
    if token:
        session.execute(
            text(
                "UPDATE browser_session SET ended_at = clock_timestamp()"
                " WHERE token_hash = :hash AND ended_at IS NULL"
            ),
            {"hash": _hash(token)},
        )


def alive(session: Session, *, subject: uuid.UUID, kind: str) -> list[BrowserSession]:
    """The subject's signed-in browsers, the one seen last first."""
    rows = session.execute(
        text(
            "SELECT id, kind, subject, data, created_at, seen_at FROM browser_session"
            " WHERE subject = :subject AND kind = :kind AND ended_at IS NULL"
            " AND ends_at > clock_timestamp() AND seen_at + idle > clock_timestamp()"
            " ORDER BY seen_at DESC"
        ),
        {"subject": subject, "kind": kind},
    )
    return [BrowserSession(*row) for row in rows]


def end_one(session: Session, browser: uuid.UUID, *, subject: uuid.UUID, kind: str) -> bool:
    """Sign one of the subject's browsers out; whether there was such a one."""
    done = session.execute(
        text(
            "UPDATE browser_session SET ended_at = clock_timestamp() WHERE id = :id"
            " AND subject = :subject AND kind = :kind AND ended_at IS NULL"
        ),
        {"id": browser, "subject": subject, "kind": kind},
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]


def end_all(session: Session, *, subject: uuid.UUID, kind: str) -> int:
    """Sign every browser of the subject out; how many there were."""
    done = session.execute(
        text(
            "UPDATE browser_session SET ended_at = clock_timestamp()"
            " WHERE subject = :subject AND kind = :kind AND ended_at IS NULL"
        ),
        {"subject": subject, "kind": kind},
    )
    return int(done.rowcount)  # type: ignore[attr-defined]


def sweep(session: Session) -> None:
    """Forget sessions a month after their end, a thousand at a time."""
    session.execute(
        text(
            "DELETE FROM browser_session WHERE id IN (SELECT id FROM browser_session"
            " WHERE least(ended_at, ends_at) < clock_timestamp() - interval '30 days' LIMIT 1000)"
        )
    )


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
