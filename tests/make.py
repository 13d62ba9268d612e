"""Builders of what several rooms' tests need: whole and valid, changed word by word."""

import uuid
from typing import Any

from libs.common.clock import now
from libs.common.envelopes import Envelope, body_of, dump, load
from libs.common.messages import MESSAGES, Message, MessageId


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
