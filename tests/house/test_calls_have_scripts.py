"""What notify asks to telephone about, the review's call sheet has words for."""

from services.notify.domain.facts import FACTS, Channel
from services.review.web.scripts import FACTS_TOLD, SCRIPTS


def test_every_fact_that_leads_to_a_call_has_its_name_and_its_script() -> None:
    called = {name for name, fact in FACTS.items() if Channel.CALL in fact.channels}

    missing = called - (FACTS_TOLD.keys() & SCRIPTS.keys())

    assert not missing, f"write them in services/review/web/scripts.py: {sorted(missing)}"
