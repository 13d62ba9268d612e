"""Whom more time would concern, as far as this room knows."""

import dataclasses as dc

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from services.review.domain.window import MoreTime
from services.review.models.case import Case
from services.review.models.publication import Unsubmitted

SHOWN = 20


@dc.dataclass(frozen=True, kw_only=True)
class Concerned:
    """Locked without a submission: they get the time. Submitted: nothing changes for them."""

    unsubmitted: int
    some: list[Unsubmitted]
    submitted: int


def concerned(session: Session, more: MoreTime) -> Concerned:
    """Counts, and the first few by name."""
    absent: list[ColumnElement[bool]] = [
        Unsubmitted.exam == more.exam,
        Unsubmitted.published_at.is_(None),
    ]
    cases: list[ColumnElement[bool]] = [Case.exam == more.exam]
    if more.site is not None:
        absent.append(Unsubmitted.site == more.site)
        cases.append(Case.site == more.site)
    if more.number is not None:
        absent.append(Unsubmitted.registration_number == more.number)
        cases.append(Case.registration_number == more.number)
    some = session.scalars(
        select(Unsubmitted).where(*absent).order_by(Unsubmitted.registration_number).limit(SHOWN)
    ).all()
    return Concerned(
        unsubmitted=session.scalar(select(func.count(Unsubmitted.application_id)).where(*absent))
        or 0,
        some=list(some),
        submitted=session.scalar(select(func.count(Case.id)).where(*cases)) or 0,
    )
