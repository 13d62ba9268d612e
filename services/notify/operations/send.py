"""Send what is due: in-app messages at once, SMS within the hours of daytime and their limits.

A delivery waits, due, until its exam and, for an SMS, its contact are known: facts may come first.
"""

import dataclasses as dc
import datetime as dt
from uuid import UUID
from zoneinfo import ZoneInfo

from cryptography.exceptions import InvalidTag
from sqlalchemy.orm import Session

from libs.common import messages as m
from libs.common import outbox, sealing
from libs.common.fields import FieldCipher
from libs.common.logs import logger
from services.notify.domain import wording
from services.notify.domain.delivery import Hours, State, send_at
from services.notify.domain.facts import FACTS, Channel, Urgency
from services.notify.domain.limits import Wait, tomorrow, wait_for
from services.notify.domain.wording import LANGUAGES, ExamWords
from services.notify.models.notice import Delivery
from services.notify.models.people import Contact, Exam
from services.notify.operations import limits
from services.notify.operations.due import alone, due_rows
from services.notify.operations.limits import SentBefore
from services.notify.operations.steps import move
from services.notify.operations.vendors import Shares, refusers

log = logger(__name__)


@dc.dataclass(frozen=True)
class Means:
    """What sending needs of its process."""

    cipher: FieldCipher
    sms_public_key: str
    vendors: tuple[str, ...]
    """The SMS worker's accounts."""
    daily_cap: int
    """SMS on one day, over all exams: a fault may not empty the account overnight."""
    hours: Hours
    """When bulk may leave."""


def send_due(
    session: Session, *, means: Means, now: dt.datetime, application_id: UUID | None = None
) -> int:
    """Send up to 200 due deliveries (of one application, if given), oldest first; how many.

    Bulk runs in one process at a time: the others are left to what people wait for. To one person,
    and to one number, two never send at once, so that each knows what the other sent: the next
    tick has the rest.
    What cannot be put into words fails alone and holds nobody up.
    """
    if application_id is None and not alone(session):
        return 0
    rows = due_rows(session, now=now, application_id=application_id)
    if rows:
        with session.no_autoflush:
            batch = _Batch(session, means, [row.Contact for row in rows], now=now)
            for delivery, contact, exam in rows:
                batch.send(delivery, contact, exam)
            outbox.post_all(session, batch.commands)
            limits.count_today(session, batch.sent, now=now)
        session.flush()
    return len(rows)


class _Batch:
    """The deliveries that one transaction sends, with what limits must know of them."""

    def __init__(
        self, session: Session, means: Means, contacts: list[Contact], *, now: dt.datetime
    ) -> None:
        self._session, self._means, self._now = session, means, now
        self._before = SentBefore(session, contacts, now=now)
        people = {contact.application_id for contact in contacts}
        self._newest = limits.newest_gathered(session, people)
        self._shares = Shares(session, at_rest=means.vendors)
        self._room = means.daily_cap - limits.sent_today(session, now=now)
        self.sent = 0
        self.commands: list[m.Message] = []

    def send(self, delivery: Delivery, contact: Contact, exam: Exam) -> None:
        """One delivery, as far as it may leave now."""
        command: m.Message | None
        try:
            if delivery.channel == Channel.IN_APP:
                command = self._in_app(delivery, exam)
            else:
                command = self._sms(delivery, contact, exam)
        except (InvalidTag, KeyError, ValueError) as error:
            cause = type(error).__name__
            log.error("delivery failed", delivery=str(delivery.id), error=cause)  # noqa: TRY400 - a traceback could show a phone
            self._move(delivery, State.FAILED, reason="not_composed")
            return
        if command is not None:
            self.commands.append(command)

    def _in_app(self, delivery: Delivery, exam: Exam) -> m.InAppPosted:
        notice = delivery.notice
        assert notice.application_id is not None
        words = ExamWords(
            names=exam.names, zone=ZoneInfo(exam.zone), titles=exam.titles, facts=exam.facts
        )
        texts = {
            language: wording.in_app(FACTS[notice.fact].wording, notice.params, words, language)
            for language in LANGUAGES
        }
        self._move(delivery, State.ACCEPTED)
        delivery.tries += 1
        return m.InAppPosted(
            application_id=m.ApplicationId(notice.application_id),
            notice_id=m.NoticeId(notice.id),
            fact=notice.fact,
            titles={language: title for language, (title, _) in texts.items()},
            bodies={language: body for language, (_, body) in texts.items()},
            posted_at=notice.created_at,
        )

    def _sms(self, delivery: Delivery, contact: Contact, exam: Exam) -> m.SendSms | None:
        """The command, or None if the SMS must wait, comes too late, or there is no phone.

        What she has dealt with, or nobody asks any more, is told only if staff send it again.
        """
        fact = FACTS[delivery.notice.fact]
        if contact.phone is None:
            self._move(delivery, State.SKIPPED, reason="no_phone")
            return None
        again = delivery.state == State.UNKNOWN
        if delivery.notice.ended_at is not None and delivery.turn == 1 and not again:
            self._move(delivery, State.SKIPPED, reason="over")
            return None
        # What a person sends again is not gathered with other news: she waits for it.
        by_hand = delivery.turn > 1 and fact.urgency is Urgency.GATHERED
        urgency = Urgency.DAYTIME if by_hand else fact.urgency
        wait = None if again else self._wait(delivery, contact, exam, urgency)
        if wait is not None:
            self._postpone(delivery, wait)
            return None
        phone = self._means.cipher.decrypt(
            contact.phone, place=f"contact:phone:{contact.application_id}"
        )
        self._before.add(contact, delivery.notice.fact, now=self._now)
        self.sent += 1
        delivery.sent_at = self._now
        delivery.vendor, delivery.vendor_code = self._vendor(delivery), None
        self._move(delivery, State.SENDING)
        delivery.tries += 1
        return m.SendSms(
            delivery_id=m.DeliveryId(delivery.id),
            template=f"{fact.wording}.{delivery.notice.language or contact.language}",
            secret=sealing.seal({"phone": phone, "params": []}, self._means.sms_public_key),
            resend=again,
            vendor=delivery.vendor,
        )

    def _vendor(self, delivery: Delivery) -> str:
        """The one that may have it is asked again; a limit of the number's never changes it."""
        if delivery.vendor and (
            delivery.state == State.UNKNOWN or delivery.reason == "number_limit"
        ):
            return delivery.vendor
        without = refusers(self._session, delivery) if delivery.tries else frozenset()
        return self._shares.choose(without=without)

    def _wait(
        self, delivery: Delivery, contact: Contact, exam: Exam, urgency: Urgency
    ) -> Wait | None:
        zone, now = ZoneInfo(exam.zone), self._now
        if urgency is Urgency.GATHERED and self._is_outdone(delivery, contact):
            return Wait(now, "gathered")
        if self.sent >= self._room:
            log.error("daily cap of sms reached", cap=self._means.daily_cap)
            return Wait(tomorrow(now, zone), "daily_cap")
        morning = send_at(urgency, now=now, zone=zone, hours=self._means.hours)
        if morning > now:
            return Wait(morning, "night")
        # A try that the gateway refused was counted when it left.
        sent = self._before.of(contact) if delivery.tries == 0 else []
        return wait_for(sent, urgency=urgency, now=now)

    def _is_outdone(self, delivery: Delivery, contact: Contact) -> bool:
        """Whether a newer notice waits whose SMS says the same: sign in and see."""
        newest = self._newest.get(contact.application_id)
        return newest is not None and newest > delivery.notice.created_at

    def _postpone(self, delivery: Delivery, wait: Wait) -> None:
        ends_at = delivery.notice.due_at
        if wait.reason == "gathered":
            self._move(delivery, State.SKIPPED, reason="gathered")
        elif ends_at is not None and wait.until >= ends_at:
            self._move(delivery, State.SKIPPED, reason="too_late")
        else:
            self._move(delivery, State.QUEUED, due_at=wait.until, reason=wait.reason)

    def _move(
        self,
        delivery: Delivery,
        state: State,
        *,
        due_at: dt.datetime | None = None,
        reason: str = "",
    ) -> None:
        move(self._session, delivery, state, now=self._now, due_at=due_at, reason=reason)
