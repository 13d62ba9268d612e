"""What is said on the telephone, and of which facts the ladder telephones at all."""

from services.notify.domain.facts import FACTS, Channel
from services.review.web.scripts import FACTS_TOLD, SCRIPTS


def test_every_fact_that_leads_to_a_call_has_its_script_and_no_other_has_one() -> None:
    called = {name for name, fact in FACTS.items() if Channel.CALL in fact.channels}

    assert set(SCRIPTS) == called | {"other"}
    assert set(FACTS_TOLD) == called
