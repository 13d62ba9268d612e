"""What administrators changed at the desk, laid over a pack's document.

An edit outlives a newer version of the pack: who changed a site's phone today does not lose it to
a file of yesterday.
"""

import copy
import dataclasses as dc
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

Document = dict[str, Any]


class Part(StrEnum):
    """The lists of a pack whose entries may be edited."""

    SITES = "sites"
    REASONS = "reasons"


@dc.dataclass(frozen=True, kw_only=True)
class Edit:
    """One entry as it shall be; of a site only the fields that stand here."""

    part: Part
    code: str
    fields: Mapping[str, Any]


def applied(document: Mapping[str, Any], edits: Iterable[Edit]) -> Document:
    """The document with the edits; a site that the pack has no more stays gone."""
    edited = copy.deepcopy(dict(document))
    for edit in edits:
        entries = edited.setdefault(edit.part.value, [])
        entry = next((e for e in entries if e.get("code") == edit.code), None)
        if entry is not None:
            entry.update(edit.fields)
        elif edit.part is Part.REASONS:
            entries.append({"code": edit.code, **edit.fields})
    return edited
