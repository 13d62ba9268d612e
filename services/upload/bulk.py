"""Fifty thousand registrations in one request: a row a line in, a row a line out (R3).

A batch is one transaction, and its rows are told once it has committed; a row that cannot be
written is refused alone. Whoever hears no last line sends the whole again: what was taken before
changes nothing. Versions order what comes twice.
"""

import contextlib
import functools
import hashlib
import json
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import IO, Any

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from libs.common.db import Database, is_transient
from libs.common.logs import logger
from services.upload import roster
from services.upload.commands import exam_or_none
from services.upload.domain.registration import Record, RowFault
from services.upload.operations.registrations import Imported, import_registrations
from services.upload.vault import Vault

MAX_BYTES = 64 * 1024 * 1024
"""50,000 rows of 1.3 KB; usual ones have half of that."""
MAX_ROWS = 50_000
MAX_LINE_BYTES = 16 * 1024
BATCH_ROWS = 200
CHUNK_BYTES = 64 * 1024
HELD_BYTES = 1024 * 1024
"""A larger body waits on disk, not in memory."""

NOT_STORED = "could not be stored; the operators find the cause in the log"

log = logger(__name__)
Line = tuple[int, object]


@contextlib.contextmanager
def spooled(stream: IO[bytes]) -> Iterator[tuple[IO[bytes], str]]:
    """The body, read once, and its SHA-256 in hex."""
    digest = hashlib.sha256()
    with tempfile.SpooledTemporaryFile(max_size=HELD_BYTES) as body:
        while chunk := stream.read(CHUNK_BYTES):
            digest.update(chunk)
            body.write(chunk)
        body.seek(0)
        yield body, digest.hexdigest()


def count_rows(body: IO[bytes]) -> int:
    """How many lines are not empty."""
    rows = sum(1 for line in body if line.strip())
    body.seek(0)
    return rows


def take(database: Database, body: IO[bytes], *, vault: Vault, actor: str) -> Iterator[str]:
    """Take the rows, batch by batch; what became of each, and at the end of all, as NDJSON."""
    counts: Counter[str] = Counter()
    take_one = functools.partial(_take_batch, vault=vault, actor=actor)
    for batch in _batches(body):
        for report in database.run(functools.partial(take_one, batch=batch)):
            counts[report["status"]] += 1
            yield json.dumps(report) + "\n"
    refused = counts["refused"]
    log.info("registrations received", accepted=counts.total() - refused, refused=refused)
    end = {"rows": counts.total(), "accepted": counts.total() - refused, "refused": refused}
    yield json.dumps(end) + "\n"


def _batches(body: Iterable[bytes]) -> Iterator[list[Line]]:
    """At most 200 rows; a number that comes again waits for the next, so that versions count."""
    batch: list[Line] = []
    numbers: set[object] = set()
    lines = (line for line in body if line.strip())
    for place, line in enumerate(lines, start=1):
        row = _parsed(line, place)
        number = row.get("registration_number") if isinstance(row, dict) else None
        known = isinstance(number, str) and number.strip() in numbers
        if known or len(batch) == BATCH_ROWS:
            yield batch
            batch, numbers = [], set()
        batch.append((place, row))
        if isinstance(number, str):
            numbers.add(number.strip())
    if batch:
        yield batch


def _parsed(line: bytes, place: int) -> object:
    if len(line) > MAX_LINE_BYTES:
        return RowFault(row=place, number="", sentence=f"is longer than {MAX_LINE_BYTES} bytes")
    try:
        row: object = json.loads(line)
    except (ValueError, RecursionError):
        return RowFault(row=place, number="", sentence="is not JSON")
    return row


def _take_batch(
    session: Session, *, batch: list[Line], vault: Vault, actor: str
) -> list[dict[str, Any]]:
    exam_of = functools.cache(lambda code: exam_or_none(session, code))
    unread = [row for _, row in batch if isinstance(row, RowFault)]
    judged = roster.judge(
        [(place, row) for place, row in batch if not isinstance(row, RowFault)], exam_of=exam_of
    )
    status: dict[tuple[str, str], tuple[str, str]] = {}
    # Always in the same order, so that two bulks never wait for each other.
    for exam in sorted(judged.records):
        take = functools.partial(import_registrations, session, exam=exam, vault=vault, actor=actor)
        for part in _all_or_each(session, take, judged.records[exam]):
            status |= {(exam, number): (outcome, "") for number, outcome in part.outcomes}
            status |= {(exam, number): ("refused", why) for number, why in part.refused}
    faults = {f.row: (f.number, f.sentence) for f in reversed([*unread, *judged.faults])}
    return [_report(place, row, faults, status) for place, row in batch]


def _all_or_each(
    session: Session, take: Callable[[list[Record]], Imported], records: list[Record]
) -> list[Imported]:
    """All in one go; if anything fails, each by itself, so that what is bad is refused alone."""
    try:
        with session.begin_nested():
            return [take(records)]
    except Exception as error:  # noqa: BLE001 - the door: no row may hold up another
        _raise_if_transient(error)
        log.warning("a batch fails, its rows are taken one by one", error=type(error).__name__)
    return [_one(session, take, record) for record in records]


def _one(session: Session, take: Callable[[list[Record]], Imported], record: Record) -> Imported:
    try:
        with session.begin_nested():
            return take([record])
    except Exception as error:  # noqa: BLE001 - the same door, for one row
        _raise_if_transient(error)
        log.error("registration not stored", number=record.number, error=type(error).__name__)  # noqa: TRY400 - a traceback could show a person
    return Imported(outcomes=(), refused=((record.number, NOT_STORED),))


def _raise_if_transient(error: Exception) -> None:
    if isinstance(error, DBAPIError) and is_transient(error):
        raise error


def _report(
    place: int,
    row: object,
    faults: Mapping[int, tuple[str, str]],
    status: Mapping[tuple[str, str], tuple[str, str]],
) -> dict[str, Any]:
    if place in faults:
        number, why = faults[place]
        outcome = "refused"
    else:
        assert isinstance(row, dict)
        number = str(row["registration_number"]).strip()
        outcome, why = status[row["exam"], number]
    report = {"row": place, "registration_number": number, "status": outcome}
    return report | ({"reason": why} if why else {})
