"""A tick of the clock does several things: what fails of them holds up none of the others."""

from collections.abc import Callable, Mapping

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from libs.common.logs import logger

log = logger(__name__)


def each(session: Session, parts: Mapping[str, Callable[[], object]]) -> None:
    """Do each part behind a savepoint of its own; the next tick tries again what failed.

    Raises DBAPIError when the connection is gone, which concerns all of them.
    """
    for name, part in parts.items():
        try:
            with session.begin_nested():
                part()
        except Exception as error:
            if isinstance(error, DBAPIError) and error.connection_invalidated:
                raise
            log.exception("part of a tick failed", part=name)


def apart(session: Session, part: Callable[[Session], object]) -> None:
    """Do the part in a transaction of its own, beside the tick's: what it waits for, it waits for
    without the locks of the other parts. It goes first: it would wait for theirs.
    """
    with Session(session.get_bind()) as own, own.begin():
        part(own)
