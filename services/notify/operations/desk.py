"""What staff do at the delivery desk: send again with a reason, and see a number in clear."""

import datetime as dt
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from libs.common import audit
from libs.common.errors import Refusal
from libs.common.fields import FieldCipher
from services.notify.domain.delivery import State
from services.notify.domain.facts import Channel
from services.notify.models.notice import Delivery
from services.notify.models.people import Contact
from services.notify.operations.steps import note

MAX_REASON_CHARACTERS = 200
RESENDABLE = frozenset({State.FAILED, State.UNDELIVERED, State.SKIPPED, State.DELIVERED})
"""What has ended; what is still on its way may yet arrive, and would arrive twice."""


def resend(
    session: Session, delivery_id: UUID, *, reason: str, actor: str, now: dt.datetime
) -> Delivery:
    """A next turn of an SMS that has ended.

    Raises Refusal `without_reason`, `unknown_delivery`, `not_resendable`.
    """
    if not reason.strip():
        raise Refusal("without_reason")
    delivery = _resendable(session, delivery_id)
    again = Delivery(
        notice_id=delivery.notice_id,
        channel=Channel.SMS,
        turn=delivery.turn + 1,
        state=State.QUEUED,
        due_at=now,
        tries=0,
        reason="",
    )
    session.add(again)
    session.flush()
    reason = reason.strip()[:MAX_REASON_CHARACTERS]
    note(session, again, now=now, by=actor, words=reason)
    audit.record(
        session,
        actor=actor,
        action="sms.resent",
        subject=f"application:{delivery.notice.application_id}",
        delivery=str(delivery.id),
        reason=reason,
    )
    return again


def _resendable(session: Session, delivery_id: UUID) -> Delivery:
    """Locked. Raises Refusal `unknown_delivery`, `not_resendable`."""
    delivery = session.get(Delivery, delivery_id, with_for_update=True)
    if delivery is None or delivery.notice.application_id is None:
        raise Refusal("unknown_delivery")
    newest = session.scalar(
        select(func.max(Delivery.turn)).where(
            Delivery.notice_id == delivery.notice_id, Delivery.channel == Channel.SMS
        )
    )
    ended = State(delivery.state) in RESENDABLE
    if delivery.channel != Channel.SMS or not ended or newest != delivery.turn:
        raise Refusal("not_resendable")
    return delivery


def show_phone(
    session: Session, application_id: UUID, *, cipher: FieldCipher, actor: str, allowed: bool
) -> str:
    """The number in clear, for the role that may. Raises Refusal `not_found`."""
    contact = session.get(Contact, application_id)
    if not allowed or contact is None or contact.phone is None:
        raise Refusal("not_found")
    audit.record(
        session, actor=actor, action="phone.shown", subject=f"application:{application_id}"
    )
    return cipher.decrypt(contact.phone, place=f"contact:phone:{application_id}")
