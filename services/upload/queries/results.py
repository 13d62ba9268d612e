"""Final results as the registration system pulls and counts them (R24)."""

import dataclasses as dc
import datetime as dt

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from libs.common.messages import ApplicationId
from services.upload.models.application import Application
from services.upload.models.candidate import Registration
from services.upload.models.review import ResultPush

SETTLED_SECONDS = 60
"""Younger results wait: one of a lower number may still be on its way into the database."""


@dc.dataclass(frozen=True)
class PulledResult:
    """One published result; `number` grows in the order of their arrival here."""

    number: int
    application_id: ApplicationId
    exam: str
    registration_number: str
    outcome: str
    published_at: dt.datetime


@dc.dataclass(frozen=True)
class Summary:
    """Counts to compare with what the other side has."""

    published: int
    outcomes: dict[str, int]
    confirmed: int
    refused: int


def results_after(session: Session, *, exam: str, number: int, limit: int) -> list[PulledResult]:
    """The exam's results behind that number, oldest first."""
    settled = func.clock_timestamp() - dt.timedelta(seconds=SETTLED_SECONDS)
    rows = session.execute(
        select(
            ResultPush.number,
            ResultPush.application_id,
            Application.exam,
            Registration.number,
            ResultPush.outcome,
            ResultPush.published_at,
        )
        .join(Application, Application.id == ResultPush.application_id)
        .join(Registration, Registration.application_id == Application.id)
        .where(
            Application.exam == exam,
            ResultPush.number > number,
            ResultPush.recorded_at < settled,
        )
        .order_by(ResultPush.number)
        .limit(limit)
    )
    return [PulledResult(*row) for row in rows]


def summary(session: Session, *, exam: str) -> Summary:
    """How many results are published, by outcome, and how many the other side has answered."""
    rows = session.execute(
        select(
            ResultPush.outcome,
            func.count(),
            func.count(ResultPush.accepted_at),
            func.count(ResultPush.refused_at),
        )
        .join(Application, Application.id == ResultPush.application_id)
        .where(Application.exam == exam)
        .group_by(ResultPush.outcome)
    ).all()
    return Summary(
        published=sum(row[1] for row in rows),
        outcomes={row[0]: row[1] for row in rows},
        confirmed=sum(row[2] for row in rows),
        refused=sum(row[3] for row in rows),
    )
