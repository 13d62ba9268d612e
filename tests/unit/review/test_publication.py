"""Results leave when nothing is open, by two persons, in parts."""

import uuid

import pytest

from libs.common.errors import Refusal
from services.review.domain.publication import Readiness, check_confirm, parts


def readiness(**counts: int) -> Readiness:
    zero = dict.fromkeys(
        ("at_site", "waiting", "at_area", "passed", "not_passed", "not_submitted", "published"), 0
    )
    return Readiness(**(zero | counts))


@pytest.mark.parametrize("open_", ["at_site", "waiting", "at_area"])
def test_nothing_is_published_while_a_case_is_open(open_: str) -> None:
    with pytest.raises(Refusal, match="cases_open"):
        readiness(passed=5, **{open_: 1}).check()


def test_nothing_to_publish_is_said_so() -> None:
    with pytest.raises(Refusal, match="nothing_to_publish"):
        readiness(published=5).check()


def test_concluded_and_unsubmitted_together_are_the_results() -> None:
    ready = readiness(passed=5, not_passed=2, not_submitted=3)

    ready.check()

    assert ready.results == 10


def test_the_second_person_is_another_one_and_confirms_what_was_proposed() -> None:
    first, second = uuid.uuid4(), uuid.uuid4()

    check_confirm(proposed_by=first, confirmed_by=second, proposed=3, unchanged=3)
    with pytest.raises(Refusal, match="same_person"):
        check_confirm(proposed_by=first, confirmed_by=first, proposed=3, unchanged=3)
    with pytest.raises(Refusal, match="batch_changed"):
        check_confirm(proposed_by=first, confirmed_by=second, proposed=3, unchanged=2)


def test_results_are_cut_into_parts_of_two_hundred() -> None:
    assert [len(p) for p in parts(range(401))] == [200, 200, 1]
