"""Fifty thousand registrations in one request: a row a line in, a row a line out (R3).

A batch is one transaction, and its rows are told once it has committed. Whoever hears no last line
sends the whole again: what was taken before changes nothing. Versions order what comes twice.
"""

import contextlib
import hashlib
import json
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Any

from libs.common.db import Database
from libs.common.logs import logger
from services.upload import roster
from services.upload.commands import exam_or_none
from services.upload.operations.registrations import import_registrations
from services.upload.vault import Vault

MAX_BYTES = 64 * 1024 * 1024
"""50,000 rows of 1.3 KB; usual ones have half of that."""
MAX_ROWS = 50_000
MAX_LINE_BYTES = 16 * 1024
BATCH_ROWS = 200
CHUNK_BYTES = 64 * 1024
HELD_BYTES = 1024 * 1024
"""A larger body waits on disk, not in memory."""

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
    for batch in _batches(body):
        for report in _take_batch(database, batch, vault=vault, actor=actor):
            counts[report["status"]] += 1
            yield json.dumps(report, ensure_ascii=False) + "\n"
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
        row = _parsed(line)
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


def _parsed(line: bytes) -> object:
    if len(line) > MAX_LINE_BYTES:
        return None
    try:
        row: object = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return row


def _take_batch(
    database: Database, batch: list[Line], *, vault: Vault, actor: str
) -> list[dict[str, Any]]:
    with database.transaction() as session:
        judged = roster.judge(batch, exam_of=lambda code: exam_or_none(session, code))
        done = {
            exam: import_registrations(session, records, exam=exam, vault=vault, actor=actor)
            for exam, records in judged.records.items()
        }
    status: dict[tuple[str, str], tuple[str, str]] = {}
    for exam, part in done.items():
        status |= {(exam, number): (outcome, "") for number, outcome in part.outcomes}
        status |= {(exam, number): ("refused", why) for number, why in part.refused}
    faults = {fault.row: (fault.number, fault.sentence) for fault in reversed(judged.faults)}
    return [_report(place, row, faults, status) for place, row in batch]


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
