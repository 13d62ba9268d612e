"""A claim keeps a case to one reviewer, and tells others by whom they came too late."""

import datetime as dt
import uuid

import pytest

from libs.common.errors import Refusal
from services.review.domain import claim as rules
from services.review.domain.claim import Claim

NOW = dt.datetime(2023, 2, 14, 11, 0, tzinfo=dt.UTC)
ME, OTHER = uuid.uuid4(), uuid.uuid4()


def held(by: uuid.UUID, minutes: int) -> Claim:
    return Claim(staff_id=by, staff_name="样例·王", expires_at=rules.until(NOW, minutes))


@pytest.mark.parametrize("claim", [None, held(ME, 5), held(ME, -5), held(OTHER, 0)])
def test_a_case_is_free_for_me_unless_another_holds_it(claim: Claim | None) -> None:
    rules.check_free(claim, staff_id=ME, now=NOW)


def test_a_case_that_another_holds_is_refused_with_the_name() -> None:
    with pytest.raises(Refusal, match="claimed_by_other") as refused:
        rules.check_free(held(OTHER, 5), staff_id=ME, now=NOW)
    assert refused.value.params == {"name": "样例·王"}


@pytest.mark.parametrize(
    ("seen", "last_name", "code"),
    [(3, None, None), (2, "样例·王", "stale_decision"), (2, None, "case_moved")],
)
def test_an_act_on_what_is_no_longer_so_is_refused(
    seen: int, last_name: str | None, code: str | None
) -> None:
    def act() -> None:
        rules.check_act(
            None, staff_id=ME, now=NOW, seen_version=seen, version=3, last_name=last_name
        )

    if code is None:
        act()
        return
    with pytest.raises(Refusal, match=code) as refused:
        act()
    assert refused.value.params.get("name") == last_name


@pytest.mark.parametrize("claim", [None, held(ME, -5), held(OTHER, 5)])
def test_a_case_that_is_not_mine_now_is_not_mine_to_decide(claim: Claim | None) -> None:
    rules.check_held(held(ME, 5), staff_id=ME, now=NOW)
    with pytest.raises(Refusal, match="not_claimed"):
        rules.check_held(claim, staff_id=ME, now=NOW)
