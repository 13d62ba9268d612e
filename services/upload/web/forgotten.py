"""The forgotten password (R2): a code to the phone, then a new password.

What is said, and how long it takes, is the same whether or not there is such an account. Whose
password it is about is kept encrypted with a session of its own, so that it stands on no page.
"""

import dataclasses as dc
import datetime as dt
import uuid

from flask import Blueprint, Response, render_template, request, url_for

from libs.common import browser_sessions
from libs.common.clock import now
from libs.common.errors import Refusal
from libs.common.web.languages import gettext as _
from libs.common.web.refusals import send_back
from services.upload import forms
from services.upload.domain.activation import wait_before_resend
from services.upload.operations import sign_in as operations
from services.upload.web.door import (
    FORGOTTEN,
    parts,
    see,
    started,
    token,
    transaction,
    with_cookie,
    without_cookie,
)
from services.upload.web.entry import welcome
from services.upload.web.wording import refusal_words

pages = Blueprint("forgotten", __name__)


@dc.dataclass(frozen=True, kw_only=True)
class Asked:
    """For whom a code was asked, and when."""

    who: str
    at: dt.datetime


@pages.route("/forgotten", methods=["GET", "POST"])
def page() -> Response | str:
    """Whose password? The code goes to the phone of the registration."""
    if request.method == "GET":
        return render_template("forgotten.html", title=_("重设密码"), asked=None)
    name = request.form.get("name", "").strip()
    faults = forms.name_faults(request.form)
    return _back_to_name(faults) if faults else _send(name)


@pages.route("/forgotten/new-password", methods=["GET", "POST"])
def new_password() -> Response | str:
    """The code and a new password; all her other browsers are signed out."""
    asked = _asked()
    if asked is None:
        return see("forgotten.page")
    if request.method == "GET":
        wait = wait_before_resend(last_sent_at=asked.at, now=now())
        return render_template(
            "forgotten.html", title=_("重设密码"), asked=asked, resend_in_seconds=wait
        )
    faults = forms.new_password_faults(request.form)
    if faults:
        return send_back(url_for("forgotten.new_password"), faults)
    found = _verdict(asked.who)
    if isinstance(found, Refusal):
        field = "password" if found.code.startswith("password_") else "code"
        words = refusal_words(found)
        return send_back(url_for("forgotten.new_password"), {field: words}, refusal=found)
    with transaction() as db:
        browser_sessions.end(db, token(FORGOTTEN))
    return without_cookie(welcome(found.application_id), FORGOTTEN)


@pages.route("/forgotten/again", methods=["GET", "POST"])
def again() -> Response:
    """Another code for the same name."""
    asked = _asked()
    if asked is None:
        return see("forgotten.page")
    if request.method == "GET":
        return see("forgotten.new_password")
    wait = wait_before_resend(last_sent_at=asked.at, now=now())
    if wait:
        refusal = Refusal("code_too_soon", seconds=wait)
        faults = {"again-code": refusal_words(refusal)}
        return send_back(url_for("forgotten.new_password"), faults, refusal=refusal)
    return _send(asked.who)


def _send(name: str) -> Response:
    try:
        with transaction() as db:
            operations.send_password_code(db, who=name, vault=parts().vault)
            browser_sessions.end(db, token(FORGOTTEN))
            nobody = uuid.uuid4()
            value = started(db, FORGOTTEN, nobody, who=parts().vault.hide(name, place=FORGOTTEN))
    except Refusal as refusal:
        return _back_to_name({"name": refusal_words(refusal)}, refusal)
    return with_cookie(see("forgotten.new_password"), FORGOTTEN, value)


def _back_to_name(faults: forms.Faults, refusal: Refusal | None = None) -> Response:
    typed = {"name": request.form.get("name", "")[: forms.MAX_NAME_CHARACTERS]}
    return send_back(url_for("forgotten.page"), faults, typed=typed, refusal=refusal)


def _asked() -> Asked | None:
    with transaction() as db:
        found = browser_sessions.find(db, token(FORGOTTEN), kind=FORGOTTEN)
    if found is None:
        return None
    who = parts().vault.unhide(found.data["who"], place=FORGOTTEN)
    return Asked(who=who, at=found.created_at)


def _verdict(who: str) -> operations.SignedIn | Refusal:
    """What the operation says; a wrong answer is counted although it is refused."""
    try:
        with transaction() as db:
            return operations.reset_password(
                db,
                who=who,
                code=request.form["code"],
                password=request.form["password"],
                vault=parts().vault,
            )
    except Refusal as refusal:
        return refusal
