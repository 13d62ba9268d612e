"""A night at the vendors': so many notices, one vendor down, answers lost, receipts shuffled.

    python -m bench.storm [NOTICES]

Says what became of every notice, and how the weight of the vendor that was down moved.
"""

import logging
import sys
import tempfile
import time
from pathlib import Path

from tests.integration.notify.room import Room
from tests.integration.world.storm import VENDORS, run
from tests.servers import PostgresForTests


def main() -> None:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory(prefix="shencai-bench-") as name:
        folder = Path(name)
        postgres = PostgresForTests(folder / "pg")
        postgres.start()
        try:
            room = Room(postgres.fresh_database("notify"), vendors=VENDORS)
            started = time.perf_counter()
            outcome = run(room, folder, count)
            seconds = time.perf_counter() - started
            room.database.engine.dispose()
        finally:
            postgres.kill()
    print(f"{count} notices in {seconds:.0f} s of this machine")
    print(f"states of their SMS   {dict(outcome.states)}")
    print(f"called about          {outcome.called}")
    print(f"unexplained           {outcome.unexplained}")
    print(f"on a phone twice      {dict(outcome.twice) or 'none'}")
    print(f"weight of the vendor  {outcome.shares}")


if __name__ == "__main__":
    main()
