"""What the gateway accepted: the text messages on their way to the simulated phones."""

import dataclasses as dc
import datetime as dt
import threading
from collections import OrderedDict
from typing import Literal

MAX_MESSAGES = 60_000
"""Oldest messages are forgotten beyond this, so that a long rehearsal fits into memory."""
SINGLE_PART_CHARACTERS = 70
LONG_PART_CHARACTERS = 67
"""Chinese carriers bill 70 characters, or 67 for each part of a longer text, signature included."""

Status = Literal["on_its_way", "delivered", "failed"]


@dc.dataclass(frozen=True, kw_only=True)
class TextMessage:
    """One accepted message to one number."""

    serial: str
    phone: str
    """E.164, such as +8613800000000."""
    sign: str
    template: str
    body: str
    out_id: str
    """The sender's own id, which the vendor echoes."""
    accepted_at: dt.datetime
    status: Status = "on_its_way"
    settled_at: dt.datetime | None = None

    @property
    def text(self) -> str:
        """As it stands on the phone: signature and body."""
        return f"【{self.sign}】{self.body}"

    @property
    def parts(self) -> int:
        """How many messages the carrier bills."""
        length = len(self.text)
        return 1 if length <= SINGLE_PART_CHARACTERS else -(-length // LONG_PART_CHARACTERS)


class Phones:
    """All simulated phones; safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._messages: OrderedDict[str, TextMessage] = OrderedDict()
        self._by_phone: dict[str, list[str]] = {}

    def deliver(self, message: TextMessage) -> None:
        """Put a message into its phone's inbox."""
        with self._lock:
            self._messages[message.serial] = message
            self._by_phone.setdefault(message.phone, []).append(message.serial)
            while len(self._messages) > MAX_MESSAGES:
                serial, oldest = self._messages.popitem(last=False)
                self._by_phone[oldest.phone].remove(serial)

    def settle(self, serial: str, *, delivered: bool, now: dt.datetime) -> TextMessage | None:
        """Note that the carrier has reported; the first report stands."""
        with self._lock:
            message = self._messages.get(serial)
            if message is not None and message.settled_at is None:
                status: Status = "delivered" if delivered else "failed"
                message = dc.replace(message, status=status, settled_at=now)
                self._messages[serial] = message
            return message

    def inbox(self, phone: str) -> list[TextMessage]:
        """One phone's messages, newest first."""
        with self._lock:
            serials = self._by_phone.get(phone, [])
            return [self._messages[serial] for serial in reversed(serials)]

    def by_out_id(self, out_id: str) -> TextMessage | None:
        """The message that its sender called so."""
        with self._lock:
            found = (m for m in reversed(self._messages.values()) if m.out_id == out_id)
            return next(found, None)

    def newest(self, limit: int) -> list[tuple[TextMessage, int]]:
        """Per phone its newest message and how many it has; newest phone first."""
        with self._lock:
            seen: dict[str, tuple[TextMessage, int]] = {}
            for message in reversed(self._messages.values()):
                if message.phone not in seen:
                    seen[message.phone] = (message, len(self._by_phone[message.phone]))
                    if len(seen) == limit:
                        break
            return list(seen.values())

    def count_since(self, phone: str, since: dt.datetime) -> int:
        """How many messages the phone was sent since that instant."""
        return sum(message.accepted_at >= since for message in self.inbox(phone))

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._messages.clear()
            self._by_phone.clear()
