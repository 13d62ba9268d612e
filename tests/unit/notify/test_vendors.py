"""Who sends the next SMS: weights that flee from trouble, keep a probe, and heal."""

import datetime as dt
from collections import Counter

import pytest

from services.notify.domain.vendors import (
    PROBE_POINTS,
    Seen,
    Share,
    choose,
    judge,
    resting_points,
)

NOW = dt.datetime(2023, 2, 20, 4, tzinfo=dt.UTC)
DOWN = Seen(attempts=60, errors=55, errors_of_minute=55)


def share(name: str, weight: int, *, minutes: float = 60, pinned: bool = False) -> Share:
    resting = 51 if name == "a" else 49
    changed_at = NOW - dt.timedelta(minutes=minutes)
    return Share(name, weight, resting, changed_at, is_pinned=pinned)


def test_two_vendors_share_51_to_49() -> None:
    assert resting_points(1) == [100]
    assert resting_points(2) == [51, 49]
    assert sum(resting_points(3)) == 100


def test_the_lot_falls_by_weight() -> None:
    both = [share("a", 51), share("b", 49)]

    drawn = Counter(choose(both, lot / 100) for lot in range(100))

    assert drawn == {"a": 51, "b": 49}


def test_a_vendor_that_refused_this_message_does_not_get_it_again() -> None:
    both = [share("a", 95), share("b", 5)]

    assert {choose(both, lot / 10, without=frozenset({"a"})) for lot in range(10)} == {"b"}
    assert choose(both, 0, without=frozenset({"a", "b"})) == "a"


def test_no_code_is_risked_on_a_probe() -> None:
    both = [share("a", 5), share("b", 95)]

    assert {choose(both, lot / 10, is_code=True) for lot in range(10)} == {"b"}
    assert choose([share("a", 5)], 0.5, is_code=True) == "a"
    assert choose([share("a", 0), share("b", 0)], 0.5) in {"a", "b"}


@pytest.mark.parametrize(
    ("seen", "points"),
    [
        (Seen(attempts=1000, errors=51, errors_of_minute=51), 10),
        (Seen(attempts=1000, errors=200, errors_of_minute=50), 0),
        (Seen(attempts=10, errors=5), 10),
        (Seen(attempts=9, errors=9), 0),
        (Seen(refused_account=True), 46),
        (Seen(receipts=100, slow=15), 10),
        (Seen(receipts=100, slow=14), 0),
    ],
)
def test_trouble_moves_ten_points_and_a_refused_account_all_but_the_probe(
    seen: Seen, points: int
) -> None:
    moves = judge([share("a", 51), share("b", 49)], {"a": seen}, now=NOW)

    assert [(m.giver, m.taker, m.points) for m in moves] == ([("a", "b", points)] if points else [])


def test_it_moves_once_a_minute_and_for_slow_receipts_once_in_five() -> None:
    slow = Seen(receipts=100, slow=50)

    assert judge([share("a", 41, minutes=0.5), share("b", 59)], {"a": DOWN}, now=NOW) == []
    assert judge([share("a", 41, minutes=1), share("b", 59)], {"a": DOWN}, now=NOW)
    assert judge([share("a", 41, minutes=4), share("b", 59)], {"a": slow}, now=NOW) == []


def test_a_probe_is_left_and_nothing_moves_when_all_are_in_trouble() -> None:
    (move,) = judge([share("a", 11), share("b", 89)], {"a": DOWN}, now=NOW)
    assert 11 - move.points == PROBE_POINTS

    assert judge([share("a", 5), share("b", 95)], {"a": DOWN}, now=NOW) == []
    assert judge([share("a", 51), share("b", 49)], {"a": DOWN, "b": DOWN}, now=NOW) == []


def test_ten_points_come_back_after_a_quiet_quarter_of_an_hour() -> None:
    after_14 = [share("a", 5, minutes=14), share("b", 95, minutes=14)]
    after_15 = [share("a", 5, minutes=15), share("b", 95, minutes=15)]

    assert judge(after_14, {}, now=NOW) == []
    (move,) = judge(after_15, {}, now=NOW)
    assert (move.giver, move.taker, move.points, move.reason) == ("b", "a", 10, "healing")
    assert judge(after_15, {"a": DOWN}, now=NOW) == []
    assert judge([share("a", 51), share("b", 49)], {}, now=NOW) == []


def test_what_a_person_has_pinned_is_not_moved() -> None:
    pinned = [share("a", 80, pinned=True), share("b", 20)]

    assert judge(pinned, {"a": DOWN}, now=NOW) == []
    assert judge(pinned, {}, now=NOW) == []
