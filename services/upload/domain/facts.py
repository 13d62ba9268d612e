"""The registration facts that decide what is asked of a candidate: their names and values.

All values are words (`"true"` and `"false"` for the claims), as they travel in messages.
"""

import dataclasses as dc
from collections.abc import Mapping

Facts = Mapping[str, str]

CLAIM = ("true", "false")


@dc.dataclass(frozen=True)
class Fact:
    """One fact. `needed_with` names the fact and value without which it may be left out."""

    name: str
    values: tuple[str, ...] = CLAIM
    needed_with: tuple[str, str] | None = None

    @property
    def is_claim(self) -> bool:
        """Whether it is true or false; a claim that is not given counts as false."""
        return self.values == CLAIM


_STUDIED = ("route", "degree")

FACTS: Mapping[str, Fact] = {
    fact.name: fact
    for fact in (
        Fact("level", ("physician", "assistant", "rural")),
        Fact("category", ("clinical", "dental", "public_health", "tcm", "integrated")),
        Fact("route", ("degree", "apprenticeship", "expertise")),
        Fact("education", ("secondary", "junior", "bachelor", "master", "doctor"), _STUDIED),
        Fact("education_mode", ("full_time", "adult", "self_taught"), _STUDIED),
        Fact("education_origin", ("mainland", "overseas", "military"), _STUDIED),
        Fact("chsi_verifiable"),
        Fact("id_type", ("mainland", "temporary", "hk_mo_tw", "passport")),
        Fact(
            "unit_kind",
            ("tertiary_hospital", "other_institution", "clinic", "village_clinic", "cdc"),
        ),
        Fact("holds_assistant_licence"),
        Fact("licence_cross_province"),
        Fact("fresh_graduate"),
        Fact("current_postgraduate"),
        Fact("retaker_same_area"),
        Fact("skill_pass_carried"),
        Fact("name_changed"),
        Fact("military"),
        Fact("extra_post"),
        Fact("diploma_lost"),
    )
}

SEXES = ("female", "male")
PERSONAL_FACTS = ("name", "id_number", "birth_date", "sex", "phone", "work_unit", "unit_phone")
"""What the registration holds besides: shown and correctable, but it decides no list."""


def checked(raw: Mapping[str, object]) -> tuple[dict[str, str], tuple[str, ...]]:
    """The facts as words, in the order of FACTS, and one sentence for each fault.

    JSON's true and false are read as claims; an empty value counts as not given.
    """
    given = {name: _word(value) for name, value in raw.items() if value not in (None, "")}
    faults = [f"{name} is not a known fact" for name in given if name not in FACTS]
    facts: dict[str, str] = {}
    for fact in FACTS.values():
        value = given.get(fact.name, "false" if fact.is_claim else None)
        if value is None:
            if fact.needed_with is None or given.get(fact.needed_with[0]) == fact.needed_with[1]:
                faults.append(f"{fact.name} is missing; it is one of {', '.join(fact.values)}")
        elif value not in fact.values:
            faults.append(f"{fact.name} is {value[:40]!r}, not one of {', '.join(fact.values)}")
        else:
            facts[fact.name] = value
    return facts, tuple(faults)


def _word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value).strip()
