"""Signing in directly, and signing out (R2)."""

from flask import Blueprint, Response, redirect, render_template, request

from libs.common import audit, browser_sessions
from libs.common.errors import Refusal
from libs.common.messages import ApplicationId
from libs.common.web.languages import gettext as _
from libs.common.web.refusals import send_back
from services.upload import forms
from services.upload.operations import actors
from services.upload.operations import sign_in as operations
from services.upload.web.door import (
    CANDIDATE,
    SignInNeeded,
    known,
    parts,
    safe_path,
    see,
    signed,
    started,
    token,
    transaction,
    with_cookie,
    without_cookie,
)
from services.upload.web.wording import refusal_words

pages = Blueprint("entry", __name__)


@pages.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> Response | str:
    """Registration number or ID number, and password."""
    if request.method == "GET":
        if signed():
            return see("materials.page")
        asked = request.args
        return render_template(
            "sign_in.html", title=_("登录"), left="left" in asked, ended="ended" in asked
        )
    faults = forms.sign_in_faults(request.form)
    if faults:
        return _back(faults)
    found = _verdict()
    if isinstance(found, Refusal):
        return _back({"password": refusal_words(found)}, found)
    return welcome(found.application_id)


def _back(faults: forms.Faults, refusal: Refusal | None = None) -> Response:
    """To the page as it was asked for, so that the sign-in still leads where it should."""
    typed = {"name": request.form.get("name", "")[: forms.MAX_NAME_CHARACTERS]}
    return send_back(request.full_path.rstrip("?"), faults, typed=typed, refusal=refusal)


def _verdict() -> operations.SignedIn | Refusal:
    """What the operation says; a wrong answer is counted although it is refused."""
    try:
        with transaction() as db:
            return operations.sign_in(
                db,
                who=request.form["name"],
                password=request.form["password"],
                vault=parts().vault,
            )
    except Refusal as refusal:
        return refusal


def welcome(application_id: ApplicationId) -> Response:
    """She has proved who she is: a fresh session, and on to where she wanted to go."""
    with transaction() as db:
        browser_sessions.end(db, token(CANDIDATE))
        value = started(db, CANDIDATE, application_id)
    response = redirect(safe_path(request.args.get("then")), code=303)
    return with_cookie(response, CANDIDATE, value)  # type: ignore[arg-type]


@pages.route("/sign-out", methods=["GET", "POST"])
def sign_out() -> Response | str:
    """Asked by a page, done by its form."""
    who = known()
    if who is None:
        raise SignInNeeded
    if request.method == "GET":
        return render_template("sign_out.html", title=_("退出登录？"))
    with transaction() as db:
        browser_sessions.end(db, token(CANDIDATE))
        actor = actors.candidate(who.application_id)
        audit.record(db, actor=actor, action="sign_out", subject=actor)
    response = see("entry.sign_in", left=1)
    # Pictures that still wait in this browser's store are hers; nobody else shall find them.
    response.headers["Clear-Site-Data"] = '"storage"'
    return without_cookie(response, CANDIDATE)
