"""Forgets what only guarded an entry, waited for a yes, or is past its time."""

import datetime as dt

from sqlalchemy import delete
from sqlalchemy.orm import Session

from libs.common.signing import CLOCK_LEEWAY_SECONDS
from services.upload.domain.activation import FORGET_FAILURES_HOURS
from services.upload.models.candidate import ApiNonce, Guard, LaunchToken, VisitRate
from services.upload.operations import erasure, phone_links, purging, shrunk, strays

KEEP_TOKENS_HOURS = 24
"""Far longer than a token can be believed."""


def sweep(session: Session, *, now: dt.datetime) -> None:
    """Once a minute, in the tick of its first second."""
    if now.second:
        return
    # It takes windows before applications; what the others lock, they lock without waiting.
    erasure.carry_out_due(session)
    shrunk.expire(session)
    erasure.remove_deleted(session)
    purging.ask_due(session)
    strays.begin_due(session)
    phone_links.sweep(session, now=now)
    session.execute(
        delete(Guard).where(Guard.last_at < now - dt.timedelta(hours=FORGET_FAILURES_HOURS))
    )
    session.execute(
        delete(LaunchToken).where(
            LaunchToken.expires_at < now - dt.timedelta(hours=KEEP_TOKENS_HOURS)
        )
    )
    session.execute(
        delete(ApiNonce).where(
            ApiNonce.used_at < now - dt.timedelta(seconds=2 * CLOCK_LEEWAY_SECONDS)
        )
    )
    session.execute(delete(VisitRate).where(VisitRate.since < now - dt.timedelta(minutes=5)))
