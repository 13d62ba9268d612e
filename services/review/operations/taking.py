"""The next free case: found, taken and touched in one statement (R18)."""

import datetime as dt
import uuid

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert

from libs.common import audit
from services.review.domain import claim as rules
from services.review.domain.case import State
from services.review.domain.staff import AREA_ROLES, SITE_ROLES, Reviewer
from services.review.models.case import Case, Exam
from services.review.models.judging import Claim


def take(session: Session, by: Reviewer, *, most_minutes: int | None = None) -> uuid.UUID | None:
    """The oldest free case of his level, his from now on; None when there is none.

    One statement finds, writes and touches it: at a busy desk each one waits for its turn.
    """
    taking = _taking(by, most_minutes=most_minutes)
    while (found := session.execute(taking).one_or_none()) is not None:
        # Another may have taken it after this statement's snapshot and let go of the row before
        # its lock: then his claim stands, this one is not written, and the case is passed by.
        if found.taken is not None:
            audit.record(
                session,
                actor=f"staff:{by.id}",
                action="case.claimed",
                subject=f"case:{found.id}",
            )
            return uuid.UUID(str(found.id))
    return None


def _taking(by: Reviewer, *, most_minutes: int | None) -> Select[uuid.UUID, uuid.UUID | None]:
    free = _free_cases(by).limit(1).with_for_update(skip_locked=True).cte("free")
    lease = lease_of(free.c.exam)
    ends = lease if most_minutes is None else func.least(lease, after(most_minutes))
    columns = ["case_id", "staff_id", "claimed_at", "expires_at"]
    made = insert(Claim).from_select(
        columns, select(free.c.id, literal(by.id), func.clock_timestamp(), ends)
    )
    taken = unless_held(made, by).cte("taken")
    touched = (
        update(Case)
        .where(Case.id == taken.c.case_id, Case.last_by.is_distinct_from(by.id))
        .values(version=Case.version + 1, last_by=by.id)
        .returning(Case.id)
        .cte("touched")
    )
    return (
        select(free.c.id, taken.c.case_id.label("taken"))
        .select_from(free.outerjoin(taken, taken.c.case_id == free.c.id))
        .add_cte(touched)
    )


def _free_cases(by: Reviewer) -> Select[uuid.UUID, str]:
    """His work that nobody holds: what let a due time pass first, then the longest wait."""
    live = Claim.expires_at > func.statement_timestamp()
    free = ~exists().where(Claim.case_id == Case.id, live)
    return (
        select(Case.id, Case.exam)
        .where(his_work(by), free)
        .order_by(Case.has_overdue.desc(), Case.since, Case.id)
    )


def his_work(by: Reviewer) -> ColumnElement[bool]:
    """The same sentence as `Reviewer.works_on`, for the database."""
    ways: list[ColumnElement[bool]] = [false()]
    if by.roles & SITE_ROLES:
        ways.append(and_(Case.state == State.SITE_REVIEW.value, Case.site.in_(by.sites)))
    if by.roles & AREA_ROLES:
        ways.append(Case.state == State.AREA_REVIEW.value)
    return or_(*ways)


def unless_held(made: Insert, by: Reviewer) -> ReturningInsert[uuid.UUID]:
    """The claim, in the place of his own or of one whose time has passed."""
    free = or_(Claim.expires_at <= func.clock_timestamp(), Claim.staff_id == by.id)
    names = ("staff_id", "claimed_at", "expires_at")
    return made.on_conflict_do_update(
        index_elements=[Claim.case_id],
        set_={name: made.excluded[name] for name in names},
        where=free,
    ).returning(Claim.case_id)


def lease_of(exam: ColumnElement[str]) -> ColumnElement[dt.datetime]:
    """When a claim made or renewed now ends: the exam's own time, in the same statement."""
    own = select(Exam.settings["claim_minutes"].as_integer()).where(Exam.code == exam)
    return after(func.coalesce(own.scalar_subquery(), rules.DEFAULT_MINUTES))


def after(minutes: ColumnElement[int] | int) -> ColumnElement[dt.datetime]:
    """So many minutes from now, on the database's clock."""
    return func.clock_timestamp() + func.make_interval(0, 0, 0, 0, 0, minutes)
