"""How deliveries come to their end: the gateway's answer, the carrier's receipt, or silence."""

import dataclasses as dc
import datetime as dt
import json
import uuid
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from libs.common.errors import BadMessage
from libs.common.fields import FieldCipher
from libs.common.logs import logger
from libs.common.messages import SmsReported
from services.notify.domain import receipts
from services.notify.domain.delivery import (
    HOPPING,
    SILENCE_HOURS,
    State,
    Step,
    after_receipt,
    after_report,
)
from services.notify.domain.facts import Channel
from services.notify.domain.receipts import CarrierReceipt, UnreadableReceipt
from services.notify.models.notice import Delivery
from services.notify.models.receipts import RawReceipt
from services.notify.operations.steps import move
from services.notify.operations.vendors import refusers

log = logger(__name__)

MATCH_ROWS = 400
"""In one tick of a second: more than the SMS that leave in one, or all receipts would seem slow."""
MATCH_FIRST_SECONDS = 5
MATCH_LAST_SECONDS = 3600
KEEP_RAW_DAYS = 30
SILENT_ROWS = 200


def record_report(
    session: Session, message: SmsReported, *, vendors: Sequence[str], now: dt.datetime
) -> None:
    """What the gateway said of the latest try."""
    delivery = session.get(Delivery, message.delivery_id, with_for_update=True)
    if delivery is None:
        raise BadMessage("SmsReported of a delivery that notify does not know")
    if message.vendor_id:
        delivery.vendor_id = message.vendor_id
    delivery.vendor, delivery.vendor_code = message.vendor, message.vendor_code
    step = after_report(
        State(delivery.state),
        message.outcome,
        channel=Channel(delivery.channel),
        tries=delivery.tries,
        now=now,
        others=_other_vendors(session, delivery, vendors) if message.outcome in HOPPING else 0,
    )
    if step is not None and not message.is_listed:
        step = dc.replace(step, reason="unlisted_code")
    if message.outcome in {"content", "account"}:
        # Somebody must look at the vendor's console: no later try of any SMS goes better.
        log.error("sms vendor refuses", outcome=message.outcome, vendor=message.vendor)
    _take(session, delivery, step, now=now)


def _other_vendors(session: Session, delivery: Delivery, vendors: Sequence[str]) -> int:
    """How many vendors have not refused it yet, besides the one that has just answered."""
    return len(set(vendors) - refusers(session, delivery) - {delivery.vendor})


def store_receipt(
    session: Session, *, vendor: str, body: bytes, cipher: FieldCipher, now: dt.datetime
) -> None:
    """Keep what a vendor pushed as it came; it is read later, so that the vendor hears 200."""
    raw_id = uuid.uuid4()
    text = body.decode("utf-8", errors="replace")
    sealed = cipher.encrypt(text, place=f"raw_receipt:body:{raw_id}")
    session.add(RawReceipt(id=raw_id, vendor=vendor, body=sealed, received_at=now, next_at=now))


def match_receipts(session: Session, *, cipher: FieldCipher, now: dt.datetime) -> None:
    """Read what came, and try again, with doubling delay, what does not match anything yet.

    A receipt may be here before the gateway's answer has told us the vendor's id of the SMS.
    """
    due = session.scalars(
        select(RawReceipt)
        .where(RawReceipt.done_at.is_(None), RawReceipt.next_at <= now)
        .order_by(RawReceipt.next_at)
        .limit(MATCH_ROWS)
        .with_for_update(skip_locked=True)
    ).all()
    read = [(raw, _read(raw, cipher, now=now)) for raw in due]
    found = _Found(session, [(raw.vendor, item) for raw, items in read for item in items or ()])
    with session.no_autoflush:
        for raw, items in read:
            if items is not None:
                matched = [_match(session, found.of(raw.vendor, i), i, now=now) for i in items]
                _close_raw(raw, matched=all(matched), now=now)


def _read(raw: RawReceipt, cipher: FieldCipher, *, now: dt.datetime) -> list[CarrierReceipt] | None:
    """What stands in it; None, and it is done, if nobody can read it."""
    try:
        body = cipher.decrypt(raw.body, place=f"raw_receipt:body:{raw.id}")
        return receipts.read(raw.vendor, json.loads(body))
    except (ValueError, RecursionError, InvalidTag, KeyError, UnreadableReceipt) as error:
        log.warning("receipt not understood", receipt=str(raw.id), error=type(error).__name__)
        raw.done_at, raw.outcome = now, "unreadable"
        return None


class _Found:
    """The deliveries that many receipts speak of, read and locked by one statement."""

    def __init__(self, session: Session, wanted: Sequence[tuple[str, CarrierReceipt]]) -> None:
        ids = {item.delivery_id for _, item in wanted if item.delivery_id is not None}
        vendor_ids = {item.vendor_id for _, item in wanted if item.vendor_id is not None}
        rows = session.scalars(
            select(Delivery)
            .where(or_(Delivery.id.in_(ids), Delivery.vendor_id.in_(vendor_ids)))
            .order_by(Delivery.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).all()
        self._by_id = {row.id: row for row in rows}
        self._by_vendor_id = {
            (row.vendor, row.vendor_id): row for row in rows if row.vendor and row.vendor_id
        }

    def of(self, vendor: str, item: CarrierReceipt) -> Delivery | None:
        """By our own id, or by the vendor's; one that names neither is nobody's."""
        ours = self._by_id.get(item.delivery_id) if item.delivery_id else None
        theirs = self._by_vendor_id.get((vendor, item.vendor_id)) if item.vendor_id else None
        return ours or theirs


def _match(
    session: Session, delivery: Delivery | None, item: CarrierReceipt, *, now: dt.datetime
) -> bool:
    if delivery is None:
        return False
    step = after_receipt(
        State(delivery.state),
        delivered=item.delivered,
        code=item.code,
        of_latest_try=item.vendor_id is None or delivery.vendor_id in (None, item.vendor_id),
    )
    _take(session, delivery, step, now=now)
    return True


def _close_raw(raw: RawReceipt, *, matched: bool, now: dt.datetime) -> None:
    if matched:
        raw.done_at, raw.outcome = now, "matched"
    elif now - raw.received_at > dt.timedelta(hours=SILENCE_HOURS):
        raw.done_at, raw.outcome = now, "orphan"
    else:
        wait = min(MATCH_FIRST_SECONDS * 2 ** min(raw.tries, 10), MATCH_LAST_SECONDS)
        raw.tries, raw.next_at = raw.tries + 1, now + dt.timedelta(seconds=wait)


def close_silent(session: Session, *, now: dt.datetime) -> None:
    """End what no receipt has come for within 72 h, and forget raw receipts after 30 days."""
    silent_since = now - dt.timedelta(hours=SILENCE_HOURS)
    silent = session.scalars(
        select(Delivery)
        .where(
            Delivery.state.in_((State.ACCEPTED, State.UNKNOWN)),
            Delivery.channel != Channel.IN_APP,
            Delivery.state_at < silent_since,
        )
        .limit(SILENT_ROWS)
        .with_for_update(skip_locked=True)
    )
    for delivery in silent:
        move(session, delivery, State.UNDELIVERED, now=now, reason="no_receipt")
    forgotten = now - dt.timedelta(days=KEEP_RAW_DAYS)
    session.execute(
        delete(RawReceipt)
        .where(RawReceipt.done_at < forgotten)
        .execution_options(synchronize_session=False)
    )


def _take(session: Session, delivery: Delivery, step: Step | None, *, now: dt.datetime) -> None:
    if step is not None:
        move(session, delivery, step.state, now=now, due_at=step.due_at, reason=step.reason)
