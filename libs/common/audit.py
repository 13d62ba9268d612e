"""The audit log (R25): who did what to which subject, appended in the deed's own transaction.

Rows are never changed or removed: triggers refuse it. `seal` chains them by MAC afterwards,
because chaining inside each transaction would cost two thirds of the insert rate.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from libs.common.logs import current_trace

SEAL_ROWS = 1000
SEAL_AFTER_SECONDS = 30
"""Longer than any transaction lives after its insert, so that no lower id appears later."""


def record(session: Session, *, actor: str, action: str, subject: str, **details: object) -> None:
    """Append a row. `actor` and `subject` are `kind:id`; details hold nothing personal."""
    record_all(session, actor=actor, action=action, subjects=(subject,), **details)


def record_all(
    session: Session, *, actor: str, action: str, subjects: Sequence[str], **details: object
) -> None:
    """The same of many subjects, in one statement: a row for each, in this order."""
    session.execute(
        text(
            "INSERT INTO audit (actor, action, subject, trace, details)"
            " SELECT :actor, :action, subject, :trace, cast(:details AS jsonb)"
            " FROM unnest(cast(:subjects AS text[])) AS given (subject)"
        ),
        {
            "actor": actor,
            "action": action,
            "subjects": list(subjects),
            "trace": current_trace(),
            "details": json.dumps(details, default=str, ensure_ascii=False),
        },
    )


def seal(session: Session, *, key: str) -> int:
    """Chain the rows that have no seal yet, in order; how many were sealed."""
    session.execute(text("SELECT pg_advisory_xact_lock(hashtext('audit_seal'))"))
    last = session.execute(
        text("SELECT audit_id, mac FROM audit_seal ORDER BY audit_id DESC LIMIT 1")
    ).one_or_none()
    previous = b"" if last is None else bytes(last.mac)
    rows = session.execute(
        text(
            "SELECT id, at, actor, action, subject, trace, details::text AS details FROM audit"
            " WHERE id > :after AND at < clock_timestamp() - make_interval(secs => :wait)"
            " ORDER BY id LIMIT :rows"
        ),
        {
            "after": 0 if last is None else last.audit_id,
            "wait": SEAL_AFTER_SECONDS,
            "rows": SEAL_ROWS,
        },
    ).all()
    for row in rows:
        previous = _mac(key, previous, row)
        session.execute(
            text("INSERT INTO audit_seal (audit_id, mac) VALUES (:id, :mac)"),
            {"id": row.id, "mac": previous},
        )
    return len(rows)


def first_broken(session: Session, *, key: str) -> int | None:
    """The id of the first sealed row whose content, order or seal was altered; None if whole."""
    previous = b""
    rows = session.execute(
        text(
            "SELECT s.audit_id, s.mac, a.id, a.at, a.actor, a.action, a.subject, a.trace,"
            " a.details::text AS details FROM audit_seal s FULL JOIN audit a ON a.id = s.audit_id"
            " WHERE coalesce(a.id, s.audit_id) <= (SELECT max(audit_id) FROM audit_seal)"
            " ORDER BY coalesce(a.id, s.audit_id)"
        )
    )
    for row in rows:
        if row.id is None or row.audit_id is None:
            return int(row.id or row.audit_id)
        previous = _mac(key, previous, row)
        if not hmac.compare_digest(previous, bytes(row.mac)):
            return int(row.id)
    return None


def _mac(key: str, previous: bytes, row: object) -> bytes:
    fields = ("id", "actor", "action", "subject", "trace", "details")
    content = [str(getattr(row, f)) for f in fields]
    content.append(row.at.isoformat())  # type: ignore[attr-defined]
    text_ = json.dumps(content, ensure_ascii=False).encode()
    return hmac.new(base64.b64decode(key), previous + text_, hashlib.sha256).digest()
