"""Staff: roles, what each may reach, and the soft lock at the door."""

import dataclasses as dc
import datetime as dt
import uuid
from enum import StrEnum

from libs.common.errors import Refusal
from services.review.domain.case import Level, State


class Role(StrEnum):
    """What a member of staff is for."""

    SITE_REVIEWER = "site_reviewer"
    SITE_LEAD = "site_lead"
    AREA_REVIEWER = "area_reviewer"
    AREA_LEAD = "area_lead"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"
    """Reads everything, changes nothing."""


SITE_ROLES = frozenset({Role.SITE_REVIEWER, Role.SITE_LEAD})
AREA_ROLES = frozenset({Role.AREA_REVIEWER, Role.AREA_LEAD})
REVIEWERS = SITE_ROLES | AREA_ROLES
READERS = REVIEWERS | {Role.AUDITOR}
SUSPICION_READERS = AREA_ROLES | {Role.SITE_LEAD, Role.AUDITOR}
"""涉嫌虚假 is seen by these and by whoever raised it (R19)."""

INVITATION_LASTS = dt.timedelta(hours=72)
MAX_NAME = 40


@dc.dataclass(frozen=True, kw_only=True)
class Reviewer:
    """A signed-in member of staff."""

    id: uuid.UUID
    name: str
    roles: frozenset[Role]
    sites: frozenset[str]
    """Site codes of his scope; area roles and the auditor see every site."""
    single_keys: bool = True

    @property
    def sees_area(self) -> bool:
        """Whether his scope is the whole area."""
        return bool(self.roles & (AREA_ROLES | {Role.AUDITOR}))

    def sees(self, site: str) -> bool:
        """Whether a case of that site is his business (R18)."""
        return bool(self.roles & READERS) and (self.sees_area or site in self.sites)

    def works_on(self, state: State, site: str) -> bool:
        """Whether he may claim a case in this state: each level only its own."""
        if state is State.SITE_REVIEW:
            return bool(self.roles & SITE_ROLES) and site in self.sites
        return state is State.AREA_REVIEW and bool(self.roles & AREA_ROLES)

    @property
    def level(self) -> Level:
        """The level at which he works; who has both works at the area."""
        return Level.AREA if self.roles & AREA_ROLES else Level.SITE

    def sees_suspicion(self, raised_by: uuid.UUID) -> bool:
        """Whether a flag of suspected falsehood is shown to him."""
        return raised_by == self.id or bool(self.roles & SUSPICION_READERS)


def check_change(
    by: uuid.UUID, target: uuid.UUID, roles: frozenset[Role], sites: frozenset[str]
) -> None:
    """Nobody raises himself: one's own account is another administrator's to change.

    Refuses `own_account`, `roles_needed`, `site_needed`.
    """
    if by == target:
        raise Refusal("own_account")
    if not roles:
        raise Refusal("roles_needed")
    if roles & SITE_ROLES and not sites:
        raise Refusal("site_needed")
