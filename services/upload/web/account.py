"""Her account: the browsers that are signed in, and signing them out."""

import uuid

from flask import Blueprint, Response, render_template, request, url_for

from libs.common import browser_sessions
from libs.common.errors import Refusal
from libs.common.web.languages import gettext as _
from libs.common.web.refusals import send_back
from services.upload import forms
from services.upload.operations import account as operations
from services.upload.operations.sign_in import sign_out_everywhere
from services.upload.queries.account import statements_of
from services.upload.queries.public import exam_of
from services.upload.web.devices import device_words
from services.upload.web.door import (
    CANDIDATE,
    required,
    safe_path,
    see,
    token,
    transaction,
    without_cookie,
)
from services.upload.web.wording import refusal_words, say_times_in

pages = Blueprint("account", __name__)


@pages.get("/account")
def page() -> str:
    """Which browsers are signed in, and since when."""
    who = required()
    with transaction() as db:
        mine = browser_sessions.find(db, token(CANDIDATE), kind=CANDIDATE)
        browsers = browser_sessions.alive(db, subject=who.application_id, kind=CANDIDATE)
        say_times_in(exam_of(db, who.application_id).zone)
    return render_template(
        "account.html",
        title=_("登录与安全"),
        browsers=[(each, device_words(each.data.get("device", ""))) for each in browsers],
        mine=mine.id if mine else None,
    )


@pages.post("/account/browsers/<uuid:browser>/end")
def end_browser(browser: uuid.UUID) -> Response:
    """One of them is signed out."""
    who = required()
    try:
        with transaction() as db:
            operations.end_browser(db, application_id=who.application_id, browser=browser)
    except Refusal as refusal:
        words = refusal_words(refusal)
        return send_back(url_for("account.page"), {"browsers": words}, refusal=refusal)
    return see("account.page")


@pages.post("/account/sign-out-everywhere")
def everywhere() -> Response:
    """All of them are signed out, this one too."""
    who = required()
    with transaction() as db:
        sign_out_everywhere(db, application_id=who.application_id)
    response = see("entry.sign_in", left=1)
    response.headers["Clear-Site-Data"] = '"storage"'
    return without_cookie(response, CANDIDATE)


@pages.route("/notice", methods=["GET", "POST"])
def notice() -> Response | str:
    """The exam's notice has changed: it is read and agreed to once more (R28)."""
    who = required()
    then = safe_path(request.args.get("then"))
    if request.method == "GET":
        with transaction() as db:
            privacy, consent = statements_of(db, who.application_id)
        title = _("告知有更新")
        return render_template("notice.html", title=title, privacy=privacy, consent=consent)
    faults = forms.notice_faults(request.form)
    if faults:
        return send_back(url_for("account.notice", then=then), faults)
    try:
        with transaction() as db:
            operations.accept_new_notice(
                db,
                application_id=who.application_id,
                privacy_version=request.form["privacy"],
                consent_version=request.form["consent"],
            )
    except Refusal as refusal:
        words = {"privacy": refusal_words(refusal)}
        return send_back(url_for("account.notice", then=then), words, refusal=refusal)
    response = see("materials.page")
    response.headers["Location"] = then
    return response
