"""From a message heard to what is told: each fact with the words that it needs."""

import datetime as dt
import hashlib
from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from libs.common import messages as m
from services.notify.models.ladder import Request
from services.notify.operations.learn import know_application, know_applications
from services.notify.operations.notices import About, announce, announce_all


def application_submitted(
    session: Session, message: m.ApplicationSubmitted, *, now: dt.datetime
) -> None:
    """Tell her that it is handed in and locked, with the number of the receipt (R15)."""
    know_application(
        session,
        exam=message.exam,
        site=message.site,
        application_id=message.application_id,
        number=message.registration_number,
        round_=message.round,
    )
    announce(
        session,
        _submitted_as(session, message),
        about=message.submission_id,
        application_id=message.application_id,
        params={
            "submitted_at": message.submitted_at.isoformat(),
            "receipt_number": message.receipt_number,
        },
        now=now,
    )


def _submitted_as(session: Session, message: m.ApplicationSubmitted) -> str:
    """What she has handed in: her papers, answers, deferred materials; or nothing newer (R17)."""
    if message.restored:
        return "last_round_stands"
    if message.window == "second":
        return "deferred_submitted"
    if message.round == 1:
        return "application_submitted"
    answers = message.explanations or _answers_by_image(session, message)
    return "answers_submitted" if answers else "submitted_again"


def _answers_by_image(session: Session, message: m.ApplicationSubmitted) -> bool:
    """Whether an image answers what was asked about the round before; older answers are among
    the images for ever.
    """
    asked = session.scalars(
        select(Request.request_id).where(
            Request.application_id == message.application_id, Request.round == message.round - 1
        )
    ).all()
    return any(image.answers in asked for image in message.images if image.answers is not None)


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
        due_at=max(r.due_at for r in message.requests),
    )


def requests_extended(session: Session, message: m.RequestsExtended, *, now: dt.datetime) -> None:
    """Tell her that there is more time, and why."""
    announce(
        session,
        "requests_extended",
        about=f"{_set_of(message.requests)}:{message.due_at.isoformat()}",
        application_id=message.application_id,
        params={"due_at": message.due_at.isoformat(), "reason": message.reason},
        now=now,
        due_at=message.due_at,
    )


def requests_withdrawn(session: Session, message: m.RequestsWithdrawn, *, now: dt.datetime) -> None:
    """Tell her how much is no longer asked for, and why."""
    announce(
        session,
        "requests_withdrawn",
        about=_set_of(message.requests),
        application_id=message.application_id,
        params={"count": len(message.requests), "reason": message.reason},
        now=now,
    )


def requests_due(
    session: Session,
    application_id: UUID,
    *,
    due_at: dt.datetime,
    turn: dt.datetime,
    now: dt.datetime,
) -> None:
    """Remind her of what falls due; `turn` is the time of the reminder, one for each."""
    announce(
        session,
        "requests_due",
        about=f"{application_id}:{due_at.isoformat()}:{turn.isoformat()}",
        application_id=application_id,
        params={"due_at": due_at.isoformat()},
        now=now,
        due_at=due_at,
    )


def application_reopened(
    session: Session, message: m.ApplicationReopened, *, now: dt.datetime
) -> None:
    """Tell her that she can change her papers, and must submit again (R17)."""
    _site_answered(session, "case_reopened", message, now=now)


def reopen_declined(session: Session, message: m.ReopenDeclined, *, now: dt.datetime) -> None:
    """Tell her that what she submitted stays submitted, and why (R17)."""
    _site_answered(session, "reopen_declined", message, now=now)


def _site_answered(
    session: Session,
    fact: str,
    message: m.ApplicationReopened | m.ReopenDeclined,
    *,
    now: dt.datetime,
) -> None:
    announce(
        session,
        fact,
        about=f"{message.case_id}:{message.round}",
        application_id=message.application_id,
        params={"words": message.words},
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


def results_shown(session: Session, message: m.ResultsShown, *, now: dt.datetime) -> None:
    """Tell everybody of this part that there is a result; which one, only the page says (R24)."""
    know_applications(session, message.exam, message.applications)
    params = {"published_at": message.published_at.isoformat()}
    announce_all(
        session,
        "results_published",
        [
            About(f"{application}:{message.batch_id}", application, params)
            for application in message.applications
        ],
        now=now,
    )


def _set_of(ids: Iterable[UUID]) -> str:
    """One short name for a set of ids, whatever their order."""
    return hashlib.sha256(",".join(sorted(map(str, ids))).encode()).hexdigest()
