"""A one-time code overtakes whatever else is due, on its whole way."""

import datetime as dt
import uuid
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from libs.common import broker, outbox
from libs.common import messages as m
from libs.common.db import Database
from libs.common.plumbing import PLUMBING_0002
from libs.common.relay import DEPTH_CAP, DEPTH_CAPS, Relay
from libs.common.routes import ROUTES, URGENT
from libs.stack.valkey import Valkey
from tests.integration.common.house import late_check, plumbing_database
from tests.servers import PostgresForTests

BULK = 450
"""More than two claims of a relay."""


@pytest.fixture
def database(postgres: PostgresForTests) -> Iterator[Database]:
    made = Database(plumbing_database(postgres, "notify"), process="test")
    with made.transaction() as session:
        session.execute(text(PLUMBING_0002))
    yield made
    made.engine.dispose()


def test_a_relay_sends_a_code_before_a_bulk_that_was_due_earlier(
    database: Database, shared_valkey: Valkey
) -> None:
    with database.transaction() as session:
        outbox.post(session, a_request())
        for _ in range(BULK):
            outbox.post(session, late_check())
        outbox.post(session, a_code())
        session.execute(
            text("UPDATE outbox SET next_at = next_at - interval '1 minute' WHERE queue = 'review'")
        )

    Relay("notify", database, shared_valkey.url).turn()

    assert depths(shared_valkey, "notify_codes", "codes", "review") == [1, 1, 0]


def test_a_code_is_sent_while_the_queues_of_bulk_are_full(
    database: Database, shared_valkey: Valkey
) -> None:
    redis = broker.client(shared_valkey.url)
    for queue in ("notify", "sms", "upload", "review"):
        redis.rpush(queue, *["bulk"] * DEPTH_CAP)
    with database.transaction() as session:
        outbox.post(session, a_request())
        outbox.post(session, a_code())

    Relay("notify", database, shared_valkey.url).turn()

    assert depths(shared_valkey, "notify_codes", "codes") == [1, 1]


def test_slow_work_waits_in_the_database_and_is_not_sent_twice(
    database: Database, shared_valkey: Valkey
) -> None:
    with database.transaction() as session:
        session.execute(
            text(
                "INSERT INTO outbox (type, v, queue, trace, body)"
                " SELECT 'ReadImage', 1, 'reader', '', '{}' FROM generate_series(1, 90)"
            )
        )
    relay, redis = Relay("notify", database, shared_valkey.url), broker.client(shared_valkey.url)

    relay.turn()
    relay.turn()
    full = depths(shared_valkey, "reader")
    redis.ltrim("reader", 5, -1)
    relay.turn()

    assert full == depths(shared_valkey, "reader") == [DEPTH_CAPS["reader"]]
    with database.transaction() as session:
        sent = text("SELECT count(*), max(attempts) FROM outbox WHERE attempts > 0")
        assert session.execute(sent).one() == (DEPTH_CAPS["reader"] + 5, 1)


def test_what_is_urgent_is_found_without_reading_the_bulk(database: Database) -> None:
    with database.transaction() as session:
        session.execute(
            text(
                "INSERT INTO outbox (type, v, queue, trace, body)"
                " SELECT 'SendSms', 1, 'sms', '', '{}' FROM generate_series(1, 5000)"
            )
        )
        session.execute(text("ANALYZE outbox"))
        plan = session.execute(
            text(
                "EXPLAIN SELECT id FROM outbox WHERE settled_at IS NULL AND parked_at IS NULL"
                " AND next_at <= clock_timestamp() AND queue = ANY(:queues)"
                " ORDER BY next_at LIMIT 200 FOR UPDATE SKIP LOCKED"
            ),
            {"queues": [*URGENT]},
        ).scalars()

        assert "outbox_urgent" in " ".join(plan)


def test_the_urgent_queues_hold_codes_and_signs_of_life_alone() -> None:
    heard = {kind for kind, queues in ROUTES.items() if set(queues) & set(URGENT)}

    assert heard == {m.NoticeRequested, m.SendCode, m.Ping}


def depths(valkey: Valkey, *queues: str) -> list[int]:
    redis = broker.client(valkey.url)
    return [int(redis.llen(queue)) for queue in queues]


def a_request() -> m.NoticeRequested:
    return m.NoticeRequested(
        fact="phone_code",
        application_id=None,
        language="zh-CN",
        params={},
        secret=m.Sealed("sealed"),
    )


def a_code() -> m.SendCode:
    return m.SendCode(
        delivery_id=m.DeliveryId(uuid.uuid4()),
        template="code.zh-CN",
        secret=m.Sealed("sealed"),
        expires_at=dt.datetime(2030, 1, 1, tzinfo=dt.UTC),
    )
