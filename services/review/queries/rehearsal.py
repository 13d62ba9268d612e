"""The dry run of a publication: what would be pushed, against what the other side has (R24)."""

import dataclasses as dc
import uuid
from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    and_,
    case,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from services.review.domain.publication import Holding, Pushed, digest
from services.review.domain.staff import Reviewer
from services.review.models.case import Case
from services.review.models.publication import Batch, BatchResult, HeldCheck, Unsubmitted
from services.review.operations import publish
from services.review.queries import filters

SHOWN = 50
OUTCOMES = ("passed", "not_passed", "not_submitted")
DIFFERENCES = ("new", "changed", "same")


@dc.dataclass(frozen=True, kw_only=True)
class Line:
    """One result that would be pushed; `before`: what was published of the application already."""

    registration_number: str
    masked_name: str
    site: str
    outcome: str
    before: str | None
    difference: str


@dc.dataclass(frozen=True, kw_only=True)
class Rehearsal:
    """What confirming would do; nothing is kept of it."""

    counts: Mapping[tuple[str, str], int]
    """(outcome, difference) → how many."""
    lines: list[Line]
    """Changed ones first, then new ones; the first of each."""

    @property
    def total(self) -> int:
        """Everything that would be pushed."""
        return sum(self.counts.values())

    def of(self, difference: str) -> int:
        """How many differ in this way."""
        return sum(n for (_, kind), n in self.counts.items() if kind == difference)


def rehearse(session: Session, exam: str, site: str | None, who: Reviewer) -> Rehearsal:
    """The results of now, each against the newest that was published of the same application.

    A case that he is reading again, blind, is counted and not listed.
    """
    would = _would_be(exam, site).subquery()
    earlier = _earlier(exam).subquery()
    kind = case(
        (earlier.c.outcome.is_(None), literal("new")),
        (earlier.c.outcome == would.c.outcome, literal("same")),
        else_=literal("changed"),
    ).label("difference")
    compared = (
        select(would, earlier.c.outcome.label("before"), kind)
        .outerjoin(earlier, earlier.c.application_id == would.c.application_id)
        .subquery()
    )
    counts = session.execute(
        select(compared.c.outcome, compared.c.difference, func.count()).group_by(
            compared.c.outcome, compared.c.difference
        )
    )
    return Rehearsal(
        counts={(outcome, kind): n for outcome, kind, n in counts},
        lines=_first_lines(session, compared, who),
    )


def _first_lines(session: Session, compared: Subquery, who: Reviewer) -> list[Line]:
    hidden = select(Case.application_id).where(filters.in_her_hands(who))
    shown = [compared.c[field.name] for field in dc.fields(Line)]
    lines = session.execute(
        select(*shown)
        .where(compared.c.application_id.not_in(hidden))
        .order_by(compared.c.difference, compared.c.registration_number)
        .limit(SHOWN)
    )
    return [Line(**row._mapping) for row in lines]  # noqa: SLF001


def pushed(session: Session, exam: str) -> dict[uuid.UUID, Pushed]:
    """Published batch → how far its push has come."""
    rows = session.execute(
        select(
            BatchResult.batch_id,
            func.count(BatchResult.accepted_at),
            func.count().filter(_is_refused()),
            func.count(),
        )
        .join(Batch, Batch.id == BatchResult.batch_id)
        .where(Batch.exam == exam, Batch.published_at.is_not(None))
        .group_by(BatchResult.batch_id)
    )
    return {
        batch: Pushed(confirmed=yes, refused=no, waiting=every - yes - no)
        for batch, yes, no, every in rows
    }


def refused(session: Session, exam: str) -> dict[uuid.UUID, list[BatchResult]]:
    """Published batch → the first of those that the other side would not have."""
    rows = session.scalars(
        select(BatchResult)
        .join(Batch, Batch.id == BatchResult.batch_id)
        .where(Batch.exam == exam, Batch.published_at.is_not(None), _is_refused())
        .order_by(BatchResult.registration_number)
        .limit(SHOWN)
    )
    found: dict[uuid.UUID, list[BatchResult]] = defaultdict(list)
    for row in rows:
        found[row.batch_id].append(row)
    return found


def confirmed(session: Session, exam: str) -> dict[str, Holding]:
    """Outcome → what the other side has taken, by its own answers."""
    rows = session.execute(
        select(BatchResult.outcome, BatchResult.registration_number)
        .join(Batch, Batch.id == BatchResult.batch_id)
        .where(Batch.exam == exam, BatchResult.accepted_at.is_not(None))
    )
    numbers: dict[str, list[str]] = {outcome: [] for outcome in OUTCOMES}
    for outcome, number in rows:
        numbers[outcome].append(number)
    return {
        outcome: Holding(count=len(found), digest=digest(found))
        for outcome, found in numbers.items()
    }


def last_check(session: Session, exam: str) -> HeldCheck | None:
    """The newest time that it was asked."""
    return session.scalars(
        select(HeldCheck).where(HeldCheck.exam == exam).order_by(HeldCheck.asked_at.desc()).limit(1)
    ).one_or_none()


def held(check: HeldCheck | None) -> dict[str, Holding] | None:
    """Outcome → what it says it holds; None where it has not said."""
    if check is None or check.held is None:
        return None
    said = check.held
    return {
        outcome: Holding(**said[outcome]) if outcome in said else Holding() for outcome in OUTCOMES
    }


def _is_refused() -> ColumnElement[bool]:
    return and_(BatchResult.refused_at.is_not(None), BatchResult.accepted_at.is_(None))


def _would_be(exam: str, site: str | None) -> Select[*tuple[object, ...]]:
    concluded = select(
        Case.application_id, Case.registration_number, Case.masked_name, Case.site, Case.outcome
    ).where(*publish.ready(exam, site))
    absent = publish.absent(exam, site).subquery()
    never = select(
        Unsubmitted.application_id,
        Unsubmitted.registration_number,
        Unsubmitted.masked_name,
        Unsubmitted.site,
        literal(publish.NOT_SUBMITTED).label("outcome"),
    ).join(absent, absent.c.application_id == Unsubmitted.application_id)
    return select(union_all(concluded, never).subquery())


def _earlier(exam: str) -> Select[uuid.UUID, str]:
    return (
        select(BatchResult.application_id, BatchResult.outcome)
        .ext(distinct_on(BatchResult.application_id))
        .join(Batch, Batch.id == BatchResult.batch_id)
        .where(Batch.exam == exam, Batch.published_at.is_not(None))
        .order_by(BatchResult.application_id, Batch.published_at.desc())
    )
