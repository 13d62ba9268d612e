"""A small house to look at: three databases, a broker, made-up messages of the last hours."""

import datetime as dt
import math
import threading
import uuid
from typing import Any

from sqlalchemy import text
from werkzeug.serving import make_server

from libs.common import broker, life
from libs.common import messages as m
from libs.common.clock import now
from libs.common.db import Database
from libs.common.envelopes import past_outbox
from libs.stack.roles import OBSERVER
from libs.stack.valkey import Valkey
from ops.console.settings import ConsoleSettings
from tests.servers import PostgresForTests

PASSWORD = "sample-words-of-the-test"
SERVICES = ("upload", "review", "notify")


class House:
    """Its databases as their owners see them, and the settings of the operations page."""

    def __init__(self, postgres: PostgresForTests, valkey: Valkey) -> None:
        self.broker_url = valkey.url
        self.is_ready = True
        self.urls = {service: postgres.fresh_database(service) for service in SERVICES}
        names = {service: url.rpartition("/")[2] for service, url in self.urls.items()}
        observed = {s: postgres.url(OBSERVER, database=name) for s, name in names.items()}
        self._web = make_server("127.0.0.1", 0, lambda _, start: self._answer(start))
        threading.Thread(target=self._web.serve_forever, daemon=True).start()
        web = f"http://127.0.0.1:{self._web.port}"
        self.settings = ConsoleSettings(
            broker_url=self.broker_url,
            cookie_key="key-of-the-test",
            trusted_hosts=("127.0.0.1", "localhost"),
            ops_upload_database_url=observed["upload"],
            ops_review_database_url=observed["review"],
            ops_notify_database_url=observed["notify"],
            ops_password=PASSWORD,
            internal_upload_url=web,
            internal_review_url=web,
            internal_notify_url=web,
        )
        self.databases = {s: Database(url, process="test") for s, url in self.urls.items()}

    def _answer(self, start: Any) -> list[bytes]:
        """What a web process says to /readyz."""
        start("200 OK" if self.is_ready else "503 Service Unavailable", [("Content-Length", "0")])
        return [b""]

    def run(self, service: str, statement: str, **params: object) -> list[Any]:
        """As the owner of the service's database."""
        with self.databases[service].transaction() as session:
            done: Any = session.execute(text(statement), params)
            return list(done.all()) if done.returns_rows else []

    def park(self, service: str, reason: str = "sample of a reason") -> uuid.UUID:
        """Leave a parked message."""
        message = uuid.uuid4()
        self.run(
            service,
            "INSERT INTO parked (id, origin, type, envelope, reason) VALUES (:id, 'inbox',"
            ' \'CaseAdvanced\', \'{"v": 1, "trace": "t", "body": {}}\', :reason)',
            id=message,
            reason=reason,
        )
        return message

    def queue(self, name: str, count: int) -> None:
        """Put messages into a queue, as a relay does."""
        app = broker.sender(self.broker_url)
        ping = past_outbox(m.Ping())
        broker.send(app, [(name, ping)] * count)
        app.close()

    def work(self, *queues: str, processes: int = 2) -> None:
        """Let workers of the queues be seen."""
        client = broker.client(self.broker_url)
        for queue in queues:
            for number in range(processes):
                client.set(f"seen:{queue}:host:{number}", 1, ex=life.SEEN_SECONDS)
        client.close()

    def live_through(self, *, minutes: int, busiest: int) -> None:
        """Pictures received and checked in each of the last minutes, as on a busy evening."""
        for back in range(minutes, 0, -1):
            share = 0.55 + 0.45 * math.exp(-(((back - minutes / 3) / (minutes / 4)) ** 2))
            received = int(busiest * share) + back * 7 % 9
            at = now() - dt.timedelta(minutes=back)
            self.run(
                "upload",
                "INSERT INTO outbox (id, type, v, queue, trace, body, created_at, settled_at)"
                " SELECT uuidv7(cast(:at AS timestamptz) - clock_timestamp()), 'CheckImage', 1,"
                " 'images', 't', '{}', :at, :at FROM generate_series(1, :n)",
                at=at,
                n=received,
            )
            self.run(
                "upload",
                "INSERT INTO inbox (id, type, at, receipt_at) SELECT gen_random_uuid(),"
                " 'ImageChecked', :at, :at FROM generate_series(1, :n)",
                at=at,
                n=max(0, received - back * 5 % 7),
            )

    def text_people(self, state: str, count: int, *, reason: str = "") -> None:
        """SMS of the last hour in one state."""
        self.run(
            "notify",
            "WITH told AS (INSERT INTO notice (key, fact, params, trace) SELECT"
            " gen_random_uuid()::text, 'results_published', '{}', 't' FROM generate_series(1, :n)"
            " RETURNING id) INSERT INTO delivery (notice_id, channel, state, reason, due_at)"
            " SELECT id, 'sms', :state, :reason, clock_timestamp() FROM told",
            n=count,
            state=state,
            reason=reason,
        )

    def weigh(
        self, vendor: str, weight: int, resting: int, *, reason: str = "configured", by: str = ""
    ) -> None:
        """A vendor as notify keeps it, with its last move."""
        self.run(
            "notify",
            "WITH moved AS (INSERT INTO vendor_change (name, weight, reason, by)"
            " VALUES (:name, :weight, :reason, :by)) INSERT INTO vendor (name, weight, resting,"
            " pinned_by) VALUES (:name, :weight, :resting, :by)",
            name=vendor,
            weight=weight,
            resting=resting,
            reason=reason,
            by=by,
        )

    def text_by(
        self,
        vendor: str,
        count: int,
        *,
        minutes_ago: int,
        reason: str = "",
        state: str = "accepted",
    ) -> None:
        """SMS that the vendor was asked for then: accepted, or refused for the reason."""
        self.run(
            "notify",
            "WITH told AS (INSERT INTO notice (key, fact, params, trace) SELECT"
            " gen_random_uuid()::text, 'results_published', '{}', 't' FROM generate_series(1, :n)"
            " RETURNING id), sent AS (INSERT INTO delivery (notice_id, channel, state, reason,"
            " vendor, sent_at, state_at, due_at) SELECT id, 'sms', :state, :reason, :vendor, :at,"
            " CASE WHEN :state = 'delivered' THEN clock_timestamp() ELSE :at END, :at FROM told"
            " RETURNING id) INSERT INTO delivery_step (delivery_id, at, state, reason, vendor)"
            " SELECT id, :at, CASE WHEN :reason = '' THEN 'accepted' ELSE 'queued' END, :reason,"
            " :vendor FROM sent",
            n=count,
            at=now() - dt.timedelta(minutes=minutes_ago),
            vendor=vendor,
            reason=reason,
            state="queued" if reason else state,
        )

    def close(self) -> None:
        self._web.shutdown()
        self._web.server_close()
        for database in self.databases.values():
            database.engine.dispose()
