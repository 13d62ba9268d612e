"""One service's database: connections with time limits, and transactions as doors open them."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TypeVar, cast

from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import Engine, ExceptionContext
from sqlalchemy.exc import DataError, DBAPIError, ProgrammingError
from sqlalchemy.orm import Session, sessionmaker

from libs.common.logs import logger

T = TypeVar("T")
log = logger(__name__)

RETRY_SECONDS = 30
"""A crashed PostgreSQL was back after 2.6 s; a failover takes longer."""

_OPTIONS = (
    "-c TimeZone=UTC -c lock_timeout=5s -c statement_timeout=20s"
    " -c idle_in_transaction_session_timeout=60s -c client_connection_check_interval=5s"
)
# Classes 08 connection, 40 rollback, 53 resources, 57 intervention; 55P03 lock not available.
_TRANSIENT = ("08", "40", "53", "57", "55P03")
_ABOUT_DATA = "22"


class Database:
    """The engine of one service. Create it after forking."""

    def __init__(self, url: str, *, process: str, pool_size: int = 8) -> None:
        self.engine: Engine = create_engine(
            url.replace("postgresql://", "postgresql+psycopg2://", 1),
            pool_pre_ping=True,
            # An error's text ends in a log; the values of a statement may be personal (R26).
            hide_parameters=True,
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_timeout=5,
            pool_recycle=1800,
            connect_args={
                "connect_timeout": 3,
                "options": _OPTIONS,
                "application_name": process,
                "keepalives_idle": 10,
                "keepalives_interval": 5,
                "keepalives_count": 3,
            },
        )
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)

        event.listen(self.engine, "handle_error", _without_values)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """The one transaction of a door: commits at the end, rolls back on any exception."""
        with self._sessions() as session, session.begin():
            yield session

    def run(self, work: Callable[[Session], T], *, retry_seconds: float = RETRY_SECONDS) -> T:
        """`work` in a transaction, again after a disconnect, deadlock or lock time-out.

        Only for work that may run twice: a lost COMMIT answer looks like a disconnect.
        """
        give_up = time.monotonic() + retry_seconds
        pause = 0.05
        while True:
            try:
                with self.transaction() as session:
                    return work(session)
            except DBAPIError as error:
                if not is_transient(error) or time.monotonic() + pause > give_up:
                    raise
                log.warning("database trouble, trying again", error=type(error.orig).__name__)
                time.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311 - jitter, no secret
                pause = min(pause * 2, 2.0)


def _without_values(context: ExceptionContext) -> None:
    """Leave of the server's words the first line alone, and of what it says of data nothing: the
    rest quotes the statement with its values, or a whole row, and errors end in logs (R26).
    """
    code = getattr(context.original_exception, "pgcode", None)
    if code is None:
        return
    first = str(context.original_exception).partition("\n")[0]
    words = f"{code}: values of the wrong shape" if code.startswith(_ABOUT_DATA) else first
    context.original_exception.args = (words,)
    if context.sqlalchemy_exception is not None:
        kind = type(context.original_exception)
        context.sqlalchemy_exception.args = (f"({kind.__module__}.{kind.__name__}) {words}",)


def is_transient(error: DBAPIError) -> bool:
    """Whether trying again can help. A crash of the server surfaces as an error without code."""
    code = getattr(error.orig, "pgcode", None)
    if code is None:
        return not isinstance(error, ProgrammingError | DataError)
    return error.connection_invalidated or str(code).startswith(_TRANSIENT)


def database_now(session: Session) -> datetime:
    """The database's clock at this very statement, aware, UTC: the clock that decides (R12)."""
    return cast("datetime", session.execute(text("SELECT clock_timestamp()")).scalar_one())
