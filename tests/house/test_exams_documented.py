"""Each key that a pack may hold has its row in docs/exams.md, and no row names another."""

import dataclasses as dc
import re
import types
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from services.upload.domain.exam import Text
from services.upload.packs.shape import PackShape

PAGE = Path(__file__).parents[2] / "docs" / "exams.md"
ROW = re.compile(r"^\| (`[^|]+`) \|", re.MULTILINE)


def keys_of(kind: Any, place: str = "") -> Iterator[str]:
    """`materials[].title`, `windows.*.ends`: the path of each leaf."""
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Annotated:
        yield from keys_of(inner[0], place)
    elif origin in (types.UnionType, typing.Union):
        yield from keys_of(next(arm for arm in inner if arm is not type(None)), place)
    elif origin is tuple:
        yield from keys_of(inner[0], f"{place}[]")
    elif origin is dict:
        yield from keys_of(inner[1], f"{place}.*")
    elif isinstance(kind, type) and kind is not Text and _fields(kind):
        for name, field in _fields(kind).items():
            yield from keys_of(field, f"{place}.{name}".lstrip("."))
    else:
        yield place


def _fields(kind: type) -> dict[str, Any]:
    if not (issubclass(kind, BaseModel) or dc.is_dataclass(kind)):
        return {}
    names = kind.model_fields if issubclass(kind, BaseModel) else {f.name for f in dc.fields(kind)}
    hints = typing.get_type_hints(kind, include_extras=True)
    return {name: hints[name] for name in names}


def test_each_key_has_its_row() -> None:
    known = set(keys_of(PackShape))
    rows = {key for cell in ROW.findall(PAGE.read_text("utf-8")) for key in cell.split("`")[1::2]}

    assert len(known) > 60
    assert known - rows == set(), "give each its row in docs/exams.md"
    assert rows - known == set(), "no pack has these keys; take their rows out of docs/exams.md"
