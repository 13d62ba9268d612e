"""One step of a delivery: written down, and what follows from it for the ladder."""

import datetime as dt

from sqlalchemy.orm import Session

from services.notify.domain.delivery import State
from services.notify.domain.facts import FACTS, Channel
from services.notify.models.notice import Delivery, DeliveryStep

_NO_WAY_THROUGH = frozenset({State.FAILED, State.UNDELIVERED})
_CALL_INSTEAD = frozenset({"no_phone", "too_late"})
"""Reasons for which an SMS was not sent although she should know."""


def move(
    session: Session,
    delivery: Delivery,
    state: State,
    *,
    now: dt.datetime,
    due_at: dt.datetime | None = None,
    reason: str = "",
    by: str = "",
) -> None:
    """Write a step down; an SMS that has failed for good makes its call due."""
    delivery.state, delivery.state_at = state, now
    delivery.due_at, delivery.reason = due_at, reason
    if delivery.channel == Channel.IN_APP:
        return
    note(session, delivery, now=now, by=by)
    failed = state in _NO_WAY_THROUGH or (state is State.SKIPPED and reason in _CALL_INSTEAD)
    if failed and Channel.CALL in FACTS[delivery.notice.fact].channels and _is_awaited(delivery):
        delivery.notice.call_at = now


def note(
    session: Session, delivery: Delivery, *, now: dt.datetime, by: str = "", words: str = ""
) -> None:
    """Keep where the delivery stands now as one line of its history; `words` are a person's."""
    session.add(
        DeliveryStep(
            delivery_id=delivery.id,
            at=now,
            state=delivery.state,
            reason=words or delivery.reason,
            vendor=delivery.vendor,
            vendor_code=delivery.vendor_code,
            by=by,
        )
    )


def _is_awaited(delivery: Delivery) -> bool:
    notice = delivery.notice
    return notice.read_at is None and notice.ended_at is None
