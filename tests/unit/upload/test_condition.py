"""Conditions: how they are written, and when they hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.upload.domain.condition import (
    ALWAYS,
    NEVER,
    AllOf,
    AnyOf,
    Condition,
    FactIs,
    from_form,
    holds,
)


def read(form: object) -> tuple[Condition, list[tuple[str, str]]]:
    faults: list[tuple[str, str]] = []
    condition = from_form(form, place="when", tell=lambda *fault: faults.append(fault))
    return condition, faults


@pytest.mark.parametrize(
    ("form", "facts", "expected"),
    [
        ("always", {}, True),
        ("never", {}, False),
        ({"route": "degree"}, {"route": "degree"}, True),
        ({"route": ["degree", "expertise"]}, {"route": "expertise"}, True),
        ({"route": "degree"}, {"route": "expertise"}, False),
        ({"route": "degree"}, {}, False),
        ({"military": True}, {"military": "true"}, True),
        ({"military": False}, {"military": "true"}, False),
        ({"route": "degree", "military": True}, {"route": "degree", "military": "true"}, True),
        ({"route": "degree", "military": True}, {"route": "degree", "military": "false"}, False),
        ({"not": {"route": "degree"}}, {"route": "expertise"}, True),
        ({"any": [{"military": True}, {"level": "rural"}]}, {"level": "rural"}, True),
        ({"any": [{"military": True}, {"level": "rural"}]}, {"level": "physician"}, False),
        ({"all": [{"military": True}, {"level": "rural"}]}, {"level": "rural"}, False),
    ],
)
def test_a_condition_holds_as_it_reads(
    form: object, facts: dict[str, str], *, expected: bool
) -> None:
    condition, faults = read(form)

    assert faults == []
    assert holds(condition, facts) is expected


@pytest.mark.parametrize(
    ("form", "place", "sentence"),
    [
        (None, "when", "is not a condition"),
        ({}, "when", "is not a condition"),
        ("sometimes", "when", "is not a condition"),
        ({"shoe_size": "38"}, "when.shoe_size", "is not a known fact, nor all, any or not"),
        ({"level": ["physician", "surgeon"]}, "when.level", "'surgeon' is not one of physician"),
        ({"any": {"level": "rural"}}, "when.any", "must be a list"),
        ({"all": []}, "when.all", "must be a list"),
        ({"all": [{"level": "rural"}, {"any": [{"x": 1}]}]}, "when.all[1].any[0].x", "is not a"),
        ({"not": {"level": 3}}, "when.not.level", "'3' is not one of"),
    ],
)
def test_a_wrong_condition_is_named_with_its_place(form: object, place: str, sentence: str) -> None:
    _, faults = read(form)

    assert len(faults) == 1
    assert faults[0][0] == place
    assert faults[0][1].startswith(sentence)


@given(st.lists(st.booleans(), max_size=6))
def test_all_and_any_agree_with_logic(truths: list[bool]) -> None:
    parts = tuple(ALWAYS if truth else NEVER for truth in truths)

    assert holds(AllOf(parts), {}) is all(truths)
    assert holds(AnyOf(parts), {}) is any(truths)


def test_a_fact_that_is_not_known_has_no_value() -> None:
    assert not holds(FactIs("education", ("secondary",)), {"route": "apprenticeship"})
