"""Conditions over the registration facts: plain data, so that an exam can carry them."""

import dataclasses as dc
from collections.abc import Callable, Mapping

from services.upload.domain.facts import FACTS, Facts


@dc.dataclass(frozen=True)
class FactIs:
    """The fact has one of these values; a fact that is not known has none."""

    fact: str
    values: tuple[str, ...]


@dc.dataclass(frozen=True)
class AllOf:
    """Every part holds; without parts it always holds."""

    parts: tuple["Condition", ...]


@dc.dataclass(frozen=True)
class AnyOf:
    """At least one part holds; without parts it never holds."""

    parts: tuple["Condition", ...]


@dc.dataclass(frozen=True)
class Not:
    """The part does not hold."""

    part: "Condition"


Condition = FactIs | AllOf | AnyOf | Not

ALWAYS: Condition = AllOf(())
NEVER: Condition = AnyOf(())


def holds(condition: Condition, facts: Facts) -> bool:
    """Whether the condition is true of these facts."""
    match condition:
        case FactIs():
            return facts.get(condition.fact) in condition.values
        case AllOf():
            return all(holds(part, facts) for part in condition.parts)
        case AnyOf():
            return any(holds(part, facts) for part in condition.parts)
    return not holds(condition.part, facts)


Tell = Callable[[str, str], None]
"""Takes a fault's place and its sentence."""


def from_form(form: object, *, place: str, tell: Tell) -> Condition:
    """The condition that a pack's form says; each fault is told, and reads as `NEVER`.

    A form is `always`, `never`, or a mapping whose entries must all hold: `all: [forms]`,
    `any: [forms]`, `not: form`, or `fact: value` and `fact: [values]`.
    """
    if form == "always":
        return ALWAYS
    if form == "never":
        return NEVER
    if not isinstance(form, Mapping) or not form:
        tell(place, "is not a condition: write always, never, or entries like `route: degree`")
        return NEVER
    parts = tuple(_part(str(k), v, place=f"{place}.{k}", tell=tell) for k, v in form.items())
    return parts[0] if len(parts) == 1 else AllOf(parts)


def _part(key: str, value: object, *, place: str, tell: Tell) -> Condition:
    if key == "not":
        return Not(from_form(value, place=place, tell=tell))
    if key in ("all", "any"):
        if not isinstance(value, list) or not value:
            tell(place, "must be a list of conditions")
            return NEVER
        forms = enumerate(value)
        parts = tuple(from_form(form, place=f"{place}[{i}]", tell=tell) for i, form in forms)
        return AllOf(parts) if key == "all" else AnyOf(parts)
    return _fact(key, value, place=place, tell=tell)


def _fact(name: str, value: object, *, place: str, tell: Tell) -> Condition:
    fact = FACTS.get(name)
    if fact is None:
        tell(place, "is not a known fact, nor all, any or not")
        return NEVER
    given = value if isinstance(value, list) else [value]
    values = tuple(str(v).lower() if isinstance(v, bool) else str(v) for v in given)
    for unknown in (v for v in values if v not in fact.values):
        tell(place, f"{unknown!r} is not one of {', '.join(fact.values)}")
    return FactIs(name, values)
