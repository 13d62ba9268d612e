"""How long an exam keeps what it holds of a candidate (R27), and what it may let go before.

`retention_days` stands in the exam's pack; `now` is an argument, times are aware UTC.
"""

import datetime as dt


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
