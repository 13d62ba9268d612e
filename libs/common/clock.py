"""The process's clock. Rules take `now` as an argument; only doors ask for it here."""

import datetime as dt


def now() -> dt.datetime:
    """The present instant, aware, in UTC."""
    return dt.datetime.now(dt.UTC)
