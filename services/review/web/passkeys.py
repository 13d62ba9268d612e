"""Security keys: the challenge at the door, and one's own keys on the account's page."""

import uuid

from flask import Blueprint, Response, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from services.review.forms import text
from services.review.operations import passkeys
from services.review.operations.passkeys import Place
from services.review.web.door import me, parts

pages = Blueprint("passkeys", __name__)
MAX_SECRET = 200


@pages.post("/sign-in/key")
def challenge() -> Response:
    """What the browser asks a key; it tells nothing of any account."""
    with parts().database.transaction() as session:
        return _json(passkeys.challenge(session, place=place()))


@pages.post("/account/keys/offer")
def offer() -> Response:
    """What the browser asks a new key, for whoever knows his password."""
    password = request.form.get("password", "")[:MAX_SECRET]
    with parts().database.transaction() as session:
        return _json(passkeys.offer(session, me(), password=password, place=place()))


@pages.post("/account/keys/add")
def add() -> ResponseReturnValue:
    """The key has answered."""
    name = text(request.form, "name", most=MAX_SECRET)
    answer = request.form.get("answer", "")
    with parts().database.transaction() as session:
        passkeys.add(session, me(), name=name, answer=answer, place=place())
    flash(gettext("已添加安全密钥，下次登录可以用它代替动态码。"))
    return redirect(url_for("account.show"), 303)


@pages.post("/account/keys/<uuid:key_id>/remove")
def remove(key_id: uuid.UUID) -> ResponseReturnValue:
    """It opens nothing any more."""
    with parts().database.transaction() as session:
        passkeys.remove(session, me(), key_id)
    flash(gettext("已移除安全密钥。"))
    return redirect(url_for("account.show"), 303)


def place() -> Place:
    """As the browser sees it; the host is one of the trusted ones."""
    return Place(
        host=request.host.partition(":")[0],
        origin=f"{request.scheme}://{request.host}",
        key=str(current_app.secret_key),
    )


def _json(text_: str) -> Response:
    answer = Response(text_, content_type="application/json")
    answer.headers["Cache-Control"] = "no-store"
    return answer
