"""Accounts as administrators see them."""

import dataclasses as dc
import uuid
from collections import defaultdict

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.review.domain.staff import Role
from services.review.models.staff import Invitation, Staff, StaffRole, StaffSite


@dc.dataclass(frozen=True, kw_only=True)
class Account:
    """One member of staff."""

    row: Staff
    roles: frozenset[Role]
    sites: frozenset[str]
    is_invited: bool
    """His invitation waits to be taken."""


def all_of(session: Session) -> list[Account]:
    """Every account, the open ones first."""
    rows = session.scalars(select(Staff).order_by(Staff.is_active.desc(), Staff.login)).all()
    return _made(session, list(rows))


def one(session: Session, staff_id: uuid.UUID) -> Account | None:
    """One account."""
    row = session.get(Staff, staff_id)
    return None if row is None else _made(session, [row])[0]


def _made(session: Session, rows: list[Staff]) -> list[Account]:
    roles, sites = defaultdict(set), defaultdict(set)
    for staff_id, role in session.execute(select(StaffRole.staff_id, StaffRole.role)):
        roles[staff_id].add(Role(role))
    for staff_id, site in session.execute(select(StaffSite.staff_id, StaffSite.site)):
        sites[staff_id].add(site)
    invited = set(
        session.scalars(
            select(Invitation.staff_id).where(
                Invitation.used_at.is_(None), Invitation.ends_at > func.clock_timestamp()
            )
        )
    )
    return [
        Account(
            row=row,
            roles=frozenset(roles[row.id]),
            sites=frozenset(sites[row.id]),
            is_invited=row.id in invited,
        )
        for row in rows
    ]
