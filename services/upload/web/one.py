"""大字模式 shows one material at a time: which one, what came before it, what comes next."""

import dataclasses as dc
from collections.abc import Sequence

from flask import request, session, url_for

from services.upload.queries.shapes.materials import MaterialEntry
from services.upload.web import faces
from services.upload.web.frame import is_large

_KEPT = "at"
"""Which material she is at; kept in the browser's cookie, so that a form leads back to it."""


@dc.dataclass(frozen=True, kw_only=True)
class One:
    """The material that is shown, and its neighbours."""

    entry: MaterialEntry
    number: int
    total: int
    back: MaterialEntry | None
    next: MaterialEntry | None


def one_of(entries: Sequence[MaterialEntry]) -> One | None:
    """The material that is asked for, else the last one, else the first that needs her.

    None in usual type, and where she wants to see the whole list.
    """
    wants_list = any(name in request.args for name in ("list", "all", "show"))
    if not is_large() or wants_list or not entries:
        return None
    codes = [entry.code for entry in entries]
    at = next((code for code in _wanted() if code in codes), None)
    at = at or next((e.code for e in entries if e.state in faces.TO_DO), codes[0])
    session[_KEPT] = at
    place = codes.index(at)
    return One(
        entry=entries[place],
        number=place + 1,
        total=len(entries),
        back=entries[place - 1] if place else None,
        next=entries[place + 1] if place + 1 < len(entries) else None,
    )


def card_at(code: str) -> str:
    """Where this material stands on her list."""
    at = code if is_large() else None
    return url_for("materials.page", at=at, _anchor=f"card-{code}")


def _wanted() -> tuple[str, ...]:
    return request.args.get("at", ""), str(session.get(_KEPT, ""))
