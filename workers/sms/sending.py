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

    gateway: Gateway
    templates: Mapping[str, str]
    """Template of the command → the vendor's approved template id."""
    unseal: Unseal

    def send_sms(self, command: SendSms, envelope: Envelope) -> SmsReported:
        """A notice. A repeated command is first looked for at the vendor's (R22)."""
        sms = self._compose(command)
        if sms is None:
            return self._report(command, NO_TEMPLATE)
        if envelope.attempt > 1 or command.resend:
            try:
                record = self.gateway.find(sms)
            except NoClearAnswer:
                return self._report(command, SENT_BEFORE)
            if record is not None:
                return self._report(command, record)
        return self._report(command, self.gateway.send(sms))

    def send_code(self, command: SendCode, envelope: Envelope, now: dt.datetime) -> SmsReported:
        """A one-time code: sent once and in time, or not at all."""
        if envelope.attempt > 1:
            return self._report(command, SENT_BEFORE)
        if now >= command.expires_at:
            return self._report(command, EXPIRED)
        sms = self._compose(command)
        return self._report(command, NO_TEMPLATE if sms is None else self.gateway.send(sms))

    def _compose(self, command: SendSms | SendCode) -> Sms | None:
        """The message in the vendor's terms; None if the template is not known to us."""
        template = self.templates.get(command.template)
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

    def _report(self, command: SendSms | SendCode, answer: Answer) -> SmsReported:
        return SmsReported(
            delivery_id=command.delivery_id,
            outcome=answer.outcome,
            vendor=self.gateway.vendor,
            vendor_code=answer.code,
            vendor_id=answer.vendor_id,
        )
