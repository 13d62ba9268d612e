"""Send what is due: in-app messages at once, SMS within the hours of daytime.

A delivery waits, due, until its exam and, for an SMS, its contact are known: facts may come first.
"""

import datetime as dt
from uuid import UUID
from zoneinfo import ZoneInfo

from cryptography.exceptions import InvalidTag
from sqlalchemy import Select, or_, select, text
from sqlalchemy.orm import Session, contains_eager

from libs.common import messages as m
from libs.common import outbox, sealing
from libs.common.fields import FieldCipher
from libs.common.logs import logger
from services.notify.domain import wording
from services.notify.domain.delivery import State, send_at
from services.notify.domain.facts import FACTS, Channel
from services.notify.domain.wording import LANGUAGES, ExamWords
from services.notify.models import Contact, Delivery, Exam, Notice

log = logger(__name__)

SEND_ROWS = 200
"""In one transaction; a tick each second makes it the rate of a bulk notice too. Few enough that
a one-time code never waits long behind them."""


def send_due(
    session: Session,
    *,
    cipher: FieldCipher,
    sms_public_key: str,
    now: dt.datetime,
    application_id: UUID | None = None,
) -> int:
    """Send up to 200 due deliveries (of one application, if given), oldest first; how many.

    Bulk runs in one process at a time: the others are left to what people wait for. What cannot
    be put into words fails alone and holds nobody up.
    """
    if application_id is None and not _alone(session):
        return 0
    rows = session.execute(_due(now, application_id)).all()
    with session.no_autoflush:
        for delivery, contact, exam in rows:
            command: m.Message | None
            try:
                if delivery.channel == Channel.IN_APP:
                    command = _in_app(delivery, exam, now=now)
                else:
                    command = _sms(delivery, contact, exam, cipher, sms_public_key, now=now)
            except (InvalidTag, KeyError, ValueError) as error:
                cause = type(error).__name__
                log.error("delivery failed", delivery=str(delivery.id), error=cause)  # noqa: TRY400 - a traceback could show a phone
                move(delivery, State.FAILED, now=now, reason="not_composed")
                continue
            if command is not None:
                outbox.post(session, command)
    session.flush()
    return len(rows)


def _alone(session: Session) -> bool:
    """Whether no other process is sending bulk until this transaction ends."""
    lock = text("SELECT pg_try_advisory_xact_lock(hashtext('notify bulk'))")
    return session.execute(lock).scalar_one() is True


def _due(now: dt.datetime, application_id: UUID | None) -> Select[Delivery, Contact, Exam]:
    statement = (
        select(Delivery, Contact, Exam)
        .join(Notice, Delivery.notice_id == Notice.id)
        .join(Contact, Contact.application_id == Notice.application_id)
        .join(Exam, Exam.code == Contact.exam)
        .options(contains_eager(Delivery.notice))
        .where(
            Delivery.state.in_((State.QUEUED, State.UNKNOWN)),
            Delivery.due_at <= now,
            or_(Delivery.channel == Channel.IN_APP, Contact.revision > 0),
        )
        .order_by(Delivery.due_at)
        .limit(SEND_ROWS)
        .with_for_update(of=Delivery, skip_locked=True)
    )
    if application_id is not None:
        statement = statement.where(Notice.application_id == application_id)
    return statement


def _in_app(delivery: Delivery, exam: Exam, *, now: dt.datetime) -> m.InAppPosted:
    notice = delivery.notice
    assert notice.application_id is not None
    words = ExamWords(
        names=exam.names, zone=ZoneInfo(exam.zone), titles=exam.titles, facts=exam.facts
    )
    texts = {
        language: wording.in_app(FACTS[notice.fact].wording, notice.params, words, language)
        for language in LANGUAGES
    }
    move(delivery, State.ACCEPTED, now=now)
    delivery.tries += 1
    return m.InAppPosted(
        application_id=m.ApplicationId(notice.application_id),
        notice_id=m.NoticeId(notice.id),
        fact=notice.fact,
        titles={language: title for language, (title, _) in texts.items()},
        bodies={language: body for language, (_, body) in texts.items()},
        posted_at=notice.created_at,
    )


def _sms(
    delivery: Delivery,
    contact: Contact,
    exam: Exam,
    cipher: FieldCipher,
    sms_public_key: str,
    *,
    now: dt.datetime,
) -> m.SendSms | None:
    """The command, or None if the SMS must wait for the morning or there is no phone."""
    fact = FACTS[delivery.notice.fact]
    if contact.phone is None:
        move(delivery, State.SKIPPED, now=now, reason="no_phone")
        return None
    allowed_at = send_at(fact.urgency, now=now, zone=ZoneInfo(exam.zone))
    if allowed_at > now:
        delivery.due_at = allowed_at
        return None
    phone = cipher.decrypt(contact.phone, place=f"contact:phone:{contact.application_id}")
    again = delivery.state == State.UNKNOWN
    move(delivery, State.SENDING, now=now)
    delivery.tries += 1
    return m.SendSms(
        delivery_id=m.DeliveryId(delivery.id),
        template=f"{fact.wording}.{delivery.notice.language or contact.language}",
        secret=sealing.seal({"phone": phone, "params": []}, sms_public_key),
        resend=again,
    )


def move(
    delivery: Delivery,
    state: State,
    *,
    now: dt.datetime,
    due_at: dt.datetime | None = None,
    reason: str = "",
) -> None:
    """Write a step down."""
    delivery.state, delivery.state_at = state, now
    delivery.due_at, delivery.reason = due_at, reason
