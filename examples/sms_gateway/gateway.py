"""One call to the simulated vendor: checked, played by the script, answered, and reported later."""

import datetime as dt
import threading
import time
from typing import Any, Literal

from examples.sms_gateway import tencent
from examples.sms_gateway.phones import Phones, TextMessage
from examples.sms_gateway.receipts import Courier
from examples.sms_gateway.script import Stage, Step
from examples.sms_gateway.settings import GatewaySettings
from libs.common.clock import now

Reply = dict[str, Any] | Literal["unavailable", "html", "hang", "reset"]

ACCEPTED_ANSWERS = {"ok", "read_timeout", "reset", "internal_timeout"}
UNSPOKEN: dict[str, Reply] = {
    "unavailable": "unavailable",
    "html": "html",
    "read_timeout": "hang",
    "reset": "reset",
}


class TencentGateway:
    """The vendor's account: its templates, its phones, and the script that it plays."""

    def __init__(
        self, settings: GatewaySettings, templates: dict[str, str], *, phones: Phones, stage: Stage
    ) -> None:
        self._settings = settings
        self._templates = templates
        self._phones = phones
        self._stage = stage
        self._courier = Courier(settings.sms_gateway_receipts_url)
        self._sending = threading.Lock()

    def call(self, action: str, given: dict[str, Any]) -> Reply:
        """Answer a signed call. Raises tencent.Fault."""
        if action == "SendSms":
            return self._send(given)
        if action == "PullSmsSendStatusByPhoneNumber":
            records = tencent.pull(given, self._phones, now=now())
            return {"PullSmsSendStatusSet": records}
        raise tencent.Fault("InvalidAction", "the action is not known here")

    def _send(self, given: dict[str, Any]) -> Reply:
        numbers = tencent.check_send(given, app_id=self._settings.tencent_app_id)
        step = self._stage.next_for(numbers[0])
        if step.delay_seconds:
            time.sleep(step.delay_seconds)
        if step.answer == "throttled":
            raise tencent.Fault("RequestLimitExceeded", "the request rate limit is exceeded")
        if step.answer in {"unavailable", "html"}:
            return UNSPOKEN[step.answer]
        statuses = [self._send_one(given, number, step) for number in numbers]
        return UNSPOKEN.get(step.answer) or {"SendStatusSet": statuses}

    def _send_one(self, given: dict[str, Any], number: str, step: Step) -> dict[str, Any]:
        with self._sending:
            message = tencent.compose(
                given,
                number,
                sign=self._settings.tencent_sign_name,
                templates=self._templates,
                now=now(),
            )
            error = self._error(message, step)
            if isinstance(message, TextMessage) and step.answer in ACCEPTED_ANSWERS and not error:
                self._phones.deliver(message)
        if isinstance(message, tuple):
            return tencent.refusal_of(number, given, code=message[0], words=message[1])
        if error is None:
            self._report(message, step)
            error = tencent.NUMBER_ERRORS.get(step.answer)
        if error is not None:
            return tencent.refusal_of(number, given, code=error[0], words=error[1])
        return tencent.status_of(message)

    def _error(self, message: TextMessage | tuple[str, str], step: Step) -> tuple[str, str] | None:
        """Why a well-formed message is not accepted, if so."""
        limit = self._stage.hourly_limit_per_number
        if limit and isinstance(message, TextMessage):
            hour_ago = message.accepted_at - dt.timedelta(hours=1)
            if self._phones.count_since(message.phone, hour_ago) >= limit:
                return tencent.NUMBER_ERRORS["number_limit"]
        if step.answer in ACCEPTED_ANSWERS:
            return None
        return tencent.NUMBER_ERRORS.get(step.answer)

    def _report(self, message: TextMessage, step: Step) -> None:
        def receipt() -> list[dict[str, Any]]:
            delivered = step.receipt != "failed"
            settled = self._phones.settle(message.serial, delivered=delivered, now=now())
            return tencent.receipt_of(settled or message)

        soon = self._settings.sms_gateway_receipt_seconds
        match step.receipt:
            case "never":
                return
            case "early":
                self._courier.post_now(receipt)
            case "late":
                late = self._settings.sms_gateway_late_receipt_seconds
                self._courier.post_later(receipt, after_seconds=late)
            case "twice":
                self._courier.post_later(receipt, after_seconds=soon)
                self._courier.post_later(receipt, after_seconds=soon * 1.5)
            case _:
                self._courier.post_later(receipt, after_seconds=soon)
