"""Builders of what several rooms' tests need: whole and valid, changed word by word."""

import uuid
from typing import Any

from libs.common.clock import now
from libs.common.envelopes import Envelope, body_of, dump, load
from libs.common.messages import MESSAGES, Message, MessageId
from services.upload.domain import registration

FACTS = {
    "level": "physician",
    "category": "clinical",
    "route": "degree",
    "education": "bachelor",
    "education_mode": "full_time",
    "education_origin": "mainland",
    "chsi_verifiable": "true",
    "id_type": "mainland",
    "unit_kind": "tertiary_hospital",
}
"""A bachelor of clinical medicine after her probation year at a tertiary hospital."""


def id_number(serial: int, *, born: str = "19980504") -> str:
    """A made-up number of the area 120000 with a check symbol that fits."""
    digits = f"120000{born}{serial % 1000:03d}"
    pairs = zip(registration.ID_WEIGHTS, digits, strict=True)
    return digits + registration.ID_CHECK[sum(w * int(d) for w, d in pairs) % 11]


def envelope(message: Message, *, producer: str = "upload", **changes: Any) -> Envelope:
    """The message as the producer's relay sends it for the first time."""
    return _envelope(type(message), body_of(message), producer=producer, **changes)


def message_of(kind: str, body: dict[str, Any]) -> Message:
    """The message that a row of an outbox holds, as its hearer would read it."""
    return load(dump(_envelope(MESSAGES[kind], body)))[1]


def _envelope(kind: type[Message], body: dict[str, Any], **changes: Any) -> Envelope:
    plain: dict[str, Any] = {
        "id": MessageId(uuid.uuid4()),
        "type": kind.__name__,
        "v": kind.version,
        "trace": uuid.uuid4().hex,
        "at": now(),
        "producer": None,
        "answers": None,
        "attempt": 1,
        "body": body,
    }
    return Envelope(**(plain | changes))
