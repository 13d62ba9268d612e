"""The stand-in's signed doors: final results, and corrections that reviewers ask for."""

import dataclasses as dc
from typing import Annotated, Literal, TypeVar
from uuid import UUID

from flask import Flask, Response, jsonify, request
from flask_wtf.csrf import CSRFProtect
from pydantic import AwareDatetime, BaseModel, ConfigDict, StringConstraints, ValidationError

from examples.registration.memory import Correction, Memory, Result
from examples.registration.roster import Roster
from examples.registration.settings import RegistrationSettings
from libs.common.clock import now
from libs.common.signing import BadSignature, verify

Text = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Words = Annotated[str, StringConstraints(max_length=2000)]
Answer = tuple[Response, int]
Body = TypeVar("Body", bound=BaseModel)


class PushedResult(BaseModel):
    """What Shencai posts to `/api/results`."""

    model_config = ConfigDict(extra="forbid")

    application_id: Text
    exam: Text
    registration_number: Text
    outcome: Literal["passed", "not_passed", "not_submitted"]
    published_at: AwareDatetime


class PushedCorrection(BaseModel):
    """What Shencai posts to `/api/corrections`: what should be corrected, why, until when."""

    model_config = ConfigDict(extra="forbid")

    request_id: UUID
    exam: Text
    registration_number: Text
    fact: Text
    reason: Text
    words: Words
    due_at: AwareDatetime


class Refused(Exception):
    """The request is not taken."""

    def __init__(self, words: str, status: int) -> None:
        super().__init__(words)
        self.answer = jsonify({"error": words}), status


def add(
    app: Flask,
    settings: RegistrationSettings,
    roster: Roster,
    memory: Memory,
    csrf: CSRFProtect,
) -> None:
    """200 kept, 400 malformed, 401 not believed, 404 unknown, 409 contradicts."""
    keys = settings.known_results_keys

    @app.errorhandler(Refused)
    def refuse(refused: Refused) -> Answer:
        return refused.answer

    @app.post("/api/results")
    @csrf.exempt  # type: ignore[untyped-decorator]
    def receive() -> Answer:
        given = _read(PushedResult, keys, memory, roster)
        fields = given.model_dump(mode="json")
        result = Result(**{field.name: fields[field.name] for field in dc.fields(Result)})
        return _kept(memory.keep(result, now=now()))

    @app.get("/api/results/held")
    def held() -> Answer:
        _believed("GET", keys, memory)
        exam = request.args.get("exam", "")
        outcomes = {
            outcome: {"count": count, "digest": digest}
            for outcome, (count, digest) in memory.held(exam).items()
        }
        return jsonify({"exam": exam, "outcomes": outcomes}), 200

    @app.post("/api/corrections")
    @csrf.exempt  # type: ignore[untyped-decorator]
    def receive_correction() -> Answer:
        given = _read(PushedCorrection, keys, memory, roster)
        return _kept(memory.keep_correction(Correction(**given.model_dump(mode="json")), now=now()))


def _read(kind: type[Body], keys: dict[str, str], memory: Memory, roster: Roster) -> Body:
    """A believed and well-formed body about somebody who is registered here. Raises Refused."""
    _believed("POST", keys, memory)
    try:
        given = kind.model_validate_json(request.get_data())
    except ValidationError as error:
        places = [".".join(map(str, e["loc"])) or "body" for e in error.errors()]
        raise Refused(f"malformed: {', '.join(places)}", 400) from None
    named = given.model_dump()
    known = roster.find(named["registration_number"])
    if known is None or known.exam != named["exam"]:
        raise Refused("no such registration", 404)
    return given


def _believed(method: str, keys: dict[str, str], memory: Memory) -> None:
    """Signed by who shares a key, and not seen before. Raises Refused."""
    path = request.full_path.rstrip("?")
    try:
        proof = verify(method, path, request.get_data(), request.headers, keys=keys, now=now())
    except BadSignature as error:
        raise Refused(str(error), 401) from None
    if not memory.use_nonce(proof.key_id, proof.nonce, now=now()):
        raise Refused("the nonce was used before", 401)


def _kept(kept: bool) -> Answer:  # noqa: FBT001 - what the memory says
    if not kept:
        return jsonify({"error": "another one stands already"}), 409
    return jsonify({"ok": True}), 200
