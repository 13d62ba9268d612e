"""What the stand-in remembers across restarts: results, nonces, and what it sent over. SQLite."""

import dataclasses as dc
import datetime as dt
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from libs.common.signing import CLOCK_LEEWAY_SECONDS

NONCES_KEPT_SECONDS = 2 * CLOCK_LEEWAY_SECONDS
BUSY_SECONDS = 5

_TABLES = """
CREATE TABLE IF NOT EXISTS result (
    exam TEXT NOT NULL, application_id TEXT NOT NULL, registration_number TEXT NOT NULL,
    outcome TEXT NOT NULL, published_at TEXT NOT NULL, received_at TEXT NOT NULL,
    PRIMARY KEY (exam, application_id)
);
CREATE INDEX IF NOT EXISTS result_of ON result (exam, registration_number);
CREATE TABLE IF NOT EXISTS nonce (key TEXT PRIMARY KEY, seen_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS sync (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, sent INTEGER NOT NULL, accepted INTEGER NOT NULL,
    problem TEXT NOT NULL
);
"""


@dc.dataclass(frozen=True, kw_only=True)
class Result:
    """One final result, as Shencai pushed it."""

    exam: str
    application_id: str
    registration_number: str
    outcome: str
    published_at: str


@dc.dataclass(frozen=True, kw_only=True)
class Sync:
    """One hand-over of the registrations; `problem` is empty when all were taken."""

    at: str
    sent: int
    accepted: int
    problem: str


class Memory:
    """One SQLite file; each call has a connection of its own."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._open() as connection:
            connection.executescript("PRAGMA journal_mode = WAL;" + _TABLES)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(self._path, timeout=BUSY_SECONDS)
        try:
            with connection:
                yield connection
        finally:
            connection.close()

    def use_nonce(self, key_id: str, nonce: str, *, now: dt.datetime) -> bool:
        """Remember the nonce; False if it was used before."""
        second = int(now.timestamp())
        with self._open() as connection:
            connection.execute(
                "DELETE FROM nonce WHERE seen_at < ?", [second - NONCES_KEPT_SECONDS]
            )
            cursor = connection.execute(
                "INSERT OR IGNORE INTO nonce VALUES (?, ?)", [f"{key_id}:{nonce}", second]
            )
            return cursor.rowcount == 1

    def keep(self, result: Result, *, now: dt.datetime) -> bool:
        """Keep a result; the same again changes nothing. False if another one stands already."""
        with self._open() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO result VALUES (?, ?, ?, ?, ?, ?)",
                [*dc.astuple(result), now.isoformat()],
            )
            row = connection.execute(
                "SELECT registration_number, outcome FROM result"
                " WHERE exam = ? AND application_id = ?",
                [result.exam, result.application_id],
            ).fetchone()
            return bool(row == (result.registration_number, result.outcome))

    def results(self) -> dict[tuple[str, str], Result]:
        """(exam, registration number) → result."""
        with self._open() as connection:
            rows = connection.execute(
                "SELECT exam, application_id, registration_number, outcome, published_at"
                " FROM result ORDER BY received_at"
            ).fetchall()
        return {
            (row[0], row[2]): Result(
                exam=row[0],
                application_id=row[1],
                registration_number=row[2],
                outcome=row[3],
                published_at=row[4],
            )
            for row in rows
        }

    def note_sync(self, sync: Sync) -> None:
        """Remember a hand-over."""
        with self._open() as connection:
            connection.execute(
                "INSERT INTO sync (at, sent, accepted, problem) VALUES (?, ?, ?, ?)",
                list(dc.astuple(sync)),
            )

    def last_sync(self) -> Sync | None:
        """The newest hand-over."""
        with self._open() as connection:
            row = connection.execute(
                "SELECT at, sent, accepted, problem FROM sync ORDER BY id DESC LIMIT 1"
            ).fetchone()
        return Sync(at=row[0], sent=row[1], accepted=row[2], problem=row[3]) if row else None
