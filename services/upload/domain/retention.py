"""How long an exam keeps what it holds of a candidate (R27), and what may go before (R28).

`retention_days` stands in the exam's pack; `now` is an argument, times are aware UTC.
"""

import datetime as dt
from enum import StrEnum

TAKE_BACK = dt.timedelta(days=3)
"""How long she may take back her request for erasure: what is erased does not come back."""
DELETED_KEPT = dt.timedelta(days=1)
"""How long a picture that she deleted waits for its undo; the page offers it for ten seconds."""


class ErasureState(StrEnum):
    """Where a request for erasure stands."""

    ASKED = "asked"
    WITHDRAWN = "withdrawn"
    DECLINED = "declined"
    """The exam's organisers have said why not."""
    DONE = "done"
    """What was never handed in is erased; the rest goes at the end of the retention time."""


def kept_until(
    *,
    published_at: dt.datetime | None,
    was_handed_in: bool,
    last_end: dt.datetime,
    retention_days: int,
) -> dt.datetime | None:
    """When the retention time ends; None while it has not begun to run.

    It runs from the publication of her result. What was never handed in may never have a result:
    for that it runs from the end of the exam's last window (`last_end`, extensions included).
    """
    if published_at is None and was_handed_in:
        return None
    return (published_at or last_end) + dt.timedelta(days=retention_days)
