"""One-time codes: sealed on from the room that made them to the SMS worker, and kept nowhere."""

import datetime as dt
import hashlib
from uuid import UUID

from sqlalchemy.orm import Session

from libs.common import outbox, sealing
from libs.common.errors import BadMessage
from libs.common.messages import DeliveryId, NoticeRequested, SendCode
from services.notify.domain.delivery import CODE_LIFE_SECONDS, State
from services.notify.domain.facts import FACTS, REQUESTABLE, Channel
from services.notify.models.notice import Delivery
from services.notify.operations.notices import announce
from services.notify.operations.steps import note
from services.notify.operations.vendors import Shares


def send_code(
    session: Session,
    message: NoticeRequested,
    *,
    private_key: str,
    sms_public_key: str,
    vendors: tuple[str, ...],
    now: dt.datetime,
) -> None:
    """Hand the code over at once, by day and by night; one that has expired is not sent.

    `params` may hold `expires_at` (ISO 8601 with its offset); without it a code lives five minutes.
    """
    if message.fact not in REQUESTABLE or message.secret is None:
        raise BadMessage("NoticeRequested with a fact that cannot be asked for, or without secret")
    phone, code = _open(sealing.unseal(message.secret, private_key))
    expires_at = _expiry(message.params.get("expires_at"), now)
    about = hashlib.sha256(message.secret.encode()).hexdigest()
    notice_id = _notice(session, message, about=about, expires_at=expires_at, now=now)
    if notice_id is None:
        return
    if expires_at <= now:
        _keep(session, notice_id, now=now, state=State.SKIPPED, reason="expired")
        return
    vendor = Shares(session, at_rest=vendors).choose(is_code=True)
    sending = {"state": State.SENDING, "tries": 1, "sent_at": now, "vendor": vendor}
    delivery = _keep(session, notice_id, now=now, **sending)
    outbox.post(
        session,
        SendCode(
            delivery_id=DeliveryId(delivery.id),
            template=f"{FACTS[message.fact].wording}.{message.language}",
            secret=sealing.seal({"phone": phone, "params": [code]}, sms_public_key),
            expires_at=expires_at,
            vendor=vendor,
        ),
    )


def _notice(
    session: Session,
    message: NoticeRequested,
    *,
    about: str,
    expires_at: dt.datetime,
    now: dt.datetime,
) -> UUID | None:
    """None if it was asked for before."""
    return announce(
        session,
        message.fact,
        about=about,
        application_id=message.application_id,
        params={"expires_at": expires_at.isoformat()},
        now=now,
        language=message.language,
    )


def _keep(session: Session, notice_id: UUID, *, now: dt.datetime, **values: object) -> Delivery:
    """The delivery with its first step."""
    delivery = Delivery(notice_id=notice_id, channel=Channel.CODE, **values)
    session.add(delivery)
    session.flush()
    note(session, delivery, now=now)
    return delivery


def _open(secret: dict[str, object]) -> tuple[str, str]:
    phone, code = secret.get("phone"), secret.get("code")
    if not (isinstance(phone, str) and phone and isinstance(code, str) and code):
        raise BadMessage("the secret of a code lacks its phone or its code")
    return phone, code


def _expiry(text: str | None, now: dt.datetime) -> dt.datetime:
    if text is None:
        return now + dt.timedelta(seconds=CODE_LIFE_SECONDS)
    try:
        expires_at = dt.datetime.fromisoformat(text)
    except ValueError:
        raise BadMessage("expires_at is no time") from None
    if expires_at.tzinfo is None:
        raise BadMessage("expires_at has no offset")
    return expires_at
