"""The door of the queue `codes`: `celery -A workers.sms.codes worker`.

A process of its own, so that bulk notices never stand before a one-time code.
"""

import functools

from libs.common import settings, worker_door
from libs.common.clock import now
from libs.common.envelopes import Envelope
from libs.common.messages import SendCode, SmsReported
from workers.sms.sending import Sender
from workers.sms.settings import SmsSettings, check, sender_of

SETTINGS = settings.load(SmsSettings)
check(SETTINGS)


@functools.cache
def sender() -> Sender:
    """This process's sender, made at first use, after the fork."""
    return sender_of(SETTINGS)


def send_code(message: SendCode, envelope: Envelope) -> SmsReported:
    """One command, with this process's sender."""
    return sender().send_code(message, envelope, now())


app = worker_door.stateless("codes", SETTINGS.broker_url, {SendCode: send_code})
