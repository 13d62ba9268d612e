"""Envelopes: how a message travels, and how it becomes JSON and a message again.

Who sends gives it one of three: a service's outbox makes its own (`outbox.claim`), a worker
without a database `answering`s a command, and what nobody waits for goes `past_outbox`.
"""

import dataclasses as dc
import datetime as dt
import uuid
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter, ValidationError

from libs.common.clock import now
from libs.common.errors import BadMessage
from libs.common.logs import current_trace
from libs.common.messages import MESSAGES, Message, MessageId


@dc.dataclass(frozen=True, kw_only=True)
class Envelope:
    """A message on its way.

    `id` names the message for the inbox; `producer` is the service whose outbox waits for the
    receipt (None for what is sent past an outbox); `answers` is the command that a stateless
    worker's fact settles; `attempt` is 1 for the first send, `trace` 32 hex digits that follow
    a request from the browser to the SMS.
    """

    id: MessageId
    type: str
    v: int
    trace: str
    at: dt.datetime
    producer: str | None
    answers: MessageId | None
    attempt: int
    body: dict[str, Any]


M = TypeVar("M", bound=Message)
_ENVELOPE = TypeAdapter(Envelope)
_BODIES: dict[type[Message], TypeAdapter[Any]] = {m: TypeAdapter(m) for m in MESSAGES.values()}


def body_of(message: Message) -> dict[str, Any]:
    """The message's fields as JSON values."""
    return cast("dict[str, Any]", _BODIES[type(message)].dump_python(message, mode="json"))


def read_body(kind: type[M], body: dict[str, Any]) -> M:
    """The message again, out of the fields that `body_of` gave."""
    return cast("M", _BODIES[kind].validate_python(body))


def answering(command: Envelope, fact: Message) -> Envelope:
    """The envelope of a worker's answer: one command always gives one id, so copies are one."""
    return Envelope(
        id=MessageId(uuid.uuid5(command.id, type(fact).__name__)),
        type=type(fact).__name__,
        v=fact.version,
        trace=command.trace,
        at=now(),
        producer=None,
        answers=command.id,
        attempt=1,
        body=body_of(fact),
    )


def past_outbox(message: Message, *, at: dt.datetime | None = None) -> Envelope:
    """The envelope of an ephemeral message."""
    return Envelope(
        id=MessageId(uuid.uuid4()),
        type=type(message).__name__,
        v=message.version,
        trace=current_trace(),
        at=at or now(),
        producer=None,
        answers=None,
        attempt=1,
        body=body_of(message),
    )


def dump(envelope: Envelope) -> dict[str, Any]:
    """The envelope as JSON values, as it stands in Redis."""
    return cast("dict[str, Any]", _ENVELOPE.dump_python(envelope, mode="json"))


def envelope_of(raw: object) -> Envelope:
    """The envelope alone, whatever it holds. Raises BadMessage with a sentence."""
    try:
        return _ENVELOPE.validate_python(raw)
    except ValidationError as error:
        raise BadMessage(f"not an envelope: {_places(error)}") from None


def load(raw: object) -> tuple[Envelope, Message]:
    """Envelope and message of what came from a queue. Raises BadMessage with a sentence."""
    envelope = envelope_of(raw)
    contract = MESSAGES.get(envelope.type)
    if contract is None:
        raise BadMessage(f"unknown type {envelope.type[:60]!r}")
    if envelope.v != contract.version:
        raise BadMessage(f"{envelope.type} of version {envelope.v}, known is {contract.version}")
    try:
        return envelope, _BODIES[contract].validate_python(envelope.body)
    except ValidationError as error:
        raise BadMessage(f"{envelope.type} of the wrong shape: {_places(error)}") from None


def _places(error: ValidationError) -> str:
    """Where and how the shape is wrong; never the values, which may be personal."""
    return "; ".join(
        f"{'.'.join(str(p) for p in e['loc']) or 'it'}: {e['type']}" for e in error.errors()[:5]
    )
