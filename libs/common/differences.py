"""In what two documents differ: place by place, entries of a list by their code."""

import dataclasses as dc
from collections.abc import Iterator, Mapping
from typing import Any


@dc.dataclass(frozen=True, kw_only=True)
class Difference:
    """One place in which two documents differ; None: it is not there."""

    place: str
    before: Any
    after: Any


def differences(before: Any, after: Any, *, place: str = "") -> Iterator[Difference]:
    """Every place that differs, in the order of the newer document. JSON values."""
    before, after = _by_code(before), _by_code(after)
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in [*after, *(n for n in before if n not in after)]:
            below = f"{place}.{name}" if place else str(name)
            yield from differences(before.get(name), after.get(name), place=below)
    elif before != after:
        yield Difference(place=place, before=before, after=after)


def _by_code(value: Any) -> Any:
    """A list of named entries as a mapping; everything else as it is."""
    if not isinstance(value, list) or not value or not all(isinstance(e, Mapping) for e in value):
        return value
    names = [e.get("code") or e.get("name") or e.get("letter") for e in value]
    are_names = all(isinstance(n, str) for n in names) and len(set(names)) == len(names)
    return dict(zip(names, value, strict=True)) if are_names else value
