"""From a message heard to a notice with its deliveries: one notice for each fact, however often
the message comes.
"""

import dataclasses as dc
import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from libs.common import messages as m
from libs.common.logs import current_trace
from services.notify.domain.delivery import State
from services.notify.domain.facts import FACTS, Channel
from services.notify.models import Delivery, Notice
from services.notify.operations.learn import know_applications


def application_submitted(
    session: Session, message: m.ApplicationSubmitted, *, now: dt.datetime
) -> None:
    """Tell her that it is handed in and locked, with the number of the receipt (R15)."""
    know_applications(session, message.exam, [message.application_id])
    fact = "application_submitted" if message.round == 1 else "answers_submitted"
    announce(
        session,
        fact,
        about=message.submission_id,
        application_id=message.application_id,
        params={
            "submitted_at": message.submitted_at.isoformat(),
            "receipt_number": message.receipt_number,
        },
        now=now,
    )


def requests_raised(session: Session, message: m.RequestsRaised, *, now: dt.datetime) -> None:
    """Tell her what is asked for, and until when (R20)."""
    announce(
        session,
        "requests_raised",
        about=_set_of(request.request_id for request in message.requests),
        application_id=message.application_id,
        params={
            "requests": [
                {
                    "kind": r.kind,
                    "material": r.material,
                    "fact": r.fact,
                    "due_at": r.due_at.isoformat(),
                }
                for r in message.requests
            ]
        },
        now=now,
    )


def requests_overdue(session: Session, message: m.RequestsOverdue, *, now: dt.datetime) -> None:
    """Tell her that the due time has passed (R21)."""
    announce(
        session,
        "requests_overdue",
        about=_set_of(message.requests),
        application_id=message.application_id,
        params={"overdue_at": message.overdue_at.isoformat()},
        now=now,
    )


def case_advanced(session: Session, message: m.CaseAdvanced, *, now: dt.datetime) -> None:
    """Tell her the stage, and nothing of an outcome (R23)."""
    announce(
        session,
        "case_advanced",
        about=f"{message.case_id}:{message.round}:{message.stage}",
        application_id=message.application_id,
        params={"stage": message.stage},
        now=now,
    )


def application_locked(session: Session, message: m.ApplicationLocked, *, now: dt.datetime) -> None:
    """Tell her that the window ended without a submission (R13)."""
    know_applications(session, message.exam, [message.application_id])
    announce(
        session,
        "application_locked",
        about=f"{message.application_id}:{message.locked_at.isoformat()}",
        application_id=message.application_id,
        params={"locked_at": message.locked_at.isoformat()},
        now=now,
    )


def window_extended(session: Session, message: m.WindowExtended, *, now: dt.datetime) -> None:
    """Tell everybody concerned the new end (R14); the reason stays with the staff."""
    know_applications(session, message.exam, message.applications)
    params = {"ends_at": message.ends_at.isoformat()}
    announce_all(
        session,
        "window_extended",
        [About(f"{a}:{params['ends_at']}", a, params) for a in message.applications],
        now=now,
    )


def results_published(session: Session, message: m.ResultsPublished, *, now: dt.datetime) -> None:
    """Tell everybody of this part that there is a result; which one, only the page says (R24)."""
    know_applications(session, message.exam, (r.application_id for r in message.results))
    params = {"published_at": message.published_at.isoformat()}
    announce_all(
        session,
        "results_published",
        [
            About(f"{r.application_id}:{message.batch_id}", r.application_id, params)
            for r in message.results
        ],
        now=now,
    )


def announce(
    session: Session,
    fact: str,
    *,
    about: object,
    application_id: UUID | None,
    params: dict[str, Any],
    now: dt.datetime,
    language: str | None = None,
) -> UUID | None:
    """Make one notice and what delivers it. None if the fact `about` this was told before."""
    told = About(about=str(about), application_id=application_id, params=params)
    made = announce_all(session, fact, [told], now=now, language=language)
    return made[0] if made else None


@dc.dataclass(frozen=True)
class About:
    """What one notice is about: `about` tells it from other notices of the same fact."""

    about: str
    application_id: UUID | None
    params: dict[str, Any]


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
    shared = {"fact": fact, "language": language, "trace": current_trace()}
    rows = [
        {
            **shared,
            "key": f"{fact}:{one.about}",
            "application_id": one.application_id,
            "params": one.params,
        }
        for one in news
    ]
    if not rows:
        return []
    made = list(
        session.scalars(
            insert(Notice)
            .values(rows)
            .on_conflict_do_nothing(index_elements=[Notice.key])
            .returning(Notice.id)
        )
    )
    due = {"state": State.QUEUED, "due_at": now}
    waiting = [c for c in FACTS[fact].channels if c is not Channel.CODE]
    if made and waiting:
        deliveries = [{"notice_id": i, "channel": c, **due} for i in made for c in waiting]
        session.execute(insert(Delivery).values(deliveries))
    return made


def _set_of(ids: Iterable[UUID]) -> str:
    """One short name for a set of ids, whatever their order."""
    return hashlib.sha256(",".join(sorted(map(str, ids))).encode()).hexdigest()
