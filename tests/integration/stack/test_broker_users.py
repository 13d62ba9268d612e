"""Each process that talks to Valkey may do there what it needs, and nothing else."""

from collections.abc import Iterator

import pytest
import redis
from redis.exceptions import NoPermissionError

from libs.common.routes import QUEUES, SERVICES, STATELESS
from libs.stack import broker_users
from tests.servers import ValkeyForTests


@pytest.fixture
def as_user(shared_valkey: ValkeyForTests) -> Iterator[dict[str, redis.Redis]]:
    clients = {user: shared_valkey.as_user(user) for user in broker_users.USERS}
    yield clients
    for client in clients.values():
        client.close()


def refused(call: object) -> bool:
    assert callable(call)
    try:
        call()
    except NoPermissionError:
        return True
    return False


@pytest.mark.parametrize("queue", STATELESS)
def test_a_worker_sees_no_queue_but_its_own(as_user: dict[str, redis.Redis], queue: str) -> None:
    worker = as_user[queue]

    worker.lpush(queue, "mine")
    assert worker.rpop(queue) == b"mine"
    for other in set(QUEUES) - {queue}:
        assert refused(lambda other=other: worker.rpop(other)), other
        assert refused(lambda other=other: worker.hget(f"{other}.unacked", "x")), other
    for other in set(STATELESS) - {queue}:
        assert refused(lambda other=other: worker.lpush(other, "forged")), other


@pytest.mark.parametrize("service", SERVICES)
def test_a_relay_adds_to_every_queue_and_takes_from_none(
    as_user: dict[str, redis.Redis], service: str
) -> None:
    relay = as_user[f"{service}-relay"]

    for queue in QUEUES:
        assert relay.lpush(queue, "a message") == relay.llen(queue)
        assert refused(lambda queue=queue: relay.rpop(queue))
        assert refused(lambda queue=queue: relay.lrange(queue, 0, -1))
        assert refused(lambda queue=queue: relay.delete(queue))


@pytest.mark.parametrize("user", broker_users.USERS)
def test_no_process_may_empty_or_govern_the_broker(
    as_user: dict[str, redis.Redis], user: str
) -> None:
    client = as_user[user]

    assert refused(client.flushall)
    assert refused(lambda: client.config_get("*"))
    assert refused(lambda: client.keys("*"))
    assert refused(client.acl_list)
    assert client.ping()


def test_the_operations_page_reads_and_changes_nothing(as_user: dict[str, redis.Redis]) -> None:
    console = as_user["ops"]

    assert console.llen("images") == 0
    assert console.hlen("images.unacked") == 0
    assert refused(lambda: console.lpush("images", "forged"))
    assert refused(lambda: console.set("epoch:upload", "1"))
