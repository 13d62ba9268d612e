"""A claim: one reviewer works on a case, for a while that his work renews (R18)."""

import dataclasses as dc
import datetime as dt
import uuid

from libs.common.errors import Refusal

DEFAULT_MINUTES = 20
AHEAD_MINUTES = 5
"""How long the next case waits for who is about to finish the one before it."""


@dc.dataclass(frozen=True, kw_only=True)
class Claim:
    """Who holds a case, and until when unless he works on it."""

    staff_id: uuid.UUID
    staff_name: str
    expires_at: dt.datetime

    def is_live(self, now: dt.datetime) -> bool:
        """Whether nobody else may take the case."""
        return now < self.expires_at


def until(now: dt.datetime, minutes: int) -> dt.datetime:
    """When a claim made or renewed now ends."""
    return now + dt.timedelta(minutes=minutes)


def check_free(claim: Claim | None, *, staff_id: uuid.UUID, now: dt.datetime) -> None:
    """Whether this reviewer may take the case. Refuses `claimed_by_other` with the name."""
    if claim is not None and claim.staff_id != staff_id and claim.is_live(now):
        raise Refusal("claimed_by_other", name=claim.staff_name)


def check_act(
    claim: Claim | None,
    *,
    staff_id: uuid.UUID,
    now: dt.datetime,
    seen_version: int,
    version: int,
    last_name: str | None,
) -> None:
    """Whether what this reviewer saw is still so.

    A claim that ran out while nobody else touched the case is simply renewed. Refuses
    `claimed_by_other` and `stale_decision`, each with the other's name, and `case_moved` where
    no person did it: the candidate answered, or a check found damage.
    """
    check_free(claim, staff_id=staff_id, now=now)
    if seen_version != version and last_name is None:
        raise Refusal("case_moved")
    if seen_version != version:
        raise Refusal("stale_decision", name=last_name)


def check_held(claim: Claim | None, *, staff_id: uuid.UUID, now: dt.datetime) -> None:
    """Whether the case is his at this moment, as a decision on the whole of it needs.

    A verdict on one image claims by itself; a decision never does. Refuses `not_claimed`.
    """
    if claim is None or claim.staff_id != staff_id or not claim.is_live(now):
        raise Refusal("not_claimed")
