"""Whom more time would concern, as far as this room knows them."""

import dataclasses as dc
from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from services.review.models.asked import AskedExtension
from services.review.models.case import Case
from services.review.models.publication import Unsubmitted

SHOWN = 20


@dc.dataclass(frozen=True, kw_only=True)
class Known:
    """Of the scope: some that are locked without a submission, and how many have submitted."""

    some: Sequence[Unsubmitted]
    submitted: int


def known(session: Session, asked: AskedExtension) -> Known:
    """Those of its scope whom this room knows."""
    absent: list[ColumnElement[bool]] = [
        Unsubmitted.exam == asked.exam,
        Unsubmitted.published_at.is_(None),
    ]
    cases: list[ColumnElement[bool]] = [Case.exam == asked.exam]
    if asked.site is not None:
        absent.append(Unsubmitted.site == asked.site)
        cases.append(Case.site == asked.site)
    if asked.number is not None:
        absent.append(Unsubmitted.registration_number == asked.number)
        cases.append(Case.registration_number == asked.number)
    some = session.scalars(
        select(Unsubmitted)
        .where(*absent)
        .order_by(Unsubmitted.registration_number)
        .limit(SHOWN + 1)
    ).all()
    submitted = session.scalar(select(func.count(Case.id)).where(*cases)) or 0
    return Known(some=some, submitted=submitted)
