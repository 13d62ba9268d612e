"""The door of the queue `sms`: `celery -A workers.sms.tasks worker`."""

import functools

from libs.common import settings, worker_door
from libs.common.envelopes import Envelope
from libs.common.messages import SendSms, SmsReported
from workers.sms.sending import Sender
from workers.sms.settings import SmsSettings, check, sender_of

SETTINGS = settings.load(SmsSettings)
check(SETTINGS)


@functools.cache
def sender() -> Sender:
    """This process's sender, made at first use, after the fork."""
    return sender_of(SETTINGS)


def send_sms(message: SendSms, envelope: Envelope) -> SmsReported:
    """One command, with this process's sender."""
    return sender().send_sms(message, envelope)


app = worker_door.stateless("sms", SETTINGS.broker_url, {SendSms: send_sms})
