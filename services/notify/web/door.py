"""Who may come in to the delivery desk: sign-in with two factors, and the guard of its pages."""

import dataclasses as dc
from typing import cast

from flask import (
    Blueprint,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from libs.common.clock import now
from libs.common.db import Database
from libs.common.fields import FieldCipher
from libs.common.two_factors import Shown
from libs.common.web.refusals import send_back
from services.notify.models.operators import Operator
from services.notify.operations import operators

pages = Blueprint("desk", __name__, url_prefix="/desk")
MAX_FIELD = 200
OPEN = frozenset({"desk.sign_in"})


@dc.dataclass(frozen=True)
class Parts:
    """What the pages of this process work with."""

    database: Database
    cipher: FieldCipher
    cookie: str
    secure_cookies: bool


def parts() -> Parts:
    """This app's own."""
    return cast("Parts", current_app.extensions["notify"])


def me() -> Operator:
    """The signed-in operator."""
    return cast("Operator", g.operator)


@pages.before_request
def guard() -> ResponseReturnValue | None:
    """Only operators come in; what is shown is kept in no cache."""
    if request.endpoint in OPEN:
        return None
    with parts().database.transaction() as session:
        operator = operators.signed_in(session, request.cookies.get(parts().cookie))
        if operator is None:
            ended = 1 if request.method == "POST" else None
            return redirect(url_for("desk.sign_in", ended=ended), 303)
        session.expunge(operator)
        g.operator = operator
    return None


@pages.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    """Both factors on one page; a failure never says which of them was wrong."""
    if request.method == "GET":
        ended = "ended" in request.args
        return render_template("sign_in.html", title=gettext("登录发送台"), ended=ended)
    with parts().database.transaction() as session:
        token = operators.sign_in(
            session,
            login=request.form.get("login", "")[:MAX_FIELD],
            shown=Shown(
                password=request.form.get("password", "")[:MAX_FIELD],
                code=request.form.get("code", "")[:MAX_FIELD],
            ),
            cipher=parts().cipher,
            now=now(),
        )
    if token is None:
        fault = gettext("登录名、密码或动态码不对，或者因多次失败正在等待。请核对后再试。")
        return send_back(url_for("desk.sign_in"), {"login": fault})
    response = make_response(redirect(url_for("desk.index"), 303))
    response.set_cookie(
        parts().cookie,
        token,
        max_age=int(operators.LIMITS.absolute.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=parts().secure_cookies,
    )
    return response


@pages.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End this operator's sessions."""
    with parts().database.transaction() as session:
        operators.sign_out(session, me())
    response = make_response(redirect(url_for("desk.sign_in"), 303))
    response.delete_cookie(parts().cookie, secure=parts().secure_cookies, samesite="Lax")
    return response
