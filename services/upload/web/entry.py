"""Signing in directly, the forgotten password, and signing out (R2)."""

from collections.abc import Callable

from flask import Blueprint, Response, redirect, render_template, request
from sqlalchemy.orm import Session

from libs.common import audit, browser_sessions
from libs.common.errors import Refusal
from libs.common.messages import ApplicationId
from libs.common.web.languages import gettext as _
from services.upload import forms
from services.upload.operations import actors
from services.upload.operations import sign_in as operations
from services.upload.web.door import (
    CANDIDATE,
    LIMITS,
    SignInNeeded,
    known,
    parts,
    safe_path,
    see,
    signed,
    token,
    transaction,
    with_cookie,
    without_cookie,
)
from services.upload.web.wording import refusal_words

pages = Blueprint("entry", __name__)

Faults = dict[str, str]
Work = Callable[[Session], operations.SignedIn | Refusal]


@pages.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> Response | tuple[str, int]:
    """Registration number or ID number, and password."""
    if request.method == "GET":
        return see("materials.page") if signed() else (_sign_in_page({}), 200)
    faults = forms.sign_in_faults(request.form)
    if not faults:
        found = _verdict(
            lambda db: operations.sign_in(
                db,
                who=request.form["name"],
                password=request.form["password"],
                vault=parts().vault,
            )
        )
        if isinstance(found, operations.SignedIn):
            return _welcome(found.application_id)
        faults = {"password": refusal_words(found)}
    return _sign_in_page(faults), 422


def _sign_in_page(faults: Faults) -> str:
    return render_template(
        "sign_in.html",
        title=_("登录"),
        faults=faults,
        name=request.form.get("name", ""),
        left="left" in request.args,
    )


@pages.route("/forgotten", methods=["GET", "POST"])
def forgotten() -> tuple[str, int]:
    """A code to the phone; the answer is the same whether or not the account exists."""
    name = request.form.get("name", "").strip()
    faults: Faults = {}
    if request.method == "POST":
        faults = forms.name_faults(request.form)
        if not faults:
            try:
                with transaction() as db:
                    operations.send_password_code(db, who=name, vault=parts().vault)
            except Refusal as refusal:
                faults = {"name": refusal_words(refusal)}
    return _forgotten_page("" if faults else name, faults), 422 if faults else 200


@pages.post("/forgotten/new-password")
def new_password() -> Response | tuple[str, int]:
    """The code and a new password; all her other browsers are signed out."""
    faults = forms.name_faults(request.form) | forms.new_password_faults(request.form)
    if not faults:
        found = _verdict(
            lambda db: operations.reset_password(
                db,
                who=request.form["name"],
                code=request.form["code"],
                password=request.form["password"],
                vault=parts().vault,
            )
        )
        if isinstance(found, operations.SignedIn):
            return _welcome(found.application_id)
        is_password = found.code.startswith("password_")
        faults = {"password" if is_password else "code": refusal_words(found)}
    return _forgotten_page(request.form.get("name", ""), faults), 422


def _forgotten_page(name: str, faults: Faults) -> str:
    return render_template("forgotten.html", title=_("重设密码"), faults=faults, name=name)


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


def _verdict(work: Work) -> operations.SignedIn | Refusal:
    """What the operation says; a wrong answer is counted although it is refused."""
    try:
        with transaction() as db:
            return work(db)
    except Refusal as refusal:
        return refusal


def _welcome(application_id: ApplicationId) -> Response:
    with transaction() as db:
        browser_sessions.end(db, token(CANDIDATE))
        value = browser_sessions.start(
            db, kind=CANDIDATE, subject=application_id, limits=LIMITS[CANDIDATE]
        )
    response = redirect(safe_path(request.args.get("then")), code=303)
    return with_cookie(response, CANDIDATE, value)  # type: ignore[arg-type]
