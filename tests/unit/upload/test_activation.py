"""The steps of first entry, codes, and the soft lock (R2)."""

import datetime as dt

import pytest

from services.upload.domain.activation import Step, following, lock_seconds, wait_before_resend

NOW = dt.datetime(2023, 2, 10, 8, tzinfo=dt.UTC)


def test_the_steps_follow_one_another_and_end() -> None:
    steps = [Step.IDENTITY]
    while steps[-1] is not Step.DONE:
        steps.append(following(steps[-1]))

    assert steps == list(Step)
    assert following(Step.DONE) is Step.DONE


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [(0, 0), (4, 0), (5, 60), (6, 120), (7, 240), (10, 1920), (11, 3600), (500, 3600)],
)
def test_the_lock_doubles_from_the_fifth_failure_up_to_an_hour(failures: int, seconds: int) -> None:
    assert lock_seconds(failures) == seconds


@pytest.mark.parametrize(
    ("seconds_ago", "wait"), [(None, 0), (0, 60), (0.5, 60), (59.5, 1), (60, 0), (900, 0)]
)
def test_the_next_code_waits_a_minute(seconds_ago: float | None, wait: int) -> None:
    sent = None if seconds_ago is None else NOW - dt.timedelta(seconds=seconds_ago)

    assert wait_before_resend(last_sent_at=sent, now=NOW) == wait
