"""A reviewer's demand is complete, short, due in time, and marks a place on the image."""

import dataclasses as dc
import datetime as dt
import uuid
from typing import Any

import pytest

from libs.common.errors import Refusal
from services.review.domain.request import Demand, Kind, Mark, check, due_at

REPLACE = Demand(
    kind=Kind.REPLACE,
    material="A01",
    image_id=uuid.uuid4(),
    add_count=0,
    fact=None,
    reason="RE01",
    words="",
    mark=None,
    due_hours=48,
)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"mark": Mark(0.1, 0.1, 0.5, 0.2)},
        {"mark": Mark(0.0, 0.0, 1.0, 1.0)},
        {"kind": Kind.ADD, "image_id": None, "add_count": 2},
        {"kind": Kind.FIX, "image_id": None, "material": None, "fact": "name"},
    ],
)
def test_a_complete_demand_is_taken(changes: dict[str, Any]) -> None:
    check(dc.replace(REPLACE, **changes))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"image_id": None}, "demand_incomplete"),
        ({"material": None}, "demand_incomplete"),
        ({"reason": ""}, "demand_incomplete"),
        ({"kind": Kind.ADD, "add_count": 0}, "demand_incomplete"),
        ({"kind": Kind.ADD, "add_count": 11}, "demand_incomplete"),
        ({"kind": Kind.ADD, "material": None, "add_count": 1}, "demand_incomplete"),
        ({"kind": Kind.FIX, "fact": ""}, "demand_incomplete"),
        ({"words": "长" * 301}, "words_too_long"),
        ({"due_hours": 0}, "due_out_of_range"),
        ({"due_hours": 721}, "due_out_of_range"),
        ({"mark": Mark(0.9, 0.1, 0.2, 0.1)}, "bad_mark"),
        ({"mark": Mark(0.1, 0.95, 0.2, 0.1)}, "bad_mark"),
        ({"mark": Mark(-0.1, 0.1, 0.2, 0.1)}, "bad_mark"),
        ({"mark": Mark(0.1, -0.1, 0.2, 0.1)}, "bad_mark"),
        ({"mark": Mark(0.1, 0.1, 0.001, 0.1)}, "bad_mark"),
    ],
)
def test_an_incomplete_demand_is_refused_by_name(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(Refusal, match=code):
        check(dc.replace(REPLACE, **changes))


def test_the_due_time_counts_from_the_telling_and_ends_on_a_full_minute() -> None:
    now = dt.datetime(2023, 2, 14, 11, 6, 30, tzinfo=dt.UTC)

    assert due_at(now, 48) == dt.datetime(2023, 2, 16, 11, 7, tzinfo=dt.UTC)
    assert due_at(now.replace(second=0), 48) == dt.datetime(2023, 2, 16, 11, 6, tzinfo=dt.UTC)
