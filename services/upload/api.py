"""The registration system's door: POST /api/registrations, signed by HMAC, each nonce once (R3).

Beside it, equally signed: GET /api/results, the published results behind a cursor, and
GET /api/results/summary, their counts. `GET /api/openapi.json` describes all of it to anybody.

The answer is `{"accepted": n, "refused": [{"registration_number": …, "reason": …}]}`: what is
right is kept, what is not is named and can be sent again. POST /api/registrations/bulk takes
50,000, a row a line, and answers a line a row.
"""

import dataclasses as dc
import functools
import hashlib
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from flask import Blueprint, Response, jsonify, request

from libs.common import signing
from libs.common.clock import now
from libs.common.db import Database
from libs.common.errors import Misconfigured, Refusal
from libs.common.logs import logger
from services.upload import bulk, roster
from services.upload.commands import exam_or_none
from services.upload.operations.registrations import import_registrations, use_nonce
from services.upload.queries.results import results_after, summary
from services.upload.vault import Vault

PATH = "/api/registrations"
BULK_PATH = "/api/registrations/bulk"
RESULTS_PATH = "/api/results"
SUMMARY_PATH = "/api/results/summary"
DESCRIPTION_PATH = "/api/openapi.json"
DESCRIPTION = Path(__file__).parent / "openapi.json"
MAX_BODY_BYTES = 4 * 1024 * 1024
MAX_ROWS = 1000
MOST_RESULTS = 1000
"""In one answer."""
MAX_CURSOR = 2**62
MAX_EXAM_CHARACTERS = 100
"""A row of the feed has less than 2 KB; parts of 200 are usual."""

log = logger(__name__)


def blueprint(database: Database, *, vault: Vault, keys: Mapping[str, str]) -> Blueprint:
    """The blueprint; exempt it from the CSRF check, as its requests are signed."""
    made = Blueprint("api", __name__)
    _add_results(made, database, keys)

    @made.get(DESCRIPTION_PATH)
    def openapi() -> Response:
        return Response(DESCRIPTION.read_bytes(), mimetype="application/json")

    @made.post(PATH)
    def registrations() -> Response:
        signed = _verified(keys)
        rows = _rows()
        with database.transaction() as session:
            use_nonce(session, key_id=signed.key_id, nonce=signed.nonce)
            exam_of = functools.cache(lambda code: exam_or_none(session, code))
            judged = roster.judge(rows, exam_of=exam_of)
            done = [
                import_registrations(
                    session, records, exam=exam, vault=vault, actor=f"api:{signed.key_id}"
                )
                for exam, records in sorted(judged.records.items())
            ]
        # One reason for each row: its first.
        faults = {f.row: (f.number, f.sentence) for f in reversed(judged.faults)}
        refused = [*faults.values(), *(pair for part in done for pair in part.refused)]
        accepted = sum(part.accepted for part in done)
        log.info("registrations received", accepted=accepted, refused=len(refused))
        return jsonify(
            accepted=accepted,
            refused=[{"registration_number": n, "reason": why} for n, why in refused],
        )

    _add_bulk(made, database, vault, keys)
    return made


def _add_bulk(made: Blueprint, database: Database, vault: Vault, keys: Mapping[str, str]) -> None:
    @made.post(BULK_PATH)
    def registrations_in_bulk() -> Response:
        request.max_content_length = bulk.MAX_BYTES
        with ExitStack() as opened:
            body, digest = opened.enter_context(bulk.spooled(request.stream))
            signed = _verified_digest(keys, digest)
            if bulk.count_rows(body) > bulk.MAX_ROWS:
                raise Refusal("api_body", why=f"more than {bulk.MAX_ROWS} rows")
            with database.transaction() as session:
                use_nonce(session, key_id=signed.key_id, nonce=signed.nonce)
            held = opened.pop_all()
        lines = bulk.take(database, body, vault=vault, actor=f"api:{signed.key_id}")
        answer = Response(lines, mimetype="application/x-ndjson")
        answer.call_on_close(held.close)
        return answer


def _add_results(made: Blueprint, database: Database, keys: Mapping[str, str]) -> None:
    @made.get(RESULTS_PATH)
    def results() -> Response:
        signed = _verified(keys)
        exam = _exam()
        after = _whole("after", 0, most=MAX_CURSOR)
        limit = _whole("limit", MOST_RESULTS, least=1, most=MOST_RESULTS)
        with database.transaction() as session:
            use_nonce(session, key_id=signed.key_id, nonce=signed.nonce)
            found = results_after(session, exam=exam, number=after, limit=limit)
        rows = [
            {
                "application_id": str(one.application_id),
                "exam": one.exam,
                "registration_number": one.registration_number,
                "outcome": one.outcome,
                "published_at": one.published_at.isoformat(),
            }
            for one in found
        ]
        cursor = found[-1].number if found else after
        return jsonify(results=rows, next=str(cursor), more=len(found) == limit)

    @made.get(SUMMARY_PATH)
    def results_summary() -> Response:
        signed = _verified(keys)
        exam = _exam()
        with database.transaction() as session:
            use_nonce(session, key_id=signed.key_id, nonce=signed.nonce)
            counts = summary(session, exam=exam)
        return jsonify(exam=exam, **dc.asdict(counts))


def _exam() -> str:
    exam = request.args.get("exam", "")
    if not 0 < len(exam) <= MAX_EXAM_CHARACTERS or not exam.isprintable():
        raise Refusal("api_body", why="exam")
    return exam


def _whole(name: str, usual: int, *, most: int, least: int = 0) -> int:
    """A whole number of the address. Raises Refusal `api_body`."""
    text = request.args.get(name)
    if text is None:
        return usual
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most))):
        raise Refusal("api_body", why=name)
    if not least <= int(text) <= most:
        raise Refusal("api_body", why=name)
    return int(text)


def read_keys(entries: tuple[str, ...]) -> dict[str, str]:
    """Key id → key, of `id:key` entries. Raises Misconfigured."""
    pairs = [entry.partition(":") for entry in entries]
    if any(not name or len(key) < signing.MIN_KEY_BYTES for name, _, key in pairs):
        raise Misconfigured(
            f"REGISTRATION_API_KEYS: expected id:key, the key of {signing.MIN_KEY_BYTES} bytes"
        )
    return {name: key for name, _, key in pairs}


def _verified(keys: Mapping[str, str]) -> signing.Signed:
    if (request.content_length or 0) > MAX_BODY_BYTES:
        raise Refusal("api_body", why="too big")
    return _verified_digest(keys, hashlib.sha256(request.get_data()).hexdigest())


def _verified_digest(keys: Mapping[str, str], digest: str) -> signing.Signed:
    try:
        return signing.verify_digest(
            request.method,
            request.full_path.removesuffix("?"),
            digest,
            dict(request.headers),
            keys=keys,
            now=now(),
        )
    except signing.BadSignature as error:
        log.warning("an unsigned request was refused", why=str(error))
        raise Refusal("api_unsigned") from None


def _rows() -> list[tuple[int, object]]:
    try:
        rows = roster.json_rows(request.get_data())
    except ValueError as error:
        raise Refusal("api_body", why=str(error)) from None
    if len(rows) > MAX_ROWS:
        raise Refusal("api_body", why=f"more than {MAX_ROWS} rows")
    return rows
