"""Real processes, PostgreSQL and Valkey: whatever dies, everything arrives and nothing twice."""

import random
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from libs.stack.valkey import Valkey
from tests.integration.common.house import HEALED_SECONDS, House, command, late_check
from tests.servers import PostgresForTests
from tests.serving import until

pytestmark = pytest.mark.slow


@pytest.fixture
def house(postgres: PostgresForTests, valkey: Valkey, tmp_path: Path) -> Iterator[House]:
    made = House(postgres, valkey, tmp_path)
    yield made
    made.stop()


def test_five_hundred_messages_arrive_once_each_way(house: House) -> None:
    house.start_all()

    house.post(*[late_check() for _ in range(250)], *[command() for _ in range(250)])

    until(lambda: house.unsettled() == 0, seconds=HEALED_SECONDS)
    assert house.effects("review") == (250, 250)
    assert house.effects("upload") == (250, 250)


def test_a_broker_emptied_again_and_again_loses_nothing(house: House) -> None:
    house.start_all()

    for _ in range(10):
        house.post(*[late_check() for _ in range(25)], *[command() for _ in range(25)])
        time.sleep(0.2)
        house.valkey.flush()

    until(lambda: house.unsettled() == 0, seconds=HEALED_SECONDS)
    assert house.effects("review") == (250, 250)
    assert house.effects("upload") == (250, 250)


def test_a_broker_killed_and_started_empty_loses_nothing(house: House) -> None:
    house.start_all()

    for _ in range(4):
        house.post(*[late_check() for _ in range(50)], *[command() for _ in range(50)])
        time.sleep(0.3)
        house.valkey.kill()
        time.sleep(0.5)
        house.valkey.start()

    until(lambda: house.unsettled() == 0, seconds=HEALED_SECONDS)
    assert house.effects("review") == (200, 200)
    assert house.effects("upload") == (200, 200)
    dead = [n for n, p in house.processes.items() if p.poll() is not None]
    assert dead == [], house.tail(dead[0])


@pytest.mark.parametrize("victim", ["images", "review", "upload", "upload-relay", "review-relay"])
def test_a_process_killed_in_mid_work_is_made_good_within_thirty_seconds(
    house: House, victim: str
) -> None:
    house.extra["VISIBILITY_SECONDS"] = "10"
    house.start_all()
    house.post(*[late_check() for _ in range(150)], *[command() for _ in range(150)])
    until(lambda: 10 < house.effects("upload")[0] < 150, seconds=HEALED_SECONDS)

    house.kill(victim)
    house.start(victim)

    until(lambda: house.unsettled() == 0, seconds=40)
    assert house.effects("review") == (150, 150)
    assert house.effects("upload") == (150, 150)


def test_a_consumer_message_that_kills_its_process_is_parked_and_blocks_nobody(
    house: House,
) -> None:
    house.start_all()

    house.post(late_check(width=666), *[late_check() for _ in range(50)])

    until(lambda: house.unsettled() == 0, seconds=HEALED_SECONDS)
    assert house.effects("review") == (50, 50)
    assert house.count("review", "SELECT count(*) FROM parked") == 1


def test_a_message_that_always_fails_is_parked_with_its_reason(house: House) -> None:
    house.start_all()
    house.post(late_check(width=13))
    starts = "SELECT coalesce(max(n), 0) FROM attempt"

    for attempt in (1, 2, 3):
        until(lambda n=attempt: house.count("review", starts) >= n, seconds=HEALED_SECONDS)  # type: ignore[misc]
        with house.databases["upload"].transaction() as session:
            session.connection().exec_driver_sql("UPDATE outbox SET next_at = now()")

    until(lambda: house.unsettled() == 0, seconds=HEALED_SECONDS)
    why = "SELECT count(*) FROM parked WHERE reason LIKE 'ValueError: this one always fails%%'"
    assert house.count("review", why.replace("%%", "%")) == 1
    assert house.effects("review") == (0, 0)


@pytest.mark.parametrize("fate", ["poison", "hang"])
def test_a_picture_that_kills_or_hangs_its_worker_twice_is_settled_by_its_producer(
    house: House, fate: str
) -> None:
    house.extra["LIMIT_SECONDS"] = "2"
    house.start_all()

    house.post(command(fate), *[command() for _ in range(30)])

    until(lambda: house.unsettled() == 0, seconds=HEALED_SECONDS)
    assert house.effects("upload") == (31, 31)
    assert house.count("upload", "SELECT max(crashes) FROM outbox") == 2
    assert house.count("upload", "SELECT attempts FROM outbox WHERE crashes = 2") == 2


def test_a_command_that_its_worker_cannot_open_is_parked_by_its_producer(house: House) -> None:
    house.start_all()

    house.post(command("sealed for another"), command())

    until(lambda: house.count("upload", "SELECT count(*) FROM parked") == 1, seconds=HEALED_SECONDS)
    why = "SELECT count(*) FROM parked WHERE reason LIKE '%sealed for another room%'"
    assert house.count("upload", why) == 1
    assert house.effects("upload") == (1, 1)


def test_a_worker_out_of_memory_lives_on(house: House) -> None:
    house.start_all()

    house.post(command("memory"), *[command() for _ in range(30)])

    until(lambda: house.effects("upload") == (30, 30), seconds=HEALED_SECONDS)
    assert house.processes["images"].poll() is None


def test_a_small_torture_loses_nothing(house: House) -> None:
    house.extra["VISIBILITY_SECONDS"] = "10"
    house.start_all()
    dice = random.Random(7)
    over = threading.Event()

    def produce() -> None:
        for _ in range(50):
            house.post(*[late_check() for _ in range(10)], *[command() for _ in range(10)])
            time.sleep(0.2)
        over.set()

    producer = threading.Thread(target=produce)
    producer.start()
    faults = ["images", "review", "upload-relay", "flush", "restart", "upload", "review-relay"]
    while not over.is_set() and faults:
        time.sleep(dice.uniform(0.5, 1.5))
        fault = faults.pop(0)
        if fault == "flush":
            house.valkey.flush()
        elif fault == "restart":
            house.valkey.kill()
            house.valkey.start()
        else:
            house.kill(fault)
        house.supervise()
    producer.join()

    def healed() -> bool:
        house.supervise()
        return house.unsettled() == 0

    until(healed, seconds=60)
    assert faults == []
    assert house.effects("review") == (500, 500)
    assert house.effects("upload") == (500, 500)
