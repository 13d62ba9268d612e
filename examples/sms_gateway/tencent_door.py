"""One signed call to the simulated Tencent: checked, played by the script, answered."""

from typing import Any

from examples.sms_gateway import tencent
from examples.sms_gateway.exchange import NOT_EVEN_READ, UNSPOKEN, Exchange, Reply
from examples.sms_gateway.script import Step
from examples.sms_gateway.settings import GatewaySettings
from libs.common.clock import now


class TencentDoor:
    """The vendor's account and its templates."""

    def __init__(
        self, settings: GatewaySettings, templates: dict[str, str], exchange: Exchange
    ) -> None:
        self._settings = settings
        self._templates = templates
        self._exchange = exchange

    def call(self, action: str, given: dict[str, Any]) -> Reply:
        """Answer a signed call. Raises tencent.Fault."""
        if action == "SendSms":
            return self._send(given)
        if action == "PullSmsSendStatusByPhoneNumber":
            records = tencent.pull(given, self._exchange.phones, now=now())
            return {"PullSmsSendStatusSet": records}
        raise tencent.Fault("InvalidAction", "the action is not known here")

    def _send(self, given: dict[str, Any]) -> Reply:
        numbers = tencent.check_send(given, app_id=self._settings.tencent_app_id)
        step = self._exchange.step("tencent", numbers[0])
        if step.answer == "throttled":
            raise tencent.Fault("RequestLimitExceeded", "the request rate limit is exceeded")
        if step.answer in NOT_EVEN_READ:
            return UNSPOKEN[step.answer]
        statuses = [self._send_one(given, number, step) for number in numbers]
        return UNSPOKEN.get(step.answer) or {"SendStatusSet": statuses}

    def _send_one(self, given: dict[str, Any], number: str, step: Step) -> dict[str, Any]:
        message = tencent.compose(
            given,
            number,
            sign=self._settings.tencent_sign_name,
            templates=self._templates,
            now=now(),
        )
        taken = self._exchange.take(
            message,
            step,
            errors=tencent.NUMBER_ERRORS,
            receipt=tencent.receipt_of,
            vendor="tencent",
        )
        if isinstance(taken, tuple):
            return tencent.refusal_of(number, given, code=taken[0], words=taken[1])
        return tencent.status_of(taken)
