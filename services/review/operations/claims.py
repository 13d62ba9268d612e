"""Claims: who works on a case, and for how long (R18)."""

import datetime as dt
import uuid

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    delete,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from libs.common import audit
from libs.common.db import database_now
from libs.common.errors import Refusal
from services.review.domain import claim as rules
from services.review.domain.case import State
from services.review.domain.staff import AREA_ROLES, SITE_ROLES, Reviewer
from services.review.models.case import Case, Exam
from services.review.models.judging import Claim
from services.review.models.staff import Staff
from services.review.operations import cases


def claim_next(session: Session, by: Reviewer) -> uuid.UUID | None:
    """The oldest free case of his level, taken; None when there is none.

    A case of his own that he has not finished comes first. Two who ask at once get different
    cases: a row that another transaction holds is skipped.
    """
    mine = session.scalar(_held_by(by).order_by(Claim.claimed_at).limit(1))
    if mine is None:
        return _take_a_free_one(session, by)
    renew(session, mine, by)
    return mine


def claim_ahead(session: Session, by: Reviewer, *, beside: uuid.UUID) -> uuid.UUID | None:
    """The case that `claim_next` will give him once he has finished `beside`, his already.

    Held for a short while; None where `beside` is not his, or nothing waits.
    """
    held = session.scalars(_held_by(by).order_by(Claim.claimed_at)).all()
    if beside not in held:
        return None
    for case_id in (one for one in held if one != beside):
        session.execute(
            update(Claim)
            .where(Claim.case_id == case_id, Claim.staff_id == by.id)
            .values(expires_at=func.greatest(Claim.expires_at, _in(rules.AHEAD_MINUTES)))
        )
        return case_id
    return _take_a_free_one(session, by, most_minutes=rules.AHEAD_MINUTES)


def claim(session: Session, case_id: uuid.UUID, by: Reviewer) -> None:
    """Take this case. Refuses `claimed_by_other`, `not_yours_to_judge`."""
    case = cases.lock(session, case_id)
    _check_work(case, by)
    rules.check_free(standing_claim(session, case), staff_id=by.id, now=database_now(session))
    _take(session, case, by)


def give_back(session: Session, case_id: uuid.UUID, by: Reviewer) -> None:
    """Leave the case to others; what is judged so far stays."""
    case = cases.lock(session, case_id)
    row = session.get(Claim, case_id)
    if row is not None and row.staff_id == by.id:
        session.delete(row)
        _audit(session, case.id, by, "case.released")


def let_go(session: Session, case_id: uuid.UUID, by: Reviewer) -> None:
    """Give back what was only his ahead; a case that he works on is held for longer, and stays."""
    gone = session.scalar(
        delete(Claim)
        .where(Claim.case_id == case_id, Claim.staff_id == by.id)
        .where(Claim.expires_at <= _in(rules.AHEAD_MINUTES))
        .returning(Claim.case_id)
    )
    if gone is not None:
        _audit(session, case_id, by, "case.released")


def for_act(session: Session, case_id: uuid.UUID, by: Reviewer, *, seen_version: int) -> Case:
    """The case under lock for a deed of this reviewer; his claim is renewed by it.

    Refuses `not_yours_to_judge`, `claimed_by_other`, `stale_decision`.
    """
    case = cases.lock(session, case_id)
    if by.sees(case.site):
        rules.check_act(
            standing_claim(session, case),
            staff_id=by.id,
            now=database_now(session),
            seen_version=seen_version,
            version=case.version,
            last_name=_last_name(session, case, seen_version=seen_version),
        )
    _check_work(case, by)
    _take(session, case, by)
    return case


def check_seen(session: Session, case: Case, *, seen_version: int) -> None:
    """For a deed without a claim. Refuses `stale_decision` and `case_moved`."""
    rules.check_act(
        None,
        staff_id=uuid.UUID(int=0),
        now=database_now(session),
        seen_version=seen_version,
        version=case.version,
        last_name=_last_name(session, case, seen_version=seen_version),
    )


def renew(session: Session, case_id: uuid.UUID, by: Reviewer) -> dt.datetime | None:
    """Looking at a claimed case renews the claim; the time until which it is his, if it is."""
    exam = select(Case.exam).where(Case.id == case_id).scalar_subquery()
    return session.scalar(
        update(Claim)
        .where(Claim.case_id == case_id, Claim.staff_id == by.id)
        .values(expires_at=_lease(exam))
        .returning(Claim.expires_at)
    )


def standing_claim(session: Session, case: Case) -> rules.Claim | None:
    """Who holds the case, or held it last without having given it back."""
    row = session.execute(
        select(Claim.staff_id, Claim.expires_at, Staff.name)
        .join(Staff, Staff.id == Claim.staff_id)
        .where(Claim.case_id == case.id)
    ).one_or_none()
    if row is None:
        return None
    return rules.Claim(staff_id=row.staff_id, staff_name=row.name, expires_at=row.expires_at)


def _held_by(by: Reviewer) -> Select[uuid.UUID]:
    """His claims on what is still his work."""
    return (
        select(Claim.case_id)
        .join(Case, Case.id == Claim.case_id)
        .where(Claim.staff_id == by.id, Claim.expires_at > func.clock_timestamp(), _his_work(by))
    )


def _take_a_free_one(
    session: Session, by: Reviewer, *, most_minutes: int | None = None
) -> uuid.UUID | None:
    free = _free_cases(by).limit(1).with_for_update(skip_locked=True)
    while (case := session.scalars(free).one_or_none()) is not None:
        # Another may have taken it after this statement's snapshot and let go of the row before
        # its lock: then his claim stands, this one is not written, and the case is passed by.
        if _seize(session, case, by, most_minutes=most_minutes):
            return case.id
    return None


def _free_cases(by: Reviewer) -> Select[Case]:
    """His work that nobody holds: what let a due time pass first, then the longest wait."""
    live = Claim.expires_at > func.statement_timestamp()
    free = ~exists().where(Claim.case_id == Case.id, live)
    return (
        select(Case)
        .where(_his_work(by), free)
        .order_by(Case.has_overdue.desc(), Case.since, Case.id)
    )


def _take(session: Session, case: Case, by: Reviewer) -> None:
    """His from now on, or still; whoever held it before has let its time pass."""
    if renew(session, case.id, by) is None:
        _seize(session, case, by)


def _seize(session: Session, case: Case, by: Reviewer, *, most_minutes: int | None = None) -> bool:
    """Write his claim in one statement, unless another's is live; whether it is his now."""
    lease = _lease(literal(case.exam))
    made = insert(Claim).values(
        case_id=case.id,
        staff_id=by.id,
        claimed_at=func.clock_timestamp(),
        expires_at=lease if most_minutes is None else func.least(lease, _in(most_minutes)),
    )
    mine = or_(Claim.expires_at <= func.clock_timestamp(), Claim.staff_id == by.id)
    is_his = session.scalar(
        made.on_conflict_do_update(
            index_elements=[Claim.case_id],
            set_={
                "staff_id": made.excluded.staff_id,
                "claimed_at": made.excluded.claimed_at,
                "expires_at": made.excluded.expires_at,
            },
            where=mine,
        ).returning(Claim.case_id)
    )
    if is_his is None:
        return False
    if case.last_by != by.id:
        cases.touch(case, by)
    _audit(session, case.id, by, "case.claimed")
    session.flush()
    return True


def _lease(exam: ColumnElement[str]) -> ColumnElement[dt.datetime]:
    """When a claim made or renewed now ends: the exam's own time, in the same statement."""
    own = select(Exam.settings["claim_minutes"].as_integer()).where(Exam.code == exam)
    return _in(func.coalesce(own.scalar_subquery(), rules.DEFAULT_MINUTES))


def _in(minutes: ColumnElement[int] | int) -> ColumnElement[dt.datetime]:
    return func.clock_timestamp() + func.make_interval(0, 0, 0, 0, 0, minutes)


def _last_name(session: Session, case: Case, *, seen_version: int) -> str | None:
    """Who changed what he saw; asked only where it was changed."""
    if case.version == seen_version or case.last_by is None:
        return None
    return session.scalar(select(Staff.name).where(Staff.id == case.last_by))


def _check_work(case: Case, by: Reviewer) -> None:
    if not by.works_on(State(case.state), case.site):
        raise Refusal("not_yours_to_judge")


def _his_work(by: Reviewer) -> ColumnElement[bool]:
    """The same sentence as `Reviewer.works_on`, for the database."""
    ways: list[ColumnElement[bool]] = [false()]
    if by.roles & SITE_ROLES:
        ways.append(and_(Case.state == State.SITE_REVIEW.value, Case.site.in_(by.sites)))
    if by.roles & AREA_ROLES:
        ways.append(Case.state == State.AREA_REVIEW.value)
    return or_(*ways)


def _audit(session: Session, case_id: uuid.UUID, by: Reviewer, action: str) -> None:
    audit.record(session, actor=f"staff:{by.id}", action=action, subject=f"case:{case_id}")
