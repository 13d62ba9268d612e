"""Claims: who works on a case, and for how long (R18)."""

import datetime as dt
import uuid

from sqlalchemy import Select, delete, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from libs.common import audit
from libs.common.db import database_now
from libs.common.errors import Refusal
from services.review.domain import claim as rules
from services.review.domain.case import State
from services.review.domain.staff import Reviewer
from services.review.models.case import Case
from services.review.models.judging import Claim
from services.review.models.staff import Staff
from services.review.operations import cases, taking


def claim_next(session: Session, by: Reviewer) -> uuid.UUID | None:
    """The oldest free case of his level, taken; None when there is none.

    A case of his own that he has not finished comes first. Two who ask at once get different
    cases: a row that another transaction holds is skipped.
    """
    mine = session.scalar(_held_by(by).order_by(Claim.claimed_at).limit(1))
    if mine is None:
        return taking.take(session, by)
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
            .values(expires_at=func.greatest(Claim.expires_at, taking.after(rules.AHEAD_MINUTES)))
        )
        return case_id
    return taking.take(session, by, most_minutes=rules.AHEAD_MINUTES)


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
        .where(Claim.expires_at <= taking.after(rules.AHEAD_MINUTES))
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
        .values(expires_at=taking.lease_of(exam))
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
        .where(
            Claim.staff_id == by.id, Claim.expires_at > func.clock_timestamp(), taking.his_work(by)
        )
    )


def _take(session: Session, case: Case, by: Reviewer) -> None:
    """His from now on, or still; whoever held it before has let its time pass."""
    if renew(session, case.id, by) is None:
        _seize(session, case, by)


def _seize(session: Session, case: Case, by: Reviewer) -> None:
    """Write his claim, unless another's is live."""
    made = insert(Claim).values(
        case_id=case.id,
        staff_id=by.id,
        claimed_at=func.clock_timestamp(),
        expires_at=taking.lease_of(literal(case.exam)),
    )
    if session.scalar(taking.unless_held(made, by)) is None:
        return
    if case.last_by != by.id:
        cases.touch(case, by)
    _audit(session, case.id, by, "case.claimed")
    session.flush()


def _last_name(session: Session, case: Case, *, seen_version: int) -> str | None:
    """Who changed what he saw; asked only where it was changed."""
    if case.version == seen_version or case.last_by is None:
        return None
    return session.scalar(select(Staff.name).where(Staff.id == case.last_by))


def _check_work(case: Case, by: Reviewer) -> None:
    if not by.works_on(State(case.state), case.site):
        raise Refusal("not_yours_to_judge")


def _audit(session: Session, case_id: uuid.UUID, by: Reviewer, action: str) -> None:
    audit.record(session, actor=f"staff:{by.id}", action=action, subject=f"case:{case_id}")
