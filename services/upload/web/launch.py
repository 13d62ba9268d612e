"""From the registration system: the one-time token, and "continue as 张*?" (R1)."""

from flask import Blueprint, Response, current_app, render_template, request
from flask_wtf.csrf import CSRFProtect

from libs.common import audit, browser_sessions
from libs.common.clock import now
from libs.common.errors import Refusal
from libs.common.messages import ApplicationId
from libs.common.web.languages import gettext as _
from libs.common.web.languages import language
from services.upload.operations import actors
from services.upload.operations import launch as operations
from services.upload.operations.contacts import set_language
from services.upload.queries.account import signed
from services.upload.web.door import (
    CANDIDATE,
    LAUNCHED,
    parts,
    see,
    started,
    token,
    transaction,
    with_cookie,
    without_cookie,
)

pages = Blueprint("launch", __name__)

MAX_TOKEN_CHARACTERS = 4096


def exempt(csrf: CSRFProtect) -> None:
    """The registration system's form cannot know our CSRF token; its own token is signed."""
    csrf.exempt(land)


@pages.post("/launch")
def land() -> Response:
    """The token is used up, and becomes a pre-session: a reload shows the same question."""
    given = request.form.get("token", "")[:MAX_TOKEN_CHARACTERS]
    keys = current_app.extensions["launch_keys"]
    with transaction() as db:
        admitted = operations.admit_launch(db, given, keys=keys, now=now())
        value = started(db, LAUNCHED, admitted.application_id)
    return with_cookie(see("launch.question"), LAUNCHED, value)


@pages.get("/launch")
def question() -> Response | str:
    """Asks: continue as 张*? (以张*的身份继续？)."""
    with transaction() as db:
        found = browser_sessions.find(db, token(LAUNCHED), kind=LAUNCHED)
        launched = signed(db, ApplicationId(found.subject)) if found else None
    if launched is None:
        return see("entry.sign_in")
    return render_template("launch.html", title=_("确认身份"), launched=launched)


@pages.post("/launch/continue")
def go_on() -> Response:
    """It is she: her session begins, with activation where it stopped."""
    with transaction() as db:
        found = browser_sessions.find(db, token(LAUNCHED), kind=LAUNCHED)
        if found is None:
            raise Refusal("launch_expired")
        browser_sessions.end(db, token(LAUNCHED))
        value = started(db, CANDIDATE, found.subject)
        who = actors.candidate(ApplicationId(found.subject))
        audit.record(db, actor=who, action="sign_in.launched", subject=who)
        set_language(
            db,
            application_id=ApplicationId(found.subject),
            language=language(),
            vault=parts().vault,
        )
    return without_cookie(with_cookie(see("materials.page"), CANDIDATE, value), LAUNCHED)


@pages.post("/launch/not-me")
def not_me() -> Response:
    """Somebody else sits there: the pre-session ends."""
    with transaction() as db:
        browser_sessions.end(db, token(LAUNCHED))
    return without_cookie(see("entry.sign_in"), LAUNCHED)
