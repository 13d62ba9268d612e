"""Where the numbers come from; what does not answer within its time limit is said to be away."""

import dataclasses as dc
import datetime as dt
import json
import uuid
from typing import cast

import redis
import requests
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from libs.common import broker, life
from libs.common.broker import SENT_AT
from libs.common.clock import now
from libs.common.db import Database
from libs.common.logs import logger
from libs.common.routes import QUEUES
from ops.console.reading import (
    Backlog,
    Broker,
    Owed,
    Parked,
    Queue,
    Reading,
    Service,
    SmsCount,
    SmsDay,
    Traffic,
    Vendor,
    Vendors,
)
from ops.console.settings import ConsoleSettings

log = logger(__name__)

READY_SECONDS = 2
PARKED_SHOWN = 50
"""kombu's hash of what workers have taken and not acknowledged, of all queues together."""


class Sources:
    """The connections of one process. Create after forking."""

    def __init__(self, given: ConsoleSettings) -> None:
        self._redis = broker.client(given.broker_url)
        urls = {
            "upload": (given.ops_upload_database_url, given.internal_upload_url),
            "review": (given.ops_review_database_url, given.internal_review_url),
            "notify": (given.ops_notify_database_url, given.internal_notify_url),
        }
        self._databases = {
            name: Database(url, process="ops", pool_size=1) for name, (url, _) in urls.items()
        }
        self._webs = {name: web for name, (_, web) in urls.items()}

    def close(self) -> None:
        """Give all connections back."""
        self._redis.close()
        for database in self._databases.values():
            database.engine.dispose()

    def read(self, *, traffic_since: dt.datetime) -> Reading:
        """One look at everything."""
        services = tuple(self._service(name, traffic_since) for name in self._databases)
        owed = [o for service in services if service.backlog for o in service.backlog.each]
        queues = self.broker()
        return Reading(
            at=now(),
            broker=queues and queues.beside(owed),
            services=services,
            sms=self._sms(),
            vendors=self.vendors(),
        )

    def decide(self, service: str, message_id: uuid.UUID, *, retry: bool) -> bool:
        """Send a parked message again, or dismiss it; False if it was not parked any more."""
        function = "parked_retry" if retry else "parked_dismiss"
        with self._databases[service].transaction() as session:
            done = session.execute(text(f"SELECT {function}(:id)"), {"id": message_id})
            return cast("bool", done.scalar_one())

    def broker(self) -> Broker | None:
        """Depth, oldest age and workers of each queue; None while Redis is away."""
        try:
            pipeline = self._redis.pipeline(transaction=False)
            for name in QUEUES:
                pipeline.llen(name)
                pipeline.lindex(name, -1)
                pipeline.hlen(broker.unacked(name))
            answers = pipeline.execute()
            workers, degraded = life.alive(self._redis), life.degraded(self._redis)
        except redis.RedisError as error:
            log.warning("redis did not answer", error=type(error).__name__)
            return None
        queues = (
            Queue(name, depth, _age(oldest), workers.get(name, 0), degraded.get(name, 0))
            for name, depth, oldest in zip(QUEUES, answers[::3], answers[1::3], strict=True)
        )
        return Broker(tuple(queues), in_hand=sum(answers[2::3]))

    def vendors(self) -> Vendors:
        """The SMS vendors and the day's count; nothing while notify's database is away."""
        try:
            with self._databases["notify"].transaction() as session:
                rows = session.execute(text("SELECT * FROM vendor_state ORDER BY name")).mappings()
                each = tuple(Vendor(**row) for row in rows)
                today = session.execute(text("SELECT sent, cap FROM sms_today")).one_or_none()
        except SQLAlchemyError:
            return Vendors()
        if today is None or today.cap is None:
            return Vendors(each)
        return Vendors(each, SmsDay(today.sent, today.cap))

    def _service(self, name: str, traffic_since: dt.datetime) -> Service:
        ready = self._is_ready(name)
        try:
            with self._databases[name].transaction() as session:
                traffic = _traffic(session, traffic_since)
                if name == "notify":
                    traffic += _vendor_traffic(session, traffic_since)
                return dc.replace(
                    _state(session, name),
                    web_ready=ready,
                    parked=_parked(session, name),
                    traffic=traffic,
                )
        except SQLAlchemyError as error:
            log.warning("database did not answer", service=name, error=type(error).__name__)
            return Service(name, web_ready=ready, backlog=None)

    def _is_ready(self, name: str) -> bool:
        try:
            answer = requests.get(f"{self._webs[name]}/readyz", timeout=READY_SECONDS)
        except requests.RequestException:
            return False
        return bool(answer.status_code == requests.codes.ok)

    def _sms(self) -> tuple[SmsCount, ...]:
        try:
            with self._databases["notify"].transaction() as session:
                rows = session.execute(text("SELECT * FROM sms_state")).all()
        except SQLAlchemyError:
            return ()
        return tuple(SmsCount(r.channel, r.state, r.reason, r.deliveries) for r in rows)


def _age(raw: bytes | None) -> float | None:
    """Seconds since the oldest message was sent; one without the header counts as new."""
    if raw is None:
        return None
    try:
        sent_at = float(json.loads(raw)["headers"][SENT_AT])
    except (ValueError, KeyError, TypeError):
        return 0.0
    return max(0.0, now().timestamp() - sent_at)


def _state(session: Session, name: str) -> Service:
    state = text("SELECT place, name, depth, oldest_seconds FROM plumbing_state")
    rows = session.execute(state).all()
    written = [row for row in rows if row.place == "outbox"]
    owed = (Owed(row.name, row.depth, float(row.oldest_seconds)) for row in written)
    parked = sum(row.depth for row in rows if row.place == "parked")
    return Service(name, web_ready=False, backlog=Backlog(tuple(owed)), parked_total=parked)


def _parked(session: Session, name: str) -> tuple[Parked, ...]:
    rows = session.execute(
        text(
            "SELECT id, type, reason, origin, parked_at FROM parked_messages"
            " ORDER BY parked_at DESC LIMIT :rows"
        ),
        {"rows": PARKED_SHOWN},
    )
    return tuple(Parked(name, r.id, r.type, r.reason, r.origin, r.parked_at) for r in rows)


def _traffic(session: Session, since: dt.datetime) -> tuple[Traffic, ...]:
    rows = session.execute(text("SELECT * FROM traffic_since(:since)"), {"since": since})
    return tuple(Traffic(r.minute, r.way, r.type, r.messages) for r in rows)


def _vendor_traffic(session: Session, since: dt.datetime) -> tuple[Traffic, ...]:
    rows = session.execute(text("SELECT * FROM vendor_traffic_since(:since)"), {"since": since})
    return tuple(Traffic(r.minute, "tried", r.vendor, r.attempts) for r in rows)
