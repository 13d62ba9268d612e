"""Notices through the whole ladder: against the bare SDK call, and on a night at the vendors'.

    python -m bench.storm [NOTICES] [CALM]

First the results of CALM candidates (1,000) are told over healthy vendors, against as many bare
calls of the same two SDKs by
as many threads. Then NOTICES (10,000) in twelve minutes of notify's clock, one vendor down for ten
of them, 5 % of the answers lost, receipts shuffled: what became of every notice, and how the weight
of that vendor moved.
"""

import logging
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.integration.notify.room import Room, published
from tests.integration.world.storm import (
    SENDERS,
    VENDORS,
    Storm,
    gateways,
    run,
    script,
    simulator,
)
from tests.servers import PostgresForTests
from workers.sms.gateways import Sms
from workers.sms.settings import TEMPLATES, read_templates

WORDING = "results_published.zh-CN"
PART = 200


def main() -> None:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    given = [int(word) for word in sys.argv[1:]]
    count, calm = (*given, *(10_000, 1_000)[len(given) :])
    with tempfile.TemporaryDirectory(prefix="shencai-bench-") as name:
        folder = Path(name)
        postgres = PostgresForTests(folder / "pg")
        postgres.start()
        try:
            _compare(postgres, folder, calm)
            _weather(postgres, folder, count)
        finally:
            postgres.kill()


def _compare(postgres: PostgresForTests, folder: Path, count: int) -> None:
    room = Room(postgres.fresh_database("notify"), vendors=VENDORS)
    with simulator(folder) as (url, webhook):
        script(url, lost=0, failed=0)
        storm = Storm(room, url, webhook, count)
        storm.begin()
        bare = count / _seconds_of_bare_calls(url, count)
        started = time.perf_counter()
        for start in range(0, count, PART):
            room.hear(published(*storm.people[start : start + PART]))
        while storm.heard < count:
            storm.step(1)
        ladder = count / (time.perf_counter() - started)
    room.database.engine.dispose()
    print(f"bare SDK calls        {bare:.0f}/s by {SENDERS} threads")
    print(f"through the ladder    {ladder:.0f}/s, {ladder / bare:.2f} of that")


def _seconds_of_bare_calls(url: str, count: int) -> float:
    ids, vendors = read_templates(TEMPLATES), gateways(url)

    def send(number: int) -> None:
        vendor = VENDORS[number % len(VENDORS)]
        template = ids[vendor][WORDING]
        phone = f"137{number:08d}"
        sms = Sms(out_id=f"bare-{number}", phone=phone, template=template, params=())
        answer = vendors[vendor].send(sms)
        assert answer.outcome == "accepted", answer

    started = time.perf_counter()
    with ThreadPoolExecutor(SENDERS) as pool:
        list(pool.map(send, range(count)))
    return time.perf_counter() - started


def _weather(postgres: PostgresForTests, folder: Path, count: int) -> None:
    room = Room(postgres.fresh_database("notify"), vendors=VENDORS)
    started = time.perf_counter()
    outcome = run(room, folder, count)
    seconds = time.perf_counter() - started
    room.database.engine.dispose()
    print(f"{count} notices in {seconds:.0f} s of this machine")
    print(f"states of their SMS   {dict(outcome.states)}")
    print(f"called about          {outcome.called}")
    print(f"unexplained           {outcome.unexplained}")
    print(f"on a phone twice      {dict(outcome.twice) or 'none'}")
    print(f"weight of the vendor  {outcome.shares}")
    print(f"its share of new SMS, minute by minute {outcome.traffic} %")


if __name__ == "__main__":
    main()
