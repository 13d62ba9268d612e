"""What the SMS worker asks of any vendor: send one message, and find what was sent before."""

import dataclasses as dc
from typing import Protocol

from libs.common import logs
from libs.common.messages import SmsClass

log = logs.logger(__name__)


@dc.dataclass(frozen=True, kw_only=True)
class Sms:
    """One message to one phone. `out_id` is our own id, which the vendor echoes everywhere."""

    out_id: str
    phone: str = dc.field(repr=False)
    """Mainland number of 11 digits, or E.164."""
    template: str
    params: tuple[str, ...] = dc.field(repr=False)


@dc.dataclass(frozen=True, kw_only=True)
class Answer:
    """What the vendor said of one message, in our classes."""

    outcome: SmsClass
    code: str
    """The vendor's own code; never its words, which may repeat the number."""
    vendor_id: str | None = None
    is_listed: bool = True
    """Whether a table of ours knows the code."""


def answer(
    known: SmsClass | None, *, vendor: str, code: str, vendor_id: str | None = None
) -> Answer:
    """An answer by its class; a code without one is a fault of ours that somebody must see.

    Trying blindly again would send twice or anger the carrier.
    """
    if known is None:
        log.error("the vendor gave an unknown code", vendor=vendor, code=code[:80])
    return Answer(
        outcome=known or "content", code=code, vendor_id=vendor_id, is_listed=known is not None
    )


class NoClearAnswer(Exception):
    """The vendor did not say whether it has the message."""


class Gateway(Protocol):
    """A vendor. One call is one HTTP request: nothing here tries again."""

    vendor: str

    def send(self, sms: Sms) -> Answer:
        """Hand the message over. Never raises for what a vendor or the network may do."""

    def find(self, sms: Sms) -> Answer | None:
        """The record of the message by its `out_id`; None if the vendor clearly has none.

        Raises NoClearAnswer.
        """
