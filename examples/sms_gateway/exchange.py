"""What all simulated vendors share: phones, the script that they play, and carriers' receipts."""

import datetime as dt
import threading
import time
from collections.abc import Callable
from typing import Any, Literal

from examples.sms_gateway.phones import Phones, TextMessage
from examples.sms_gateway.receipts import Courier
from examples.sms_gateway.script import Stage, Step
from examples.sms_gateway.settings import GatewaySettings
from libs.common.clock import now

Reply = dict[str, Any] | Literal["unavailable", "html", "hang", "reset"]
Refused = tuple[str, str]
"""The vendor's code and words."""

ACCEPTED_ANSWERS = {"ok", "read_timeout", "reset", "internal_timeout"}
UNSPOKEN: dict[str, Reply] = {
    "unavailable": "unavailable",
    "html": "html",
    "read_timeout": "hang",
    "reset": "reset",
}
NOT_EVEN_READ = {"unavailable", "html"}


class Exchange:
    """One house of vendors: safe to share between threads."""

    def __init__(self, settings: GatewaySettings, *, phones: Phones, stage: Stage) -> None:
        self._settings = settings
        self.phones = phones
        self._stage = stage
        self._couriers: dict[str, Courier] = {}
        self._sending = threading.Lock()

    def step(self, vendor: str, phone: str) -> Step:
        """What happens to this call; it may first keep the caller waiting."""
        step = self._stage.next_for(phone, vendor)
        if step.delay_seconds:
            time.sleep(step.delay_seconds)
        return step

    def take(
        self,
        message: TextMessage | Refused,
        step: Step,
        *,
        errors: dict[str, Refused],
        receipt: Callable[[TextMessage], list[dict[str, Any]]],
        vendor: str,
    ) -> TextMessage | Refused:
        """Put a well-formed message on its phone, or say why not. Its receipt follows."""
        if isinstance(message, tuple):
            return message
        with self._sending:
            error = self._error(message, step, errors)
            if error is None:
                self.phones.deliver(message)
        if error is not None:
            return error
        self._report(message, step, receipt, vendor)
        return errors.get(step.answer) or message

    def _error(
        self, message: TextMessage, step: Step, errors: dict[str, Refused]
    ) -> Refused | None:
        limit = self._stage.hourly_limit_per_number
        if limit:
            hour_ago = message.accepted_at - dt.timedelta(hours=1)
            if self.phones.count_since(message.phone, hour_ago) >= limit:
                return errors["number_limit"]
        return None if step.answer in ACCEPTED_ANSWERS else errors.get(step.answer)

    def _courier(self, vendor: str) -> Courier:
        with self._sending:
            url = self._settings.sms_gateway_receipts_url.replace("{vendor}", vendor)
            return self._couriers.setdefault(vendor, Courier(url))

    def _report(
        self,
        message: TextMessage,
        step: Step,
        receipt: Callable[[TextMessage], list[dict[str, Any]]],
        vendor: str,
    ) -> None:
        def settled(delivered: bool) -> list[dict[str, Any]]:  # noqa: FBT001 - the carrier's word
            now_settled = self.phones.settle(message.serial, delivered=delivered, now=now())
            return receipt(now_settled or message)

        def made() -> list[dict[str, Any]]:
            return settled(step.receipt != "failed")

        courier = self._courier(vendor)
        soon = self._settings.sms_gateway_receipt_seconds
        late = self._settings.sms_gateway_late_receipt_seconds
        match step.receipt:
            case "never":
                return
            case "early":
                courier.post_now(made)
            case "late":
                courier.post_later(made, after_seconds=late)
            case "shuffled":
                courier.post_later(made, after_seconds=self._stage.lot() * late)
            case "twice":
                courier.post_later(made, after_seconds=soon)
                courier.post_later(made, after_seconds=soon * 1.5)
            case _:
                courier.post_later(made, after_seconds=soon)
