"""Messages per second through outbox → relay → consumer → receipt, against bare Celery.

    python -m bench.messages [COUNT]

Both sides do the same work (one row in PostgreSQL per message) in a prefork worker of two
processes on the same Valkey, one after the other in one run; the ratio is what counts.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import text

from libs.common import broker
from libs.common.db import Database
from libs.stack.child import spawn
from libs.stack.valkey import Valkey
from tests.integration.common.house import House, late_check
from tests.servers import PostgresForTests, ValkeyForTests

ROOT = Path(__file__).parents[1]
BATCH = 100
WARM_UP = 50


def until(done: Callable[[], bool]) -> None:
    while not done():
        time.sleep(0.02)


def rate(count: int, started: float) -> float:
    return count / (time.perf_counter() - started)


def with_promises(house: House, count: int) -> float:
    """Posted in transactions of 100 rows; over when every receipt has come home."""
    for name in ("upload-relay", "review-relay", "upload", "review"):
        house.start(name)
    house.post(*[late_check() for _ in range(WARM_UP)])
    until(lambda: house.unsettled() == 0)
    started = time.perf_counter()
    for _ in range(count // BATCH):
        house.post(*[late_check() for _ in range(BATCH)])
    until(lambda: house.unsettled() == 0)
    return rate(count, started)


def bare(valkey: Valkey, url: str, folder: Path, count: int) -> float:
    """Sent in pipelines of 100; over when every row is there. Nothing is promised."""
    environ = os.environ | {"BROKER_URL": valkey.url, "DATABASE_URL": url}
    options = [
        "-Q",
        "bare",
        "-c",
        "2",
        "--without-gossip",
        "--without-mingle",
        "--without-heartbeat",
    ]
    command = [sys.executable, "-m", "celery", "-A", "bench.bare_celery", "worker", *options]
    worker = spawn(command, log=folder / "bare.log", environ=environ, cwd=ROOT)
    database = Database(url, process="bench")
    app = broker.sender(valkey.url)

    def rows() -> int:
        with database.transaction() as session:
            return int(session.execute(text("SELECT count(*) FROM effect")).scalar_one())

    def send(many: int) -> None:
        with app.producer_or_acquire() as producer, producer.batch(max_size=BATCH):
            for _ in range(many):
                app.send_task("bare", args=["x" * 600], queue="bare", producer=producer)

    try:
        send(WARM_UP)
        until(lambda: rows() == WARM_UP)
        started = time.perf_counter()
        for _ in range(count // BATCH):
            send(BATCH)
        until(lambda: rows() == WARM_UP + count)
        return rate(count, started)
    finally:
        worker.terminate()
        worker.wait(timeout=30)
        database.engine.dispose()


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 3000
    with tempfile.TemporaryDirectory(prefix="shencai-bench-") as name:
        folder = Path(name)
        postgres = PostgresForTests(folder / "pg")
        valkey = ValkeyForTests(folder / "valkey")
        postgres.start()
        valkey.start()
        house = House(postgres, valkey, folder)
        try:
            plain = bare(valkey, house.urls["upload"], folder, count)
            promised = with_promises(house, count)
        finally:
            house.stop()
            valkey.kill()
            postgres.kill()
    print(f"bare Celery, one row each      {plain:8.0f} messages/s")
    print(f"outbox … receipt, one row each {promised:8.0f} messages/s")
    print(f"ratio                          {promised / plain:8.2f}")


if __name__ == "__main__":
    try:
        main()
    except subprocess.TimeoutExpired:
        sys.exit("a worker did not stop")
