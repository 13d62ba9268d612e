"""One notice for each fact, however often its message comes, with what delivers it."""

import dataclasses as dc
import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from libs.common.logs import current_trace
from services.notify.domain.delivery import State
from services.notify.domain.facts import FACTS, Channel
from services.notify.domain.ladder import call_at
from services.notify.models.notice import Delivery, Notice

_MADE_HERE = frozenset({Channel.IN_APP, Channel.SMS})
"""The channels whose deliveries wait to be due; a code is sent by who asks for it."""


def announce(
    session: Session,
    fact: str,
    *,
    about: object,
    application_id: UUID | None,
    params: dict[str, Any],
    now: dt.datetime,
    language: str | None = None,
    due_at: dt.datetime | None = None,
) -> UUID | None:
    """Make one notice and what delivers it. None if the fact `about` this was told before."""
    told = About(str(about), application_id, params, due_at)
    made = announce_all(session, fact, [told], now=now, language=language)
    return made[0] if made else None


@dc.dataclass(frozen=True)
class About:
    """What one notice is about: `about` tells it from other notices of the same fact."""

    about: str
    application_id: UUID | None
    params: dict[str, Any]
    due_at: dt.datetime | None = None
    """When what she is told about ends: with a call in the ladder, one is due before."""


def announce_all(
    session: Session,
    fact: str,
    news: Sequence[About],
    *,
    now: dt.datetime,
    language: str | None = None,
) -> list[UUID]:
    """Make the notices that are not there yet, each with a due delivery per channel.

    A one-time code's delivery is made by who sends it: it never waits to be due.
    """
    calls = Channel.CALL in FACTS[fact].channels
    shared = {"fact": fact, "language": language, "trace": current_trace()}
    rows = [
        {
            **shared,
            "key": f"{fact}:{one.about}",
            "application_id": one.application_id,
            "params": one.params,
            "created_at": now,
            "due_at": one.due_at,
            "call_at": call_at(told_at=now, due_at=one.due_at) if calls and one.due_at else None,
        }
        for one in news
    ]
    if not rows:
        return []
    made = list(
        session.scalars(
            insert(Notice).on_conflict_do_nothing(index_elements=[Notice.key]).returning(Notice.id),
            rows,
        )
    )
    due = {"state": State.QUEUED, "due_at": now}
    waiting = [c for c in FACTS[fact].channels if c in _MADE_HERE]
    if made and waiting:
        deliveries = [{"notice_id": i, "channel": c, **due} for i in made for c in waiting]
        session.execute(insert(Delivery), deliveries)
    return made
