"""What has been sent to a number within the last day, and to everybody today."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.notify.domain.delivery import State
from services.notify.domain.facts import FACTS, Channel, Urgency
from services.notify.domain.limits import Sent
from services.notify.models.notice import Delivery, Notice
from services.notify.models.people import Contact
from services.notify.models.receipts import SmsDay

GATHERED = [name for name, fact in FACTS.items() if fact.urgency is Urgency.GATHERED]
CAP_ZONE = ZoneInfo("Asia/Shanghai")
"""Vendors count their days there, whatever the exam's zone is."""


def hold_numbers(session: Session, contacts: Collection[Contact]) -> frozenset[bytes]:
    """Those of the contacts' numbers that nobody else is sending to until this transaction ends.

    Two candidates may have one number. Who holds it sees all that went there before; nobody waits
    for one that is held, so that no two batches wait for each other.
    """
    marks = {_lock_of(c.phone_mark): c.phone_mark for c in contacts if c.phone_mark is not None}
    held = session.scalars(
        text(
            "SELECT number FROM unnest(CAST(:numbers AS bigint[])) AS number"
            " WHERE pg_try_advisory_xact_lock(number)"
        ),
        {"numbers": list(marks)},
    )
    return frozenset(marks[number] for number in held)


def _lock_of(mark: bytes) -> int:
    """The key of the lock: the first 64 bits of the blind index."""
    return int.from_bytes(mark[:8], "big", signed=True)


class SentBefore:
    """The last day's SMS of the people in one batch, and what this batch adds to them."""

    def __init__(
        self, session: Session, contacts: Collection[Contact], *, now: dt.datetime
    ) -> None:
        self._rows: dict[bytes | UUID, list[tuple[UUID, dt.datetime, bool]]] = defaultdict(list)
        marks = {c.phone_mark for c in contacts if c.phone_mark is not None}
        rows = session.execute(
            select(Contact.phone_mark, Contact.application_id, Delivery.sent_at, Notice.fact)
            .join(Notice, Notice.application_id == Contact.application_id)
            .join(Delivery, Delivery.notice_id == Notice.id)
            .where(
                Contact.phone_mark.in_(marks),
                Delivery.channel == Channel.SMS,
                Delivery.sent_at > now - dt.timedelta(days=1),
            )
        )
        for mark, application_id, sent_at, fact in rows:
            if mark is not None and sent_at is not None:
                self._rows[mark].append((application_id, sent_at, fact in GATHERED))

    def of(self, contact: Contact) -> list[Sent]:
        """What went to this contact's number."""
        rows = self._rows.get(contact.phone_mark or contact.application_id, [])
        return [
            Sent(at=at, to_her=application_id == contact.application_id, gathered=gathered)
            for application_id, at, gathered in rows
        ]

    def add(self, contact: Contact, fact: str, *, now: dt.datetime) -> None:
        """One more leaves."""
        key = contact.phone_mark or contact.application_id
        self._rows[key].append((contact.application_id, now, fact in GATHERED))


def newest_gathered(session: Session, applications: Collection[UUID]) -> dict[UUID, dt.datetime]:
    """Application → when its newest notice was made whose gathered SMS still waits."""
    rows = session.execute(
        select(Notice.application_id, func.max(Notice.created_at))
        .join(Delivery, Delivery.notice_id == Notice.id)
        .where(
            Notice.application_id.in_(applications),
            Notice.fact.in_(GATHERED),
            Delivery.channel == Channel.SMS,
            Delivery.state == State.QUEUED,
        )
        .group_by(Notice.application_id)
    )
    return {application_id: at for application_id, at in rows if application_id is not None}


def sent_today(session: Session, *, now: dt.datetime) -> int:
    """How many SMS left today."""
    day = session.get(SmsDay, now.astimezone(CAP_ZONE).date())
    return 0 if day is None else day.sent


def cap_today(session: Session, *, now: dt.datetime) -> int | None:
    """The most that may leave today; None before the day's first tick."""
    day = session.get(SmsDay, now.astimezone(CAP_ZONE).date())
    return None if day is None else day.cap


def show_cap(session: Session, cap: int, *, now: dt.datetime) -> None:
    """Write down the cap that holds, for who shows it."""
    row = insert(SmsDay).values(day=now.astimezone(CAP_ZONE).date(), cap=cap)
    session.execute(
        row.on_conflict_do_update(
            index_elements=[SmsDay.day],
            set_={"cap": cap},
            where=SmsDay.cap.is_distinct_from(cap),
        )
    )


def count_today(session: Session, sent: int, *, now: dt.datetime) -> None:
    """So many more left today."""
    if not sent:
        return
    row = insert(SmsDay).values(day=now.astimezone(CAP_ZONE).date(), sent=sent)
    session.execute(
        row.on_conflict_do_update(
            index_elements=[SmsDay.day], set_={"sent": SmsDay.sent + row.excluded.sent}
        )
    )
