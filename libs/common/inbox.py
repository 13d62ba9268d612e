"""The inbox: each message has its effect once, in the transaction that also remembers it."""

import json
import uuid
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from libs.common import outbox
from libs.common.envelopes import Envelope, dump
from libs.common.messages import MessageId

KEEP_DAYS = 30
"""Longer than any possible re-send: a later copy would have its effect again."""
RECEIPT_ROWS = 500
STARTS_BEFORE_PARKING = 3
"""A message whose handling began three times without an end is poison."""


def once(session: Session, envelope: Envelope) -> bool:
    """True if this transaction is the first to handle the message.

    A concurrent copy waits here for the first one's end. A copy asks for the receipt again, and
    a worker's answer settles the command that it answers.
    """
    seen = session.execute(
        text(
            "INSERT INTO inbox (id, type, producer) VALUES (:id, :type, :producer)"
            " ON CONFLICT (id) DO UPDATE SET seen = inbox.seen + 1, receipt_at = NULL"
            " RETURNING seen"
        ),
        {"id": envelope.id, "type": envelope.type, "producer": envelope.producer},
    ).scalar_one()
    if envelope.answers is not None:
        outbox.settle(session, [envelope.answers])
    return bool(seen == 1)


def start_again(session: Session, message_id: MessageId, error: str = "") -> int:
    """Count one more start of a message that was not handled yet; 0 if it was handled."""
    handled = session.execute(
        text("SELECT 1 FROM inbox WHERE id = :id"), {"id": message_id}
    ).first()
    if handled is not None:
        return 0
    return int(
        session.execute(
            text(
                "INSERT INTO attempt (id, n, error) VALUES (:id, 1, :error) ON CONFLICT (id)"
                " DO UPDATE SET n = attempt.n + 1, at = clock_timestamp(),"
                " error = CASE WHEN excluded.error = '' THEN attempt.error ELSE excluded.error END"
                " RETURNING n"
            ),
            {"id": message_id, "error": error},
        ).scalar_one()
    )


def park(session: Session, envelope: Envelope, reason: str) -> None:
    """Keep a message that fails for good, with its reason; for its producer it is settled."""
    if once(session, envelope):
        _keep(session, envelope.id, envelope.type, dump(envelope), reason)


def park_unreadable(session: Session, raw: object, reason: str) -> None:
    """Keep what is no known message. Its id, if it has one, is settled for its producer."""
    fields: dict[str, Any] = raw if isinstance(raw, dict) else {"raw": raw}
    content = json.dumps(fields, sort_keys=True, default=str)
    try:
        message_id = MessageId(uuid.UUID(str(fields.get("id"))))
    except ValueError:
        message_id = MessageId(uuid.uuid5(uuid.NAMESPACE_OID, content))
    producer = fields.get("producer")
    session.execute(
        text(
            "INSERT INTO inbox (id, type, producer) VALUES (:id, :type, :producer)"
            " ON CONFLICT (id) DO UPDATE SET seen = inbox.seen + 1, receipt_at = NULL"
        ),
        {
            "id": message_id,
            "type": str(fields.get("type"))[:100],
            "producer": producer if isinstance(producer, str) else None,
        },
    )
    _keep(session, message_id, str(fields.get("type"))[:100], json.loads(content), reason)


def _keep(
    session: Session, message_id: MessageId, kind: str, envelope: dict[str, Any], reason: str
) -> None:
    session.execute(
        text(
            "INSERT INTO parked (id, origin, type, envelope, reason)"
            " VALUES (:id, 'inbox', :type, cast(:envelope AS jsonb), :reason)"
            " ON CONFLICT (id) DO NOTHING"
        ),
        {
            "id": message_id,
            "type": kind,
            "envelope": json.dumps(envelope, ensure_ascii=False),
            "reason": reason[:500],
        },
    )


def take_receipts(session: Session) -> dict[str, tuple[MessageId, ...]]:
    """Up to 500 handled ids whose producers have not been told, by producer."""
    rows = session.execute(
        text(
            "UPDATE inbox SET receipt_at = clock_timestamp() WHERE id IN (SELECT id FROM inbox"
            " WHERE receipt_at IS NULL AND producer IS NOT NULL ORDER BY at LIMIT :rows"
            " FOR UPDATE SKIP LOCKED) RETURNING id, producer"
        ),
        {"rows": RECEIPT_ROWS},
    ).all()
    producers = {row.producer for row in rows}
    return {p: tuple(MessageId(r.id) for r in rows if r.producer == p) for p in producers}


def untake_receipts(session: Session, ids: tuple[MessageId, ...]) -> None:
    """The broker refused these receipts: take them again later."""
    session.execute(
        text("UPDATE inbox SET receipt_at = NULL WHERE id = ANY(:ids)"), {"ids": [*ids]}
    )


def sweep(session: Session) -> None:
    """Forget rows after 30 days, a thousand at a time."""
    for table in ("inbox", "attempt"):
        session.execute(
            text(
                f"DELETE FROM {table} WHERE id IN (SELECT id FROM {table} WHERE at <"  # noqa: S608
                " clock_timestamp() - make_interval(days => :days) LIMIT 1000)"
            ),
            {"days": KEEP_DAYS},
        )
