"""How long an exam keeps what it holds of a candidate."""

import datetime as dt

from services.upload.domain.retention import kept_until

END = dt.datetime(2023, 2, 16, 16, tzinfo=dt.UTC)
PUBLISHED = dt.datetime(2023, 5, 1, tzinfo=dt.UTC)
YEARS = 1095


def until(published_at: dt.datetime | None, *, was_handed_in: bool) -> dt.datetime | None:
    return kept_until(
        published_at=published_at, was_handed_in=was_handed_in, last_end=END, retention_days=YEARS
    )


def test_the_time_runs_from_the_publication() -> None:
    assert until(PUBLISHED, was_handed_in=True) == PUBLISHED + dt.timedelta(days=YEARS)
    assert until(PUBLISHED, was_handed_in=False) == PUBLISHED + dt.timedelta(days=YEARS)


def test_what_was_handed_in_waits_for_its_publication() -> None:
    assert until(None, was_handed_in=True) is None


def test_what_was_never_handed_in_is_counted_from_the_end_of_the_last_window() -> None:
    assert until(None, was_handed_in=False) == END + dt.timedelta(days=YEARS)
