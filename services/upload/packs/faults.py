"""What is wrong with a pack, in sentences that name the place."""

import dataclasses as dc
from collections.abc import Mapping, Sequence
from typing import Any


@dc.dataclass(frozen=True)
class Fault:
    """What is wrong with a pack, and where; reads as one sentence."""

    place: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.place}: {self.sentence}"


class BadPack(Exception):
    """A pack with faults; none of it may be used."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = tuple(faults)


_SENTENCES = {
    "missing": "is missing",
    "extra_forbidden": "is not a known field",
    "unexpected_keyword_argument": "is not a known field",
    "missing_argument": "is missing",
    "dataclass_type": "must be a mapping of fields",
    "model_type": "must be a mapping of fields",
    "string_too_short": "is empty",
}


def shape_fault(error: Mapping[str, Any], document: Mapping[str, Any]) -> Fault:
    """A fault of the shape, as pydantic tells it, in our words."""
    words = str(error["msg"])
    said = _SENTENCES.get(error["type"], f"is wrong: {words[:1].lower()}{words[1:]}")
    return Fault(_place(error["loc"], document), said)


def _place(steps: Sequence[str | int], document: Any) -> str:
    """`materials.B02.title.en`: entries of a list are named by their code where they have one."""
    place, here = "", document
    for step in steps:
        try:
            here = here[step]
        except (LookupError, TypeError):
            here = None
        code = here.get("code") if isinstance(here, dict) else None
        if isinstance(step, str) or isinstance(code, str):
            place += f".{code if isinstance(step, int) else step}"
        else:
            place += f"[{step}]"
    return place.lstrip(".") or "exam.yaml"
