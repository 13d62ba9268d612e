"""Telephone calls: what may come of one, and when the next try is due (R22)."""

import datetime as dt
from enum import StrEnum

from libs.common.errors import Refusal

MAX_WORDS = 300
LONGEST_PAUSE = dt.timedelta(days=7)


class Outcome(StrEnum):
    """What came of telephoning once."""

    REACHED = "reached"
    NOT_REACHED = "not_reached"
    WRONG_NUMBER = "wrong_number"
    REFUSED = "refused"


class Standing(StrEnum):
    """Where a call stands."""

    OPEN = "open"
    DONE = "done"
    """Somebody was told, or there is no use in another try."""
    ACTED = "acted"
    """She has acted by herself."""
    OVER = "over"
    """What she was to be told is over."""


def after_try(
    standing: Standing, outcome: Outcome, *, next_try_at: dt.datetime | None, now: dt.datetime
) -> Standing:
    """Where the call stands after this try. A next try is only for whom nobody reached.

    Refuses `call_over`, `next_try_needless`, `next_try_wrong`.
    """
    if standing is not Standing.OPEN:
        raise Refusal("call_over")
    if next_try_at is None:
        return Standing.DONE if outcome is not Outcome.NOT_REACHED else Standing.OPEN
    if outcome is not Outcome.NOT_REACHED:
        raise Refusal("next_try_needless")
    if not now < next_try_at <= now + LONGEST_PAUSE:
        raise Refusal("next_try_wrong")
    return Standing.OPEN
