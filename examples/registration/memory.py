"""What the stand-in remembers across restarts: results, nonces, and what it sent over. SQLite."""

import dataclasses as dc
import datetime as dt
import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from examples.registration.roster import Candidate
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
CREATE TABLE IF NOT EXISTS correction (
    request_id TEXT PRIMARY KEY, exam TEXT NOT NULL, registration_number TEXT NOT NULL,
    fact TEXT NOT NULL, reason TEXT NOT NULL, words TEXT NOT NULL, due_at TEXT NOT NULL,
    received_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS corrected (request_id TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS changed (
    request_id TEXT PRIMARY KEY, registration_number TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS edit (
    registration_number TEXT PRIMARY KEY, candidate TEXT NOT NULL, problem TEXT NOT NULL DEFAULT ''
);
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
class Correction:
    """A fact that a reviewer asks to have corrected."""

    request_id: str
    exam: str
    registration_number: str
    fact: str
    reason: str
    words: str
    due_at: str


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
        with self.open() as connection:
            connection.executescript("PRAGMA journal_mode = WAL;" + _TABLES)

    @contextmanager
    def open(self) -> Iterator[sqlite3.Connection]:
        """One connection, one transaction."""
        connection = sqlite3.connect(self._path, timeout=BUSY_SECONDS)
        try:
            with connection:
                yield connection
        finally:
            connection.close()

    def use_nonce(self, key_id: str, nonce: str, *, now: dt.datetime) -> bool:
        """Remember the nonce; False if it was used before."""
        second = int(now.timestamp())
        with self.open() as connection:
            connection.execute(
                "DELETE FROM nonce WHERE seen_at < ?", [second - NONCES_KEPT_SECONDS]
            )
            cursor = connection.execute(
                "INSERT OR IGNORE INTO nonce VALUES (?, ?)", [f"{key_id}:{nonce}", second]
            )
            return cursor.rowcount == 1

    def keep(self, result: Result, *, now: dt.datetime) -> bool:
        """Keep a result; the same again changes nothing. False if another one stands already."""
        with self.open() as connection:
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
        with self.open() as connection:
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

    def held(self, exam: str) -> dict[str, tuple[int, str]]:
        """Outcome → how many results of the exam it has, and the hash of their numbers."""
        with self.open() as connection:
            rows = connection.execute(
                "SELECT outcome, registration_number FROM result WHERE exam = ?"
                " ORDER BY outcome, registration_number",
                [exam],
            ).fetchall()
        numbers: dict[str, list[str]] = {}
        for outcome, number in rows:
            numbers.setdefault(outcome, []).append(f"{number}\n")
        return {
            outcome: (len(lines), hashlib.sha256("".join(lines).encode()).hexdigest())
            for outcome, lines in numbers.items()
        }

    def keep_correction(self, correction: Correction, *, now: dt.datetime) -> bool:
        """Keep what is asked; the same again changes nothing. False if it asked something else."""
        with self.open() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO correction VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [*dc.astuple(correction), now.isoformat()],
            )
            row = connection.execute(
                "SELECT exam, registration_number, fact FROM correction WHERE request_id = ?",
                [correction.request_id],
            ).fetchone()
        asked = (correction.exam, correction.registration_number, correction.fact)
        return bool(row == asked)

    def corrections(self, candidate: Candidate) -> list[Correction]:
        """What is still asked of one registration, newest first."""
        with self.open() as connection:
            rows = connection.execute(
                "SELECT request_id, exam, registration_number, fact, reason, words, due_at"
                " FROM correction WHERE exam = ? AND registration_number = ?"
                " AND request_id NOT IN (SELECT request_id FROM corrected)"
                " ORDER BY received_at DESC",
                [candidate.exam, candidate.registration_number],
            ).fetchall()
        names = [field.name for field in dc.fields(Correction)]
        return [Correction(**dict(zip(names, row, strict=True))) for row in rows]

    def note_changed(self, corrections: Iterable[Correction]) -> None:
        """Their facts have been changed here: they end once the change is received."""
        with self.open() as connection:
            connection.executemany(
                "INSERT OR IGNORE INTO changed VALUES (?, ?)",
                [[one.request_id, one.registration_number] for one in corrections],
            )

    def keep_edit(self, candidate: Candidate) -> None:
        """The registration as it stands since its last edit."""
        with self.open() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO edit (registration_number, candidate) VALUES (?, ?)",
                [candidate.registration_number, candidate.model_dump_json()],
            )

    def edited(self) -> dict[str, Candidate]:
        """Registration number → the edited registration."""
        with self.open() as connection:
            rows = connection.execute("SELECT registration_number, candidate FROM edit").fetchall()
        return {number: Candidate.model_validate_json(text) for number, text in rows}

    def note_sent(self, candidate: Candidate, problem: str) -> None:
        """Whether Shencai took the edit; `problem` is empty if it did, and what it mended ends."""
        with self.open() as connection:
            if not problem:
                connection.execute(
                    "INSERT OR IGNORE INTO corrected SELECT request_id FROM changed"
                    " WHERE registration_number = ?",
                    [candidate.registration_number],
                )
            connection.execute(
                "UPDATE edit SET problem = ? WHERE registration_number = ?",
                [problem or "ok", candidate.registration_number],
            )

    def last_sent(self, candidate: Candidate) -> str:
        """`ok`, what went wrong, or nothing if it was never edited."""
        with self.open() as connection:
            row = connection.execute(
                "SELECT problem FROM edit WHERE registration_number = ?",
                [candidate.registration_number],
            ).fetchone()
        return str(row[0]) if row else ""

    def note_sync(self, sync: Sync) -> None:
        """Remember a hand-over; if all was taken, every edit was."""
        with self.open() as connection:
            if not sync.problem:
                connection.execute("UPDATE edit SET problem = 'ok'")
                connection.execute("INSERT OR IGNORE INTO corrected SELECT request_id FROM changed")
            connection.execute(
                "INSERT INTO sync (at, sent, accepted, problem) VALUES (?, ?, ?, ?)",
                list(dc.astuple(sync)),
            )

    def last_sync(self) -> Sync | None:
        """The newest hand-over."""
        with self.open() as connection:
            row = connection.execute(
                "SELECT at, sent, accepted, problem FROM sync ORDER BY id DESC LIMIT 1"
            ).fetchone()
        return Sync(at=row[0], sent=row[1], accepted=row[2], problem=row[3]) if row else None
