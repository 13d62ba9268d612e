"""The door through which messages enter a service: one Celery task per queue.

It opens the one transaction, asks the inbox, and calls one operation. Retry policy and parking
live here and nowhere else; the rooms only say which message goes to which function. Workers
without a database have `worker_door`.
"""

from collections.abc import Callable, Mapping
from typing import Any

from celery import Celery
from celery.signals import worker_process_init
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from libs.common import broker, inbox, life, logs, outbox
from libs.common import messages as m
from libs.common.db import Database, is_transient
from libs.common.envelopes import Envelope, load
from libs.common.errors import BadMessage, Refusal
from libs.common.routes import Queue

log = logs.logger(__name__)

Operation = Callable[[Session, Any], None]
"""What a service does with a message: `operation(session, message)`."""
OnCrash = Callable[[Session, outbox.CrashedCommand], bool]
"""Called with a command whose worker died; True means that the service has settled it."""


def service(
    queue: Queue,
    broker_url: str,
    database: Callable[[], Database],
    operations: Mapping[type[m.Message], Operation],
    *,
    on_crash: OnCrash | None = None,
) -> Celery:
    """The consumer of a service. `database` is called once in each process, after the fork."""
    app = broker.create(queue, broker_url, stateless=False)
    broker.log_as(f"{queue}-consumer")
    life.shown(app, queue, broker_url)
    handler = ServiceDoor(database, operations, on_crash)
    worker_process_init.connect(lambda **_: handler.open(), weak=False)

    @app.task(name=f"{queue}.handle", bind=True)  # type: ignore[untyped-decorator]
    def handle(task: Any, raw: object) -> None:
        life.seen(queue, broker_url)
        handler.handle(raw, redelivered=bool(task.request.delivery_info.get("redelivered")))

    return app


class ServiceDoor:
    """How a service handles one message; usable without Celery, as the tests do."""

    def __init__(
        self,
        database: Callable[[], Database],
        operations: Mapping[type[m.Message], Operation],
        on_crash: OnCrash | None = None,
    ) -> None:
        self._make = database
        self._database: Database | None = None
        self._operations = operations
        self._on_crash = on_crash

    def open(self) -> Database:
        """The database of this process."""
        if self._database is None:
            self._database = self._make()
        return self._database

    def handle(self, raw: object, *, redelivered: bool = False) -> None:
        """One message, once: its effect and the memory of it stand in one transaction."""
        try:
            envelope, message = load(raw)
        except BadMessage as error:
            reason = str(error)
            log.warning("message parked", reason=reason)
            self.open().run(lambda s: inbox.park_unreadable(s, raw, reason))
            return
        with logs.traced(envelope.trace):
            if message.ephemeral:
                self._handle_ephemeral(message)
            else:
                self._handle_once(envelope, message, again=redelivered or envelope.attempt > 1)

    def _handle_ephemeral(self, message: m.Message) -> None:
        match message:
            case m.Receipt(ids=ids):
                self.open().run(lambda s: outbox.settle(s, ids))
            case m.Crashed(command_id=command_id, cause=cause):
                self.open().run(lambda s: self._crashed(s, command_id, cause))
            case m.Ping():
                pass
            case _:
                operation = self._operations.get(type(message))
                if operation is not None:
                    self.open().run(lambda s: operation(s, message), retry_seconds=0)

    def _handle_once(self, envelope: Envelope, message: m.Message, *, again: bool) -> None:
        database = self.open()
        if again:
            starts = database.run(lambda s: inbox.start_again(s, envelope.id))
            if starts > inbox.STARTS_BEFORE_PARKING:
                self._park(envelope, f"its handling began {starts} times without an end")
                return
        operation = self._operations.get(type(message))
        if operation is None:
            self._park(envelope, f"{envelope.type} is not heard here")
            return
        try:
            database.run(lambda s: self._effect(s, envelope, operation, message))
            log.info("message handled", type=envelope.type, message=str(envelope.id))
        except BadMessage as error:
            self._park(envelope, str(error))
        except Refusal as refusal:
            log.warning("message refused", type=envelope.type, code=refusal.code)
            database.run(lambda s: _remember(s, envelope))
        except DBAPIError as error:
            if is_transient(error):
                raise
            self._fail(envelope, error)
        except Exception as error:  # noqa: BLE001 - the door: any fault of an operation ends here
            self._fail(envelope, error)

    @staticmethod
    def _effect(
        session: Session, envelope: Envelope, operation: Operation, message: m.Message
    ) -> None:
        if inbox.once(session, envelope):
            operation(session, message)

    def _fail(self, envelope: Envelope, error: Exception) -> None:
        """Count a failure; the producer sends again later, until the message is parked."""
        cause = logs.redact(f"{type(error).__name__}: {error}")[:300]
        log.error("message failed", type=envelope.type, message=str(envelope.id), exc_info=error)
        starts = self.open().run(lambda s: inbox.start_again(s, envelope.id, cause))
        if starts >= inbox.STARTS_BEFORE_PARKING:
            self._park(envelope, cause)

    def _park(self, envelope: Envelope, reason: str) -> None:
        log.error("message parked", type=envelope.type, message=str(envelope.id), reason=reason)
        self.open().run(lambda s: inbox.park(s, envelope, reason))

    def _crashed(self, session: Session, command_id: m.MessageId, cause: str) -> None:
        command = outbox.count_crash(session, command_id)
        if command is None:
            return
        log.error("worker died on a command", type=command.type, crashes=command.crashes)
        if self._on_crash is not None and self._on_crash(session, command):
            outbox.settle(session, [command.id])
        elif command.crashes >= outbox.CRASHES_BEFORE_PARKING:
            outbox.park(session, command, f"failed in its worker {command.crashes} times: {cause}")


def _remember(session: Session, envelope: Envelope) -> None:
    inbox.once(session, envelope)
