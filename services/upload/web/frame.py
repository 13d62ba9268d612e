"""What the frame of every page shows: who is here, whom to ask, the footer, language and type."""

from collections.abc import Callable
from typing import Any, cast

from flask import Flask, Response, current_app, g, request, url_for
from markupsafe import Markup
from sqlalchemy.exc import DBAPIError

from libs.common import browser_sessions
from libs.common.messages import ApplicationId
from libs.common.web.languages import LANGUAGES
from services.upload.domain.activation import Step
from services.upload.operations.account import set_large_type
from services.upload.operations.contacts import set_language
from services.upload.queries.account import signed
from services.upload.queries.public import Desk, desk_of, desk_of_all
from services.upload.queries.shapes.account import Signed
from services.upload.web import door

LARGE = "large"
"""大字模式: `?large=1` is remembered in a cookie of this name, and in the account."""
_YEAR_SECONDS = 31_536_000
SHEETS = "sheets"
"""Cookie of a browser that keeps our style sheets; `keep.js` writes their version into it."""
_ASKED_AS, _A_PAGE = "Sec-Fetch-Dest", "document"
"""What a browser says when it opens a page; not when a script asks for a part of one."""


def install(app: Flask) -> None:
    """Give the frame to every page, and remember what is chosen on it."""
    app.context_processor(_context)
    app.before_request(_remember_choices)
    app.after_request(_keep_large_type)
    app.after_request(_name_the_sheets)
    app.jinja_env.globals.update(here=_here, sheet=_sheet)


def _context() -> dict[str, object]:
    try:
        who, desk = door.known(), _desk()
    except DBAPIError:
        # The page that says so must not need the database that is down.
        who, desk = None, Desk()
    return {
        "signed": who if who is not None and who.step is Step.DONE else None,
        "is_known": who is not None,
        "unread": g.get("unread", 0),
        "site": who.site if who else None,
        "helpers": desk.helpers,
        "footer_lines": desk.footer,
        "is_large": is_large(),
        "carries_sheets": _carries_sheets(),
        "active": "",
    }


def _desk() -> Desk:
    """Whom to ask: her site; before she is known the areas, which know every site."""
    who = door.known() or _of_session(door.LAUNCHED) or _of_session(door.PHONE)
    if who is not None:
        return desk_of(who)
    with door.transaction() as db:
        return desk_of_all(db)


def _of_session(kind: str) -> Signed | None:
    """Whose registration a session of this kind is about."""
    if not door.token(kind):
        return None
    with door.transaction() as db:
        found = browser_sessions.find(db, door.token(kind), kind=kind)
        return signed(db, ApplicationId(found.subject)) if found else None


def is_large() -> bool:
    """Whether this page is shown in large type: as chosen now, in this browser, or for her."""
    chosen = request.args.get(LARGE) or request.cookies.get(LARGE)
    if chosen in ("0", "1"):
        return chosen == "1"
    who = g.get("signed")
    return bool(who and who.large_type)


def _remember_choices() -> None:
    """What she chooses by a press holds for her account, the language for her notices too."""
    language, large = request.args.get("lang"), request.args.get(LARGE)
    who = door.known() if language in LANGUAGES or large in ("0", "1") else None
    if who is None:
        return
    if language in LANGUAGES and language is not None and language != who.language:
        with door.transaction() as db:
            vault = door.parts().vault
            set_language(db, application_id=who.application_id, language=language, vault=vault)
    if large in ("0", "1") and (large == "1") != who.large_type:
        with door.transaction() as db:
            set_large_type(db, application_id=who.application_id, is_large=large == "1")


def _keep_large_type(response: Response) -> Response:
    chosen = request.args.get(LARGE)
    if chosen in ("0", "1"):
        secure = request.is_secure
        response.set_cookie(LARGE, chosen, max_age=_YEAR_SECONDS, samesite="Lax", secure=secure)
    return response


def _carries_sheets() -> bool:
    """Whether the page brings its sheets along: one that a browser opens, which has none of them.

    Each further question costs a whole round trip on a slow network. Scripts, which ask for pages
    to exchange parts, and browsers that say nothing of themselves are given links.
    """
    kept = request.cookies.get(SHEETS) == current_app.jinja_env.globals["static_tree"]
    return not kept and request.headers.get(_ASKED_AS) == _A_PAGE


def _sheet(name: str) -> Markup:
    """A style sheet of the page: inside it, or as a link."""
    shared = current_app.jinja_env.globals
    if _carries_sheets():
        return cast("Callable[[str], Markup]", shared["carried"])(name)
    address = cast("Callable[[str], str]", shared["asset"])(name)
    g.setdefault("linked_sheets", []).append(address)
    return Markup('<link rel="stylesheet" href="{}">').format(address)


def _name_the_sheets(response: Response) -> Response:
    """A linked sheet is named before the page too: it is asked for that earlier."""
    for address in g.get("linked_sheets", ()):
        response.headers.add("Link", f"<{address}>; rel=preload; as=style")
    return response


def _here(**changed: Any) -> str:
    """This page with something chosen on it; the answer to a form leads to its own page."""
    arguments = {**request.args.to_dict(), **(request.view_args or {}), **changed}
    rule = request.url_rule
    if rule is None or "GET" not in (rule.methods or set()):
        return url_for("materials.home", **changed)
    return url_for(str(request.endpoint), **arguments)
