"""The door of the queue `results`: `celery -A workers.results.tasks worker`."""

from libs.common import settings, worker_door
from libs.common.clock import now
from libs.common.envelopes import Envelope
from libs.common.messages import (
    AskResultsHeld,
    CorrectionPushed,
    PushCorrection,
    PushResult,
    ResultPushed,
    ResultsHeld,
)
from workers.results import push
from workers.results.settings import ResultsSettings

SETTINGS = settings.load(ResultsSettings)


def push_result(message: PushResult, _: Envelope) -> ResultPushed:
    """One command, signed with this process's key."""
    return push.push(message, SETTINGS, now=now())


def push_correction(message: PushCorrection, _: Envelope) -> CorrectionPushed:
    """The same for a correction."""
    return push.push_correction(message, SETTINGS, now=now())


def ask_held(message: AskResultsHeld, _: Envelope) -> ResultsHeld:
    """What the registration system holds of an exam."""
    return push.ask_held(message, SETTINGS, now=now())


app = worker_door.stateless(
    "results",
    SETTINGS.broker_url,
    {PushResult: push_result, PushCorrection: push_correction, AskResultsHeld: ask_held},
)
