"""What a page says of the refused form before it.

The form's answer is a redirect, so that Back and reload never ask to send the form again. What was
wrong, and what was typed into fields that are no secret, waits encrypted in the service's database;
the browser's signed cookie knows only its id.
"""

import base64
import dataclasses as dc
import hashlib
import json
import uuid
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import cast

from flask import Flask, Response, current_app, g, request, session
from sqlalchemy.exc import SQLAlchemyError

from libs.common import refused_forms
from libs.common.db import Database
from libs.common.fields import FieldCipher

_COOKIE_KEY = "refused"
_PLACE = "refused_form:told"


@dc.dataclass(frozen=True, kw_only=True)
class Told:
    """What is said, and what stands in the fields again."""

    faults: Mapping[str, str] = dc.field(default_factory=dict)
    """Field, or the id of a place on the page → sentence."""
    typed: Mapping[str, str] = dc.field(default_factory=dict)
    """Field → what was typed; never a password."""
    code: str = ""
    params: Mapping[str, object] = dc.field(default_factory=dict)
    status: int = 422
    came_from: str | None = None
    """The page on which the form stood, for a refusal that has a page of its own."""


@dc.dataclass(frozen=True)
class _Shelf:
    database: Database
    cipher: FieldCipher


def install(app: Flask, database: Database | None, *, key: str) -> None:
    """Keep in this database; templates find `faults` and `typed` among their values."""
    if database is not None:
        derived = hashlib.sha256(b"refused_form:" + key.encode()).digest()
        cipher = FieldCipher(f"c:{base64.b64encode(derived).decode()}")
        app.extensions["refused_forms"] = _Shelf(database, cipher)
    app.context_processor(lambda: {"faults": here().faults, "typed": here().typed})
    app.after_request(_with_status)


def can_keep() -> bool:
    """Whether the browser gives back our cookie, without which it would never be told."""
    has_cookie = bool(request.cookies.get(current_app.config["SESSION_COOKIE_NAME"]))
    return has_cookie and "refused_forms" in current_app.extensions


def keep(page: str, told: Told) -> None:
    """Leave it for the page of that path. Raises SQLAlchemyError."""
    shelf = _shelf()
    words = json.dumps(dc.asdict(told), default=str, ensure_ascii=False)
    with shelf.database.transaction() as db:
        sealed = shelf.cipher.encrypt(words, place=_PLACE)
        session[_COOKIE_KEY] = str(refused_forms.put(db, page=page, told=sealed))


def here() -> Told:
    """What waits for the page that is asked for: taken once, the same all through a request."""
    if "told" not in g:
        g.told = _found(refused_forms.take) or Told()
    return cast("Told", g.told)


def still_here() -> Told | None:
    """What waits for this page, left there: a reload shows the same."""
    g.told = Told()
    return _found(refused_forms.look)


def _with_status(response: Response) -> Response:
    """The page that says what was wrong bears the refusal's status."""
    told = g.get("told")
    if told is not None and told.code and response.status_code == HTTPStatus.OK:
        response.status_code = told.status
    return response


def _found(find: Callable[..., bytes | None]) -> Told | None:
    form = session.get(_COOKIE_KEY)
    if form is None or request.method != "GET" or "refused_forms" not in current_app.extensions:
        return None
    if "\0" in request.path:  # refused, and no page of ours: nothing waits for it
        return None
    shelf = _shelf()
    try:
        with shelf.database.transaction() as db:
            sealed = find(db, uuid.UUID(form), page=request.path)
    except SQLAlchemyError:
        # The page that says that the database is down must not need it.
        return None
    if sealed is None:
        return None
    return Told(**json.loads(shelf.cipher.decrypt(sealed, place=_PLACE)))


def _shelf() -> _Shelf:
    return cast("_Shelf", current_app.extensions["refused_forms"])
