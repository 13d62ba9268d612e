"""The draw for the second reading, and what comes of one."""

import uuid

import pytest

from libs.common.errors import Refusal
from services.review.domain.judging import Choice
from services.review.domain.second import (
    Ending,
    Judgement,
    agrees,
    check_settle,
    differing,
    ending,
    is_drawn,
    may_read,
)
from services.review.domain.staff import Reviewer, Role

KEY = b"k" * 32
CASES = [uuid.UUID(int=n << 64) for n in range(4000)]
ACCEPTED = Judgement(choice=Choice.ACCEPT)
ASKED = Judgement(choice=Choice.ASK, reason="RE02")
ONE, TWO = CASES[:2]


def drawn(key: bytes, percent: int) -> set[uuid.UUID]:
    return {case for case in CASES if is_drawn(case, key=key, percent=percent)}


def test_the_draw_is_the_same_whenever_it_is_repeated_and_another_with_another_key() -> None:
    assert drawn(KEY, 5) == drawn(KEY, 5)
    assert drawn(KEY, 5) != drawn(b"x" * 32, 5)


@pytest.mark.parametrize("percent", [5, 20, 50])
def test_the_draw_takes_about_its_share(percent: int) -> None:
    share = len(drawn(KEY, percent)) / len(CASES) * 100

    assert abs(share - percent) < 3


def test_none_and_all_are_shares_too_and_a_larger_share_holds_the_smaller() -> None:
    assert drawn(KEY, 0) == set()
    assert drawn(KEY, 100) == set(CASES)
    assert drawn(KEY, 5) <= drawn(KEY, 20)


def test_a_reading_ends_when_every_image_is_judged() -> None:
    with pytest.raises(Refusal, match="images_open") as refused:
        ending([ONE, TWO], {ONE: ACCEPTED}, eligible=True, words="")

    assert refused.value.params == {"count": 1}
    both = {ONE: ACCEPTED, TWO: ACCEPTED}
    assert ending([ONE, TWO], both, eligible=True, words="") is Ending.PASSED
    assert ending([ONE, TWO], both | {TWO: ASKED}, eligible=True, words="") is Ending.ASK


def test_not_passed_needs_a_reason_that_fits() -> None:
    with pytest.raises(Refusal, match="words_needed"):
        ending([ONE], {ONE: ACCEPTED}, eligible=False, words=" ")
    with pytest.raises(Refusal, match="words_too_long"):
        ending([ONE], {ONE: ACCEPTED}, eligible=False, words="字" * 301)

    assert ending([ONE], {ONE: ACCEPTED}, eligible=False, words="不符") is Ending.NOT_PASSED


def test_readings_agree_in_the_case_and_in_every_image() -> None:
    first = {ONE: ACCEPTED, TWO: ASKED}
    other_reason = {ONE: ACCEPTED, TWO: Judgement(choice=Choice.ASK, reason="RE01")}

    assert differing(first, other_reason) == frozenset()
    assert differing(first, {ONE: ASKED, TWO: ASKED}) == {ONE}
    assert agrees(first, other_reason, outcome="not_passed", ending=Ending.NOT_PASSED)
    assert not agrees(first, other_reason, outcome="passed", ending=Ending.ASK)
    assert not agrees(first, {ONE: ASKED}, outcome="not_passed", ending=Ending.NOT_PASSED)


def test_the_lead_says_why() -> None:
    assert check_settle(" 维持 ") == "维持"
    with pytest.raises(Refusal, match="words_needed"):
        check_settle(" ")
    with pytest.raises(Refusal, match="words_too_long"):
        check_settle("字" * 301)


@pytest.mark.parametrize("role", Role)
def test_only_the_area_reads_a_second_time(role: Role) -> None:
    who = Reviewer(id=ONE, name="x", roles=frozenset({role}), sites=frozenset({"heping"}))

    assert may_read(who) is (role in {Role.AREA_REVIEWER, Role.AREA_LEAD})
