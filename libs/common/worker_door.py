"""The door of workers without a database: work, then the answer, which is the command's receipt.

It stands apart from the services' doors so that a worker loads no database code at all (N2).
"""

import collections
import dataclasses as dc
from collections.abc import Callable, Mapping
from typing import Any

from billiard.exceptions import TimeLimitExceeded, WorkerLostError
from celery import Celery
from celery.signals import task_failure

from libs.common import broker, life, logs
from libs.common import messages as m
from libs.common.envelopes import Envelope, answering, envelope_of, load, past_outbox
from libs.common.errors import BadMessage
from libs.common.routes import Queue

REPORTED_KEPT = 100
"""A child that is killed at the time limit is told of twice: as too slow, then as lost."""

log = logs.logger(__name__)

Answer = Callable[[Any, Envelope], m.Message]
"""What a stateless worker does: `answer(message, envelope)` returns the fact to send back."""


class WorkerTrouble(Exception):
    """Work of a stateless worker failed in a way that a later try may heal; no answer was sent."""


class Suspect(Exception):
    """The work died of this very command, as far as one can tell; the worker itself lives on."""


def stateless(
    queue: Queue,
    broker_url: str,
    answers: Mapping[type[m.Message], Answer],
    *,
    is_degraded: Callable[[], bool] = lambda: False,
) -> Celery:
    """A worker without a database: its answer is the receipt of the command.

    A handler that raises sends nothing, so the producer's outbox sends the command again later.
    When a child dies or is killed at the time limit, the parent reports Crashed to the producer.
    `is_degraded` says whether the work is done here with less than it should have: a sandbox that
    is not whole, or the second engine.
    """
    app = broker.create(queue, broker_url, stateless=True)
    broker.log_as(queue)
    life.shown(app, queue, broker_url)

    @app.task(name=f"{queue}.handle", bind=True)  # type: ignore[untyped-decorator]
    def handle(task: Any, raw: object) -> None:
        life.seen(queue, broker_url, is_degraded=is_degraded)
        redelivered = bool(task.request.delivery_info.get("redelivered"))
        reply = reply_to(raw, answers, redelivered=redelivered)
        if reply is not None:
            broker.send(app, [reply])

    reported: collections.deque[str] = collections.deque(maxlen=REPORTED_KEPT)

    @task_failure.connect(weak=False)  # type: ignore[untyped-decorator]
    def report(task_id: str, exception: BaseException, args: list[object], **_: object) -> None:
        if isinstance(exception, WorkerLostError | TimeLimitExceeded) and args:
            if task_id in reported:
                return
            reported.append(task_id)
            crash = crash_report(args[0], cause=type(exception).__name__)
            if crash is not None:
                broker.send(app, [crash])

    return app


def reply_to(
    raw: object, answers: Mapping[type[m.Message], Answer], *, redelivered: bool = False
) -> tuple[str, Envelope] | None:
    """Do a command's work; the envelope of its answer and the queue that it goes to.

    A command that cannot be understood or opened is reported as Crashed, so that its producer
    parks it in the end. None for a Ping, and for what has no producer.
    """
    try:
        envelope, message = load(raw)
        if isinstance(message, m.Ping):
            return None
        with logs.traced(envelope.trace):
            fact = _work(message, envelope, answers, redelivered=redelivered)
            log.info("command done", type=envelope.type, message=str(envelope.id))
    except BadMessage as error:
        log.warning("command not understood", reason=str(error))
        return crash_report(raw, cause=str(error))
    except Suspect as error:
        log.warning("command suspected", reason=str(error))
        return crash_report(raw, cause=str(error))
    return str(envelope.producer), answering(envelope, fact)


def _work(
    message: m.Message,
    envelope: Envelope,
    answers: Mapping[type[m.Message], Answer],
    *,
    redelivered: bool,
) -> m.Message:
    answer = answers.get(type(message))
    if answer is None or envelope.producer is None:
        raise BadMessage(f"{envelope.type} is not heard here")
    if redelivered and envelope.attempt == 1:
        envelope = dc.replace(envelope, attempt=2)
    try:
        return answer(message, envelope)
    except MemoryError as error:
        # Celery's parent raises a child's MemoryError again and dies of it.
        raise WorkerTrouble("out of memory") from error


def crash_report(raw: object, *, cause: str) -> tuple[str, Envelope] | None:
    """What is said to the producer of a command on which a worker died or gave up."""
    try:
        envelope = envelope_of(raw)
    except BadMessage:
        return None
    if envelope.producer is None:
        return None
    return envelope.producer, past_outbox(m.Crashed(command_id=envelope.id, cause=cause))
