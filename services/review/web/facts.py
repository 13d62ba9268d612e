"""The registration facts as the desk shows them: old beside new, and against the reading."""

import dataclasses as dc
from collections.abc import Mapping

from services.review import words
from services.review.domain.staff import REVIEWERS
from services.review.queries.shapes import Desk, DeskImage
from services.review.vault import masked
from services.review.web.door import me, parts

FIRST_FACTS = ("name", "sex", "birth_date", "id_type", "id_number", "work_unit")
"""What stands on top of the panel; the pack's order follows."""


@dc.dataclass(frozen=True, kw_only=True)
class FactLine:
    """One fact: its words, what they were before a corrected record, and how the paper reads."""

    fact: str
    label: str
    value: str
    old: str
    """Empty where nothing has changed."""
    compared: str
    """A word of `Comparison`; empty where the reader compares nothing."""


def lines(seen: Desk, image: DeskImage | None) -> list[FactLine]:
    """The panel's facts in its order, personal ones among them. What has changed stands first."""
    case = seen.case
    vault = parts().vault
    known = {**case.facts, **_shown(vault.person(case.personal, case_id=case.id))}
    before: dict[str, str] = {}
    if case.old_personal is not None:
        before = {
            **case.old_facts,
            **_shown(vault.old_person(case.old_personal, case_id=case.id)),
        }
    compared = image.row.compared if image else {}
    order = [*FIRST_FACTS, *(f for f in seen.exam.facts if f not in FIRST_FACTS)]
    order += [f for f in known if f not in order]
    order.sort(key=lambda fact: fact not in case.changed_facts)
    return [
        FactLine(
            fact=fact,
            label=words.fact_label(seen.exam, fact),
            value=words.fact_value(seen.exam, fact, str(known.get(fact, ""))),
            old=words.fact_value(seen.exam, fact, str(before.get(fact) or words.NOTHING))
            if fact in case.changed_facts
            else "",
            compared=str(compared.get(fact, "")),
        )
        for fact in order
        if known.get(fact) not in (None, "") or fact in case.changed_facts
    ]


def shown_name(seen: Desk) -> str:
    """The candidate's name: whole for whoever compares it with papers."""
    if not me().roles & REVIEWERS:
        return seen.case.masked_name
    return parts().vault.person(seen.case.personal, case_id=seen.case.id).get("name", "")


def _shown(person: Mapping[str, str]) -> dict[str, str]:
    compares = bool(me().roles & REVIEWERS)
    return {fact: masked(fact, value, compares=compares) for fact, value in person.items()}
