"""The outbox: a message is a row, written in the transaction of the change that it tells of."""

import dataclasses as dc
import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from libs.common.envelopes import Envelope, body_of
from libs.common.logs import current_trace
from libs.common.messages import Message, MessageId
from libs.common.routes import ROUTES

RESEND_FIRST_SECONDS = 20
"""A message that died with its worker is back within 30 s; see relay.DEPTH_CAP for the other side:
a queue must be shorter than this, or waiting messages are sent twice."""
RESEND_LAST_SECONDS = 600
CRASHES_BEFORE_PARKING = 3
CLAIM_ROWS = 200
KEEP_SETTLED_DAYS = 7


def post(session: Session, message: Message) -> None:
    """Leave the message for the relay: one row for each room that hears it."""
    post_all(session, (message,))


def post_all(session: Session, messages: Sequence[Message]) -> None:
    """The same for many, in one statement; they leave in this order."""
    rows = [
        (type(message).__name__, message.version, queue, body)
        for message in messages
        for body in (json.dumps(body_of(message), ensure_ascii=False),)
        for queue in ROUTES[type(message)]
    ]
    if not rows:
        return
    types, versions, queues, bodies = map(list, zip(*rows, strict=True))
    session.execute(
        text(
            "INSERT INTO outbox (type, v, queue, trace, body)"
            " SELECT type, v, queue, :trace, cast(body AS jsonb)"
            " FROM unnest(cast(:types AS text[]), cast(:versions AS integer[]),"
            " cast(:queues AS text[]), cast(:bodies AS text[])) AS given (type, v, queue, body)"
        ),
        {
            "types": types,
            "versions": versions,
            "queues": queues,
            "bodies": bodies,
            "trace": current_trace(),
        },
    )


@dc.dataclass(frozen=True)
class Claimed:
    """A due row that this relay may send now."""

    queue: str
    envelope: Envelope


_CLAIM = text(
    "WITH due AS (SELECT id FROM outbox WHERE settled_at IS NULL AND parked_at IS NULL"
    "  AND next_at <= clock_timestamp() AND queue = ANY(:queues)"
    "  ORDER BY next_at LIMIT :rows FOR UPDATE SKIP LOCKED)"
    " UPDATE outbox o SET attempts = attempts + 1, sent_at = clock_timestamp(),"
    "  next_at = clock_timestamp() + make_interval(secs =>"
    "    least(:first * power(2, least(attempts, 10)), :last) * (1 + random() * 0.2))"
    " FROM due WHERE o.id = due.id"
    " RETURNING o.id, o.type, o.v, o.queue, o.trace, o.created_at, o.attempts, o.body"
)


def claim(
    session: Session, *, producer: str, queues: Sequence[str], rows: int = CLAIM_ROWS
) -> list[Claimed]:
    """Take up to so many due rows for the queues that have room, oldest first.

    Each is due again after 20 s, doubling up to 10 min, so that a crash after the commit costs
    only that delay, and a consumer that is down for long finds few copies.
    """
    taken = session.execute(
        _CLAIM,
        {
            "queues": list(queues),
            "rows": rows,
            "first": RESEND_FIRST_SECONDS,
            "last": RESEND_LAST_SECONDS,
        },
    )
    return [
        Claimed(
            row.queue,
            Envelope(
                id=MessageId(row.id),
                type=row.type,
                v=row.v,
                trace=row.trace,
                at=row.created_at,
                producer=producer,
                answers=None,
                attempt=row.attempts,
                body=row.body,
            ),
        )
        for row in sorted(taken, key=lambda r: r.created_at)
    ]


def unsend(session: Session, ids: list[MessageId]) -> None:
    """The broker refused these: due again in a second; it is not counted as an attempt."""
    session.execute(
        text(
            "UPDATE outbox SET attempts = attempts - 1,"
            " next_at = clock_timestamp() + interval '1 second' WHERE id = ANY(:ids)"
        ),
        {"ids": ids},
    )


def resend_all(session: Session) -> int:
    """The broker lost its memory: everything sent and not settled is due now."""
    done = session.execute(
        text(
            "UPDATE outbox SET next_at = clock_timestamp()"
            " WHERE settled_at IS NULL AND parked_at IS NULL AND sent_at IS NOT NULL"
        )
    )
    return int(done.rowcount)  # type: ignore[attr-defined]


def settle(session: Session, ids: tuple[MessageId, ...] | list[MessageId]) -> None:
    """The consumers have handled these."""
    session.execute(
        text(
            "UPDATE outbox SET settled_at = clock_timestamp()"
            " WHERE id = ANY(:ids) AND settled_at IS NULL"
        ),
        {"ids": list(ids)},
    )


@dc.dataclass(frozen=True)
class CrashedCommand:
    """A command on which a stateless worker's process died, and how often by now."""

    id: MessageId
    type: str
    body: dict[str, Any]
    crashes: int


def count_crash(session: Session, command_id: MessageId) -> CrashedCommand | None:
    """Count a crash and make the command due at once. None when it is settled or unknown."""
    row = session.execute(
        text(
            "UPDATE outbox SET crashes = crashes + 1, next_at = clock_timestamp()"
            " WHERE id = :id AND settled_at IS NULL AND parked_at IS NULL"
            " RETURNING id, type, body, crashes"
        ),
        {"id": command_id},
    ).one_or_none()
    return None if row is None else CrashedCommand(row.id, row.type, row.body, row.crashes)


def park(session: Session, command: CrashedCommand, reason: str) -> None:
    """Stop sending a command that keeps killing its worker; a person decides."""
    session.execute(
        text("UPDATE outbox SET parked_at = clock_timestamp() WHERE id = :id"), {"id": command.id}
    )
    session.execute(
        text(
            "INSERT INTO parked (id, origin, type, envelope, reason)"
            " SELECT id, 'outbox', type, jsonb_build_object('v', v, 'trace', trace, 'body', body),"
            " :reason FROM outbox WHERE id = :id ON CONFLICT (id) DO UPDATE SET"
            " reason = excluded.reason, parked_at = clock_timestamp(), dismissed_at = NULL"
        ),
        {"id": command.id, "reason": reason},
    )


def sweep(session: Session) -> None:
    """Forget settled rows after a week, a thousand at a time."""
    session.execute(
        text(
            "DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE settled_at <"
            " clock_timestamp() - make_interval(days => :days) LIMIT 1000)"
        ),
        {"days": KEEP_SETTLED_DAYS},
    )
