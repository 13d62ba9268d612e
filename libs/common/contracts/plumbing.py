"""The plumbing itself: the clock, receipts, crashes, pings."""

import dataclasses as dc
import datetime as dt
from typing import ClassVar

from libs.common.contracts.message import Message, MessageId


@dc.dataclass(frozen=True, kw_only=True)
class DeadlineTick(Message):
    """deadlines → upload, review, notify. The clock; decides nothing."""

    ephemeral: ClassVar[bool] = True
    now: dt.datetime


@dc.dataclass(frozen=True, kw_only=True)
class Receipt(Message):
    """consumer → producer. These messages were handled; their outbox rows are settled."""

    ephemeral: ClassVar[bool] = True
    ids: tuple[MessageId, ...]


@dc.dataclass(frozen=True, kw_only=True)
class Crashed(Message):
    """A stateless worker's parent → the command's producer: the child died on this message."""

    ephemeral: ClassVar[bool] = True
    command_id: MessageId
    cause: str


@dc.dataclass(frozen=True, kw_only=True)
class Ping(Message):
    """deadlines → every queue. A worker that sees none for a minute is not eating."""

    ephemeral: ClassVar[bool] = True
