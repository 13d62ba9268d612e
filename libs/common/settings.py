"""Settings: one frozen dataclass per kind of process, read once from the environment.

A field `upload_database_url: str` is read from `UPLOAD_DATABASE_URL`, or from the file that
`UPLOAD_DATABASE_URL_FILE` names (for mounted secrets). What is missing or wrong stops the start
with one sentence that names every fault.
"""

import dataclasses as dc
import os
import typing
from collections.abc import Mapping
from pathlib import Path

from libs.common.errors import Misconfigured

_TRUE = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


S = typing.TypeVar("S")


def load(kind: type[S], environ: Mapping[str, str] | None = None) -> S:
    """An instance of the dataclass `kind`. Raises Misconfigured, which names every fault."""
    source = os.environ if environ is None else environ
    hints = typing.get_type_hints(kind)
    values: dict[str, object] = {}
    faults: list[str] = []
    for field in dc.fields(kind):  # type: ignore[arg-type]
        name = field.name.upper()
        try:
            text = _text(name, source)
            if text is not None:
                values[field.name] = _convert(text, hints[field.name])
            elif field.default is dc.MISSING and field.default_factory is dc.MISSING:
                faults.append(f"{name} is not set")
        except (ValueError, OSError) as error:
            faults.append(f"{name}: {error}")
    if faults:
        raise Misconfigured(f"{kind.__name__}: " + "; ".join(faults))
    return kind(**values)


def value(name: str, environ: Mapping[str, str] | None = None) -> str:
    """One setting by its name. Raises Misconfigured."""
    text = _text(name, os.environ if environ is None else environ)
    if text is None:
        raise Misconfigured(f"{name} is not set")
    return text


def _text(name: str, source: Mapping[str, str]) -> str | None:
    path = source.get(f"{name}_FILE")
    if path:
        return Path(path).read_text(encoding="utf-8").strip()
    return source.get(name)


def _convert(text: str, kind: object) -> object:
    if kind is str:
        return text
    if kind is int:
        try:
            return int(text)
        except ValueError:
            raise ValueError(f"expected a whole number, not {text!r}") from None
    if kind is float:
        return float(text)
    if kind is Path:
        return Path(text)
    if kind is bool:
        if text.lower() not in _TRUE:
            raise ValueError("expected one of 1, 0, true, false, yes, no")
        return _TRUE[text.lower()]
    if kind == tuple[str, ...]:
        return tuple(part.strip() for part in text.split(",") if part.strip())
    raise TypeError(f"settings do not know the type {kind!r}")
