"""Sign-in with password and one-time code, sign-out, and the way to the first page."""

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from libs.common.two_factors import Shown
from libs.common.web.refusals import send_back
from libs.common.web.shape import own_path
from services.review.domain.staff import READERS
from services.review.forms import text
from services.review.operations import staff
from services.review.operations.staff import KeyAnswer
from services.review.web.door import me, parts
from services.review.web.passkeys import place

pages = Blueprint("entry", __name__)
MAX_SECRET = 200


@pages.get("/")
def home() -> ResponseReturnValue:
    """Where each role begins."""
    place = "queues.show" if me().roles & READERS else "accounts.index"
    return redirect(url_for(place), 303)


@pages.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    """Both factors on one page; a failure never says which of them was wrong."""
    after = own_path(request.values.get("after"))
    if request.method == "GET":
        ended = "ended" in request.args
        title = gettext("登录审核系统")
        return render_template("sign_in.html", title=title, after=after, ended=ended)
    with parts().database.transaction() as session:
        answer = request.form.get("key_answer", "")
        token = staff.sign_in(
            session,
            key=KeyAnswer(answer=answer, place=place()) if answer else None,
            login=text(request.form, "login", most=MAX_SECRET),
            shown=Shown(
                password=request.form.get("password", "")[:MAX_SECRET],
                code=text(request.form, "code", most=MAX_SECRET),
            ),
            vault=parts().vault,
        )
    if token is None:
        fault = gettext("登录名、密码或动态码不对，或者因多次失败正在等待。请核对后再试。")
        typed = {"login": text(request.form, "login", most=MAX_SECRET)}
        to = url_for("entry.sign_in", after=after or None)
        return send_back(to, {"login": fault}, typed=typed)
    response = make_response(redirect(after or url_for("entry.home"), 303))
    response.set_cookie(
        parts().cookie,
        token,
        max_age=int(staff.LIMITS.absolute.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=parts().secure_cookies,
    )
    return response


@pages.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End this browser's session, or all."""
    everywhere = request.form.get("everywhere") == "1"
    with parts().database.transaction() as session:
        token = request.cookies.get(parts().cookie)
        staff.sign_out(session, token, me(), everywhere=everywhere)
    response = make_response(redirect(url_for("entry.sign_in"), 303))
    response.delete_cookie(parts().cookie, secure=parts().secure_cookies, samesite="Lax")
    return response
