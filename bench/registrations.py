"""A whole area's registrations in one signed request, against bare inserts of the same rows.

    python -m bench.registrations [ROWS]

The request goes to the real app by a real server; the same rows are sent a second time, as after a
broken connection. Bare: the same row's columns into a table of the same columns, 200 a statement.
"""

import json
import logging
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import psycopg2
import requests
from flask import Flask
from psycopg2.extras import execute_values

from libs.common.clock import now
from libs.common.signing import sign
from services.upload import api, bulk
from services.upload.domain import registration
from tests.integration.upload.room import EXAM, Room
from tests.make import FACTS
from tests.servers import PostgresForTests
from tests.serving import served

KEY_ID, KEY = "registration-1", "0123456789" * 4
PATIENCE_SECONDS = 1800


def main() -> None:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    count = int(sys.argv[1]) if len(sys.argv) > 1 else bulk.MAX_ROWS
    body = "\n".join(json.dumps(_row(n), ensure_ascii=False) for n in range(count)).encode()
    with tempfile.TemporaryDirectory(prefix="shencai-bench-") as name:
        postgres = PostgresForTests(Path(name) / "pg")
        postgres.start()
        try:
            room = Room(postgres.fresh_database("upload"))
            bare = _bare_seconds(room, count)
            app = Flask("registrations")
            made = api.blueprint(room.database, vault=room.vault, keys={KEY_ID: KEY})
            app.register_blueprint(made)
            print(f"{count} rows, {len(body) / 2**20:.0f} MiB; bare inserts {count / bare:.0f}/s")
            with served(app) as url:
                for time_ in ("first", "again"):
                    _send(url, body, count, time_, bare)
            room.database.engine.dispose()
        finally:
            postgres.kill()


def _send(url: str, body: bytes, count: int, time_: str, bare: float) -> None:
    headers = sign("POST", api.BULK_PATH, body, key_id=KEY_ID, key=KEY, now=now())
    started, first, statuses, end = time.perf_counter(), 0.0, Counter[str](), {}
    with requests.post(
        url + api.BULK_PATH, data=body, headers=headers, stream=True, timeout=PATIENCE_SECONDS
    ) as answer:
        answer.raise_for_status()
        for line in answer.iter_lines():
            first = first or time.perf_counter() - started
            end = json.loads(line)
            statuses[end.get("status", "")] += 1
    seconds = time.perf_counter() - started
    assert end["rows"] == count, end
    told = {status: n for status, n in statuses.items() if status}
    print(
        f"{time_:6} {seconds:6.0f} s  {count / seconds:5.0f}/s  {bare / seconds:.3f} of bare"
        f"  first line after {first:.1f} s  {told}"
    )


def _bare_seconds(room: Room, count: int) -> float:
    """The registration's own row alone: no audit, no outbox, no account, nothing encrypted."""
    raw = psycopg2.connect(room.url)
    try:
        with raw.cursor() as cursor:
            cursor.execute(
                "CREATE TABLE bare (id serial PRIMARY KEY, number text, exam text, facts jsonb,"
                " name text, id_number text, phone text, unit text, UNIQUE (exam, number))"
            )
            started = time.perf_counter()
            for start in range(0, count, bulk.BATCH_ROWS):
                rows = [_row(n) for n in range(start, min(start + bulk.BATCH_ROWS, count))]
                execute_values(
                    cursor,
                    "INSERT INTO bare (number, exam, facts, name, id_number, phone) VALUES %s",
                    [
                        (
                            row["registration_number"],
                            row["exam"],
                            json.dumps(row["facts"]),
                            row["name"],
                            row["id_number"],
                            row["phone"],
                        )
                        for row in rows
                    ],
                )
                raw.commit()
            return time.perf_counter() - started
    finally:
        raw.close()


def _row(serial: int) -> dict[str, object]:
    return {
        "registration_number": f"TJ-{serial:06d}",
        "exam": EXAM,
        "site": "heping",
        "name": "样例·甲",
        "id_number": _id_number(serial),
        "phone": f"138{serial:08d}",
        "unit": "样例医院",
        "unit_phone": "022-00000000",
        "language": "zh-CN",
        "version": 1,
        "facts": FACTS,
    }


def _id_number(serial: int) -> str:
    """A made-up one for each: 999 a day of birth."""
    day, place = divmod(serial, 999)
    digits = f"120000{1950 + day // 28}05{day % 28 + 1:02d}{place + 1:03d}"
    pairs = zip(registration.ID_WEIGHTS, digits, strict=True)
    return digits + registration.ID_CHECK[sum(w * int(d) for w, d in pairs) % 11]


if __name__ == "__main__":
    main()
