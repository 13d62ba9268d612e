"""One look at the whole house: the broker, the three databases, the three web services."""

import dataclasses as dc
import datetime as dt
import uuid
from collections.abc import Iterable

Minute = dt.datetime


@dc.dataclass(frozen=True)
class Owed:
    """What a service has written for one queue and nobody has handled yet."""

    queue: str
    messages: int
    oldest_seconds: float


@dc.dataclass(frozen=True)
class Queue:
    """One queue in Redis. `oldest_seconds` is None when it is empty.

    `owed` is what services have written for it and nobody has handled yet, `owed_seconds` the age
    of the oldest of that.

    `degraded` are those of its workers that open strangers' files without the whole sandbox, or
    read papers with the second engine.
    """

    name: str
    depth: int
    oldest_seconds: float | None
    workers: int
    degraded: int = 0
    owed: int = 0
    owed_seconds: float = 0.0


@dc.dataclass(frozen=True)
class Broker:
    """Redis: the queues, and how many messages workers hold in their hands."""

    queues: tuple[Queue, ...]
    in_hand: int

    def beside(self, owed: Iterable[Owed]) -> "Broker":
        """The same queues with what the services' outboxes hold for them."""
        rows = list(owed)
        return dc.replace(self, queues=tuple(_beside(queue, rows) for queue in self.queues))


def _beside(queue: Queue, rows: list[Owed]) -> Queue:
    mine = [row for row in rows if row.queue == queue.name]
    oldest = max((row.oldest_seconds for row in mine), default=0.0)
    return dc.replace(queue, owed=sum(row.messages for row in mine), owed_seconds=oldest)


@dc.dataclass(frozen=True)
class Parked:
    """A message that waits for a person."""

    service: str
    id: uuid.UUID
    type: str
    reason: str
    origin: str
    parked_at: dt.datetime


@dc.dataclass(frozen=True)
class Backlog:
    """All that a service has written and nobody has handled yet, by queue."""

    each: tuple[Owed, ...] = ()

    @property
    def messages(self) -> int:
        """Of all queues together."""
        return sum(owed.messages for owed in self.each)

    @property
    def oldest_seconds(self) -> float | None:
        """Age of the oldest; None when nothing is owed."""
        return max((owed.oldest_seconds for owed in self.each), default=None)


@dc.dataclass(frozen=True)
class Traffic:
    """Messages of one type within one minute; `way` is `said` or `heard`.

    Of what SMS vendors were asked to send `way` is `tried`, and the type is the vendor's name.
    """

    minute: Minute
    way: str
    type: str
    messages: int


@dc.dataclass(frozen=True)
class SmsCount:
    """SMS of the last hour in one state."""

    channel: str
    state: str
    reason: str
    deliveries: int


@dc.dataclass(frozen=True)
class Vendor:
    """One SMS vendor: its weight and last move, and what the last hour saw of it.

    `lately` are the last five minutes. Receipts are of what left more than five minutes ago: those
    that came later than that are slow, those that have not come are missing. `tried_at` is the
    last attempt within a day, `tried_reason` its refusal, empty when it was accepted.
    """

    name: str
    weight: int
    resting: int
    changed_at: dt.datetime
    is_pinned: bool = False
    moved_reason: str = ""
    attempts: int = 0
    errors: int = 0
    attempts_lately: int = 0
    errors_lately: int = 0
    receipts_awaited: int = 0
    receipts_slow: int = 0
    receipts_missing: int = 0
    tried_at: dt.datetime | None = None
    tried_reason: str = ""

    @property
    def error_share(self) -> float | None:
        """Of the last hour; None if nothing was tried."""
        return self.errors / self.attempts if self.attempts else None


@dc.dataclass(frozen=True)
class SmsDay:
    """What has left on this day of Beijing's, codes not counted, and the most that may."""

    sent: int
    cap: int

    @property
    def share(self) -> float:
        """How much of the cap is used; a cap of nothing is used up."""
        return self.sent / self.cap if self.cap else 1.0


@dc.dataclass(frozen=True)
class Vendors:
    """All SMS vendors in use, and the day's count; `day` is None when nobody could be asked,
    and before notify's first tick of the day.
    """

    each: tuple[Vendor, ...] = ()
    day: SmsDay | None = None

    def share(self, vendor: Vendor) -> float | None:
        """The vendor's part of all that was tried in the last hour."""
        total = sum(one.attempts for one in self.each)
        return vendor.attempts / total if total else None


@dc.dataclass(frozen=True)
class Service:
    """One service. `backlog` is None when its database did not answer."""

    name: str
    web_ready: bool
    backlog: Backlog | None
    parked: tuple[Parked, ...] = ()
    parked_total: int = 0
    traffic: tuple[Traffic, ...] = ()


@dc.dataclass(frozen=True)
class Reading:
    """Everything at one moment. `broker` is None when Redis did not answer."""

    at: dt.datetime
    broker: Broker | None
    services: tuple[Service, ...]
    sms: tuple[SmsCount, ...]
    vendors: Vendors = Vendors()

    def queue(self, name: str) -> Queue | None:
        """The queue of that name, if Redis answered."""
        queues = self.broker.queues if self.broker else ()
        return next((queue for queue in queues if queue.name == name), None)

    @property
    def parked(self) -> tuple[Parked, ...]:
        """Of all services, newest first."""
        every = [message for service in self.services for message in service.parked]
        return tuple(sorted(every, key=lambda message: message.parked_at, reverse=True))

    @property
    def parked_total(self) -> int:
        """Of all services, also those beyond what the page lists."""
        return sum(service.parked_total for service in self.services)
