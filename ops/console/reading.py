"""One look at the whole house: the broker, the three databases, the three web services."""

import dataclasses as dc
import datetime as dt
import uuid

Minute = dt.datetime


@dc.dataclass(frozen=True)
class Queue:
    """One queue in Redis. `oldest_seconds` is None when it is empty.

    `degraded` are those of its workers that open strangers' files without the whole sandbox.
    """

    name: str
    depth: int
    oldest_seconds: float | None
    workers: int
    degraded: int = 0


@dc.dataclass(frozen=True)
class Broker:
    """Redis: the queues, and how many messages workers hold in their hands."""

    queues: tuple[Queue, ...]
    in_hand: int


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
    """What a service has written and nobody has handled yet."""

    messages: int
    oldest_seconds: float | None


@dc.dataclass(frozen=True)
class Traffic:
    """Messages of one type within one minute; `way` is `said` or `heard`."""

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
