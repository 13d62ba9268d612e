"""Registration facts: what is known, what is missing, what is wrong."""

from services.upload.domain.facts import FACTS, checked
from tests.unit.upload.profiles import make_facts


def test_claims_that_are_not_given_count_as_false() -> None:
    assert make_facts()["military"] == "false"


def test_claims_may_come_as_json_booleans() -> None:
    facts, faults = checked({**make_facts(), "military": True, "extra_post": False})

    assert (facts["military"], facts["extra_post"], faults) == ("true", "false", ())


def test_facts_come_back_in_one_order_whatever_was_sent() -> None:
    facts, _ = checked(dict(reversed(make_facts().items())))

    assert list(facts) == list(FACTS)


def test_an_unknown_fact_is_named() -> None:
    _, faults = checked({**make_facts(), "shoe_size": "38"})

    assert faults == ("shoe_size is not a known fact",)


def test_an_unknown_value_is_named_with_what_is_allowed() -> None:
    _, faults = checked({**make_facts(), "level": "surgeon"})

    assert faults == ("level is 'surgeon', not one of physician, assistant, rural",)


def test_a_missing_fact_is_named() -> None:
    facts, faults = checked({**make_facts(), "unit_kind": ""})

    assert len(faults) == 1
    assert faults[0].startswith("unit_kind is missing; it is one of tertiary_hospital")
    assert "unit_kind" not in facts


def test_education_is_needed_only_where_formal_education_is_the_route() -> None:
    facts = make_facts()
    del facts["education"]

    assert checked(facts)[1][0].startswith("education is missing")
    assert checked({**facts, "route": "apprenticeship"})[1] == ()
