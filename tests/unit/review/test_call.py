"""What follows from a telephone call, and who may have her papers again."""

import datetime as dt

import pytest

from libs.common.errors import Refusal
from services.review.domain import wish
from services.review.domain.call import Outcome, Standing, after_try
from services.review.domain.case import Level, State

NOW = dt.datetime(2023, 2, 14, 12, tzinfo=dt.UTC)
SOON = NOW + dt.timedelta(hours=2)


@pytest.mark.parametrize(
    ("outcome", "next_try_at", "standing"),
    [
        (Outcome.REACHED, None, Standing.DONE),
        (Outcome.REFUSED, None, Standing.DONE),
        (Outcome.WRONG_NUMBER, None, Standing.DONE),
        (Outcome.NOT_REACHED, None, Standing.OPEN),
        (Outcome.NOT_REACHED, SOON, Standing.OPEN),
    ],
)
def test_a_call_ends_when_another_try_has_no_use(
    outcome: Outcome, next_try_at: dt.datetime | None, standing: Standing
) -> None:
    assert after_try(Standing.OPEN, outcome, next_try_at=next_try_at, now=NOW) is standing


@pytest.mark.parametrize(
    ("standing", "outcome", "next_try_at", "code"),
    [
        (Standing.ACTED, Outcome.REACHED, None, "call_over"),
        (Standing.OPEN, Outcome.REACHED, SOON, "next_try_needless"),
        (Standing.OPEN, Outcome.WRONG_NUMBER, SOON, "next_try_needless"),
        (Standing.OPEN, Outcome.NOT_REACHED, NOW, "next_try_wrong"),
        (Standing.OPEN, Outcome.NOT_REACHED, NOW + dt.timedelta(days=8), "next_try_wrong"),
    ],
)
def test_a_try_that_makes_no_sense_is_refused(
    standing: Standing, outcome: Outcome, next_try_at: dt.datetime | None, code: str
) -> None:
    with pytest.raises(Refusal, match=code):
        after_try(standing, outcome, next_try_at=next_try_at, now=NOW)


def test_papers_are_given_back_by_the_level_that_holds_them_alone() -> None:
    assert wish.grant(State.SITE_REVIEW) == (State.WAITING, Level.SITE)
    assert wish.grant(State.AREA_REVIEW) == (State.WAITING, Level.AREA)
    for state in (State.WAITING, State.CONCLUDED, State.PUBLISHED):
        with pytest.raises(Refusal, match="wrong_state"):
            wish.grant(state)


def test_a_refused_wish_needs_words_that_fit() -> None:
    assert wish.decline(" 不需要 ") == "不需要"
    with pytest.raises(Refusal, match="words_needed"):
        wish.decline(" ")
    with pytest.raises(Refusal, match="words_too_long"):
        wish.decline("x" * 301)
