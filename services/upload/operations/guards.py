"""Soft locks at the entries: they count failures in the database and double (R2, ASVS 6.3).

A refusal that must be remembered is returned, not raised: raising would roll the count back.
"""

import datetime as dt

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from libs.common.db import database_now
from libs.common.errors import Refusal
from services.upload.domain.activation import FORGET_FAILURES_HOURS, lock_seconds
from services.upload.models.candidate import Guard
from services.upload.operations.actors import HOME_ZONE, wall


def enter(session: Session, key: bytes) -> Guard:
    """The counter under this key, locked: attempts on one name follow one another.

    Raises Refusal `too_many_failures` with `minutes` and `until` while it rests.
    """
    session.execute(insert(Guard).values(key=key, failures=0).on_conflict_do_nothing())
    guard = session.get_one(Guard, key, with_for_update=True, populate_existing=True)
    now = database_now(session)
    if guard.locked_until is not None and now < guard.locked_until:
        minutes = -(-(guard.locked_until - now) // dt.timedelta(minutes=1))
        # Rounded up to the minute, as clocks on walls show it.
        until = wall(guard.locked_until + dt.timedelta(seconds=59), HOME_ZONE)
        raise Refusal("too_many_failures", minutes=max(1, minutes), until=until.split(" ")[1])
    if now - guard.last_at > dt.timedelta(hours=FORGET_FAILURES_HOURS):
        guard.failures = 0
    return guard


def failed(session: Session, guard: Guard) -> None:
    """One failure more; from the fifth on the entry rests, each time twice as long."""
    now = database_now(session)
    guard.failures += 1
    guard.last_at = now
    seconds = lock_seconds(guard.failures)
    guard.locked_until = now + dt.timedelta(seconds=seconds) if seconds else None


def succeeded(guard: Guard) -> None:
    """The count begins anew."""
    guard.failures, guard.locked_until = 0, None
