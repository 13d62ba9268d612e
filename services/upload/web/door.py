"""What every page's door needs: the service's parts, who is signed in, the one transaction."""

import dataclasses as dc
import datetime as dt
import functools
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, cast

from flask import Response, current_app, g, jsonify, make_response, redirect, request, url_for
from flask import session as cookie
from sqlalchemy.orm import Session

from libs.common import audit, browser_sessions
from libs.common.db import Database
from libs.common.errors import Refusal
from libs.common.messages import ApplicationId
from libs.common.storage import Storage
from libs.common.web.app import WebSettings, cookie_name
from libs.common.web.refusals import came_from, send_back, wants_json
from libs.common.web.shape import own_path
from services.upload.domain.activation import Step
from services.upload.operations import actors
from services.upload.queries.account import signed as find_signed
from services.upload.queries.application import unread_messages
from services.upload.queries.shapes.account import Signed
from services.upload.settings import EntrySettings
from services.upload.vault import Vault
from services.upload.web.devices import device_of
from services.upload.web.wording import refusal_words

CANDIDATE = "candidate"
LAUNCHED = "launched"
FORGOTTEN = "forgotten"
PHONE = "phone"
ASKS_FOR_NOTICE = {"materials.page", "submission.check", "news.progress"}
LIMITS = {
    CANDIDATE: browser_sessions.Limits(idle=dt.timedelta(hours=2), absolute=dt.timedelta(hours=12)),
    LAUNCHED: browser_sessions.Limits(
        idle=dt.timedelta(minutes=30), absolute=dt.timedelta(minutes=30)
    ),
    FORGOTTEN: browser_sessions.Limits(
        idle=dt.timedelta(minutes=30), absolute=dt.timedelta(minutes=30)
    ),
}


@dc.dataclass(frozen=True)
class Parts:
    """What the web process holds; created after forking."""

    database: Database
    storage: Storage
    vault: Vault
    entry: EntrySettings
    web: WebSettings


class SignInNeeded(Exception):
    """Nobody is signed in; the page is shown after the sign-in."""


class NoticeNeeded(Exception):
    """The exam's notice has changed; she reads and agrees before she goes on."""


class ActivationNeeded(Exception):
    """She is known, and has steps of the activation before her."""


def parts() -> Parts:
    """The service's parts in this process."""
    return cast("Parts", current_app.extensions["upload"])


def transaction() -> AbstractContextManager[Session]:
    """The one transaction of a door."""
    return parts().database.transaction()


def token(kind: str) -> str | None:
    """The cookie of a kind of session, if the browser sent one."""
    return request.cookies.get(cookie_name(parts().web, kind))


def known() -> Signed | None:
    """Who is signed in, activated or not; asked once in a request."""
    if "signed" not in g:
        g.signed, g.unread = None, 0
        if token(CANDIDATE):
            with transaction() as session:
                found = browser_sessions.find(session, token(CANDIDATE), kind=CANDIDATE)
                if found is not None:
                    g.signed = find_signed(session, ApplicationId(found.subject))
                    g.unread = unread_messages(session, ApplicationId(found.subject))
    return cast("Signed | None", g.signed)


def signed() -> Signed | None:
    """Who is signed in and activated."""
    who = known()
    return who if who is not None and who.step is Step.DONE else None


def required() -> Signed:
    """Who is signed in; raises SignInNeeded, ActivationNeeded or NoticeNeeded."""
    who = known()
    if who is None:
        raise SignInNeeded
    if who.step is not Step.DONE:
        raise ActivationNeeded
    # What she is in the middle of, and what helps her, is never held up by it.
    if who.is_notice_new and request.endpoint in ASKS_FOR_NOTICE and request.method == "GET":
        raise NoticeNeeded
    return who


def with_cookie(response: Response, kind: str, value: str) -> Response:
    """The answer with a session's token in its cookie."""
    response.set_cookie(
        cookie_name(parts().web, kind),
        value,
        max_age=int(LIMITS[kind].absolute.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=parts().web.secure_cookies,
    )
    return response


def without_cookie(response: Response, kind: str) -> Response:
    """The answer that makes the browser forget a session's token."""
    response.delete_cookie(
        cookie_name(parts().web, kind), secure=parts().web.secure_cookies, httponly=True
    )
    return response


def see(endpoint: str, *, anchor: str | None = None, **values: Any) -> Response:
    """After a form: go and look at that page (303)."""
    return cast("Response", redirect(url_for(endpoint, _anchor=anchor, **values), code=303))


View = Callable[..., Response | str | tuple[str, int]]


def refused_at(place: str, *, endpoint: str = "materials.page") -> Callable[[View], View]:
    """A form's refusal is told on the list or another page, at this place of it: `card-{code}`.

    A script is told at once, by the refusal itself.
    """

    def around(view: View) -> View:
        @functools.wraps(view)
        def guarded(**values: Any) -> Response | str | tuple[str, int]:
            try:
                return view(**values)
            except Refusal as refusal:
                if request.method == "GET" or wants_json():
                    raise
                to = url_for(endpoint, _anchor="errors")
                words = refusal_words(refusal)
                return send_back(to, {place.format(**values): words}, refusal=refusal)

        return guarded

    return around


def to_sign_in(_: SignInNeeded) -> Response:
    """A page's reader is sent to the sign-in and comes back; a script is told 401."""
    if wants_json():
        return make_response(jsonify(code="sign_in"), 401)
    is_form = request.method == "POST"
    back = came_from() if is_form else request.full_path.rstrip("?")
    is_plain = back in ("/", url_for("entry.sign_out"))
    # What stood in a form is kept nowhere: another may sit at this browser next.
    return see("entry.sign_in", then=None if is_plain else back, ended=1 if is_form else None)


def to_activation(_: ActivationNeeded) -> Response:
    """The step of the activation that comes next."""
    return see("activation.page")


def to_notice(_: NoticeNeeded) -> Response:
    """The new notice, and from there back."""
    return see("account.notice", then=request.full_path.rstrip("?"))


def started(db: Session, kind: str, subject: uuid.UUID, **data: str) -> str:
    """A fresh session of this browser; the token for its cookie."""
    device = device_of(request.user_agent.string)
    return browser_sessions.start(
        db, kind=kind, subject=subject, limits=LIMITS[kind], data={"device": device, **data}
    )


def say(words: str, *, undo: str | None = None) -> None:
    """Said on the next page, once."""
    cookie["said"] = [{"words": words, "undo": undo}]


def done(
    words: str, *, undo: str | None = None, anchor: str | None = None, **facts: str
) -> Response:
    """A script is told what was done, and facts; a form's sender reads it on her list."""
    if wants_json():
        return jsonify(said=words, undo=undo, **facts)
    say(words, undo=undo)
    return see("materials.page", anchor=anchor)


def safe_path(then: str | None) -> str:
    """Where to go after the sign-in: a path of ours, else the materials."""
    return own_path(then) or url_for("materials.page")


def record_refusal(refusal: Refusal) -> None:
    """Write into the audit log that a rule said no, to whom and where (R25)."""
    who = known()
    actor = actors.candidate(who.application_id) if who is not None else "visitor"
    with transaction() as db:
        audit.record(
            db,
            actor=actor,
            action="request.refused",
            subject=actor if who is not None else "unknown",
            code=refusal.code,
            route=str(request.url_rule),
        )
