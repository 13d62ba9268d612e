"""The rules of sending: what is handed to the vendor, and what never is a second time."""

import dataclasses as dc
import datetime as dt
from collections.abc import Callable, Mapping

from libs.common import logs
from libs.common.envelopes import Envelope
from libs.common.errors import BadMessage
from libs.common.messages import Sealed, SendCode, SendSms, SmsReported
from workers.sms.gateways import Answer, Gateway, NoClearAnswer, Sms

log = logs.logger(__name__)

Unseal = Callable[[Sealed], dict[str, object]]

EXPIRED = Answer(outcome="unknown", code="NotSent.Expired")
SENT_BEFORE = Answer(outcome="unknown", code="NotSent.MayHaveBeenSentBefore")
NO_TEMPLATE = Answer(outcome="content", code="NotSent.NoTemplate")
"""Codes of our own, for what the vendor was not asked to do."""


@dc.dataclass(frozen=True)
class Sender:
    """Turns a command into one message at the vendor's, and what came of it into a fact."""

    gateways: Mapping[str, Gateway]
    """Vendor → its gateway; the first serves commands that name none of them."""
    templates: Mapping[str, Mapping[str, str]]
    """Vendor → template of the command → the vendor's approved template id."""
    unseal: Unseal

    def send_sms(self, command: SendSms, envelope: Envelope) -> SmsReported:
        """A notice. A repeated command is first looked for at the vendor's (R22)."""
        gateway = self._gateway(command)
        sms = self._compose(command, gateway)
        if sms is None:
            return self._report(command, gateway, NO_TEMPLATE)
        if envelope.attempt > 1 or command.resend:
            try:
                record = gateway.find(sms)
            except NoClearAnswer:
                return self._report(command, gateway, SENT_BEFORE)
            if record is not None:
                return self._report(command, gateway, record)
        return self._report(command, gateway, gateway.send(sms))

    def send_code(self, command: SendCode, envelope: Envelope, now: dt.datetime) -> SmsReported:
        """A one-time code: sent once and in time, or not at all."""
        gateway = self._gateway(command)
        if envelope.attempt > 1:
            return self._report(command, gateway, SENT_BEFORE)
        if now >= command.expires_at:
            return self._report(command, gateway, EXPIRED)
        sms = self._compose(command, gateway)
        return self._report(command, gateway, NO_TEMPLATE if sms is None else gateway.send(sms))

    def _gateway(self, command: SendSms | SendCode) -> Gateway:
        first = next(iter(self.gateways.values()))
        return self.gateways.get(command.vendor, first)

    def _compose(self, command: SendSms | SendCode, gateway: Gateway) -> Sms | None:
        """The message in the vendor's terms; None if the template is not known to us."""
        template = self.templates.get(gateway.vendor, {}).get(command.template)
        if template is None:
            log.error("template has no id at the vendor", template=command.template)
            return None
        secret = self.unseal(command.secret)
        phone, params = secret.get("phone"), secret.get("params", [])
        if not isinstance(phone, str) or not isinstance(params, list):
            raise BadMessage(f"{type(command).__name__}: no phone or params under the seal")
        return Sms(
            out_id=str(command.delivery_id),
            phone=phone,
            template=template,
            params=tuple(str(word) for word in params),
        )

    def _report(self, command: SendSms | SendCode, gateway: Gateway, answer: Answer) -> SmsReported:
        return SmsReported(
            delivery_id=command.delivery_id,
            outcome=answer.outcome,
            vendor=gateway.vendor,
            vendor_code=answer.code,
            vendor_id=answer.vendor_id,
            is_listed=answer.is_listed,
        )
