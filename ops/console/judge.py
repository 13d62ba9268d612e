"""Which number is all right, which wants watching, which is red: the table behind the colours.

docs/operations.md says for each of these what to do; the codes are its anchors.
"""

import dataclasses as dc
import datetime as dt
from enum import IntEnum, StrEnum
from typing import cast

from libs.common import routes
from libs.common.relay import DEPTH_CAP, DEPTH_CAPS
from ops.console.reading import (
    Backlog,
    Owed,
    Queue,
    Reading,
    Service,
    SmsCount,
    Vendor,
    Vendors,
)

STALE_SECONDS = 20
"""Four missed looks."""
OUTBOX_SECONDS = (60, 300)
"""A message that is not handled after two re-sends; after four."""
SMS_SHARE = (0.05, 0.20)
REFUSED = frozenset({"account", "content", "unlisted_code"})
"""Reasons for which somebody has to look at the vendor's console, or at our tables of codes."""
SMS_FEWEST = 20
"""Fewer SMS than this in an hour say nothing by their share."""
READER = "reader"
"""The queue whose workers are short of an engine, not of a sandbox."""
PROBE_POINTS = 5
"""What notify leaves a vendor in trouble (its domain/vendors.py)."""
ERROR_SHARE = 0.5
FEWEST_ATTEMPTS = 10
"""From which share of errors, and of how many attempts, notify's breaker moves a vendor down."""
CAP_SHARE = (0.75, 0.9)
OLDEST_SECONDS: dict[str, tuple[float, float]] = {
    "notify_codes": (2, 5),
    "codes": (2, 5),
    "images": (10, 60),
    "shrink": (30, 120),
    "reader": (300, 3600),
    "sms": (60, 600),
    "eraser": (600, 3600),
}
"""Somebody waits for a code with the phone in her hand, and for a check looking at the page."""
OLDEST_ELSEWHERE = (15, 60)


class Level(IntEnum):
    """How bad it is."""

    OK = 0
    WATCH = 1
    RED = 2


class Standing(StrEnum):
    """A vendor's place in the sending of SMS."""

    REST = "rest"
    LOWERED = "lowered"
    PINNED = "pinned"
    ERRING = "erring"
    PROBE = "probe"


@dc.dataclass(frozen=True)
class Alert:
    """Something that a person should know: the code, what it is about, and how much."""

    code: str
    level: Level
    about: str
    number: float = 0


def graded(value: float | None, limits: tuple[float, float]) -> Level:
    """The level of a number that is bad when it is high."""
    if value is None or value < limits[0]:
        return Level.OK
    return Level.WATCH if value < limits[1] else Level.RED


def of_queue(queue: Queue) -> Level:
    """Red: nobody eats, the oldest waits too long, or the relays hold back."""
    return max((alert.level for alert in _of_queue(queue)), default=Level.OK)


def waited(queue: Queue) -> float | None:
    """Seconds that its oldest has waited; in the outbox when the relays hold back."""
    if queue.oldest_seconds is None or queue.depth < _cap(queue) / 2:
        return queue.oldest_seconds
    return max(queue.oldest_seconds, queue.owed_seconds)


def _cap(queue: Queue) -> int:
    return DEPTH_CAPS.get(cast("routes.Queue", queue.name), DEPTH_CAP)


def of_backlog(backlog: Backlog | None) -> Level:
    """By the age of the oldest message that nobody has confirmed, with its queue's patience.

    What slow work holds back waits in the outbox by design (libs.common.relay.DEPTH_CAPS).
    """
    if backlog is None:
        return Level.RED
    return max((_of_owed(owed) for owed in backlog.each), default=Level.OK)


def _of_owed(owed: Owed) -> Level:
    patience = max(OUTBOX_SECONDS, OLDEST_SECONDS.get(owed.queue, OUTBOX_SECONDS))
    return graded(owed.oldest_seconds, patience)


def of_service(service: Service) -> Level:
    """The worst of database, web process, backlog and parked messages."""
    ready = Level.OK if service.web_ready else Level.RED
    parked = Level.WATCH if service.parked_total else Level.OK
    return max(ready, of_backlog(service.backlog), parked)


def is_erring(vendor: Vendor) -> bool:
    """Half of what it was asked in the last five minutes failed by its own fault."""
    tried = vendor.attempts_lately
    return tried >= FEWEST_ATTEMPTS and vendor.errors_lately >= ERROR_SHARE * tried


def is_probed(vendor: Vendor) -> bool:
    """It is left nothing but its probe, by the machine or by a person."""
    return vendor.weight <= PROBE_POINTS < vendor.resting


def standing(vendor: Vendor) -> Standing:
    """How the breaker, or a person, has left it; the worst that holds."""
    if is_probed(vendor):
        return Standing.PROBE
    if is_erring(vendor):
        return Standing.ERRING
    if vendor.is_pinned:
        return Standing.PINNED
    return Standing.LOWERED if vendor.weight < vendor.resting else Standing.REST


def sms_failed_share(counts: tuple[SmsCount, ...]) -> float | None:
    """Share of the last hour's ended or handed-over SMS that failed; None if there are too few."""
    failed = sum(c.deliveries for c in counts if c.state in {"failed", "undelivered"})
    good = sum(c.deliveries for c in counts if c.state in {"accepted", "delivered"})
    return failed / (failed + good) if failed + good >= SMS_FEWEST else None


def alerts(reading: Reading, *, now: dt.datetime) -> list[Alert]:
    """All that is not as it should be, worst first."""
    found = [*_of_house(reading, now)]
    for queue in reading.broker.queues if reading.broker else ():
        found += _of_queue(queue)
    for service in reading.services:
        found += _of_service(service)
    found += [*_of_sms(reading.sms), *_of_vendors(reading.vendors)]
    return sorted(found, key=lambda alert: -alert.level)


def _of_house(reading: Reading, now: dt.datetime) -> list[Alert]:
    found = []
    age = (now - reading.at).total_seconds()
    if age > STALE_SECONDS:
        found.append(Alert("stale", Level.RED, "ops", age))
    if reading.broker is None:
        found.append(Alert("redis", Level.RED, "redis"))
    return found


def _of_queue(queue: Queue) -> list[Alert]:
    if queue.workers == 0:
        return [Alert("workers", Level.RED, queue.name, queue.depth)]
    found = []
    seconds = waited(queue)
    if queue.depth >= DEPTH_CAP:
        found.append(Alert("depth", Level.RED, queue.name, queue.depth))
    elif level := graded(seconds, OLDEST_SECONDS.get(queue.name, OLDEST_ELSEWHERE)):
        found.append(Alert("oldest", level, queue.name, seconds or 0))
    if queue.degraded:
        code = "second_engine" if queue.name == READER else "degraded"
        found.append(Alert(code, Level.WATCH, queue.name, queue.degraded))
    return found


def _of_service(service: Service) -> list[Alert]:
    found = []
    if service.backlog is None:
        found.append(Alert("database", Level.RED, service.name))
    elif level := of_backlog(service.backlog):
        late = [owed for owed in service.backlog.each if _of_owed(owed) is level]
        oldest = max(owed.oldest_seconds for owed in late)
        found.append(Alert("outbox", level, service.name, oldest))
    if not service.web_ready:
        found.append(Alert("web", Level.RED, service.name))
    if service.parked_total:
        found.append(Alert("parked", Level.WATCH, service.name, service.parked_total))
    return found


def _of_sms(counts: tuple[SmsCount, ...]) -> list[Alert]:
    refused = sum(c.deliveries for c in counts if c.reason in REFUSED)
    if refused:
        return [Alert("sms_account", Level.RED, "sms", refused)]
    share = sms_failed_share(counts)
    level = graded(share, SMS_SHARE)
    return [Alert("sms_failing", level, "sms", 100 * (share or 0))] if level else []


def _of_vendors(vendors: Vendors) -> list[Alert]:
    down = [one for one in vendors.each if is_probed(one) or is_erring(one)]
    if down and len(down) == len(vendors.each):
        found = [Alert("vendors_down", Level.RED, "sms", len(down))]
    else:
        probed = filter(is_probed, down)
        found = [Alert("vendor_probe", Level.RED, one.name, one.weight) for one in probed]
    used = vendors.day.share if vendors.day else None
    if level := graded(used, CAP_SHARE):
        found.append(Alert("sms_cap", level, "sms", int(100 * (used or 0))))
    return found
