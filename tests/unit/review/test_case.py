"""The case's states: every line of the table, and what stands in none of them."""

import itertools

import pytest

from libs.common.errors import Refusal
from services.review.domain.case import TRANSITIONS, Act, Level, State, after, after_round, holder


@pytest.mark.parametrize(("state", "act"), list(itertools.product(State, Act)))
def test_an_act_leads_where_the_table_says_and_is_refused_elsewhere(state: State, act: Act) -> None:
    if (state, act) in TRANSITIONS:
        assert after(state, act) is TRANSITIONS[state, act]
    else:
        with pytest.raises(Refusal, match="wrong_state"):
            after(state, act)


def test_only_the_two_review_states_are_held_by_a_level() -> None:
    assert holder(State.SITE_REVIEW) is Level.SITE
    assert holder(State.AREA_REVIEW) is Level.AREA
    with pytest.raises(Refusal, match="wrong_state"):
        holder(State.WAITING)


@pytest.mark.parametrize(
    ("state", "resumes_at", "target"),
    [
        (State.WAITING, Level.AREA, State.AREA_REVIEW),
        (State.WAITING, Level.SITE, State.SITE_REVIEW),
        (State.CONCLUDED, None, State.AREA_REVIEW),
        (State.SITE_REVIEW, None, State.SITE_REVIEW),
        (State.AREA_REVIEW, None, State.AREA_REVIEW),
    ],
)
def test_a_newer_round_goes_to_the_level_that_judges_it(
    state: State, resumes_at: Level | None, target: State
) -> None:
    assert after_round(state, resumes_at=resumes_at) is target


def test_no_round_comes_after_publication() -> None:
    with pytest.raises(Refusal, match="already_published"):
        after_round(State.PUBLISHED, resumes_at=None)
