"""The link of an invitation: one sets up password and second factor oneself."""

import io

import segno
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from markupsafe import Markup

from libs.common import two_factors
from libs.common.errors import Refusal
from services.review.forms import text
from services.review.operations import accounts
from services.review.web.door import parts

pages = Blueprint("invitation", __name__, url_prefix="/invitation/<token>")
MAX_SECRET = 200
QR_SCALE = 5
ISSUER = "Shencai"


@pages.get("")
def show(token: str) -> ResponseReturnValue:
    """The second factor as picture and letters, and the form."""
    with parts().database.transaction() as session:
        seen = accounts.welcome(session, token, vault=parts().vault)
    return render_template(
        "invitation.html",
        title=gettext("设置您的审核账户"),
        seen=seen,
        picture=_picture(two_factors.uri(seen.login, seen.totp_secret, issuer=ISSUER)),
    )


@pages.post("")
def accept(token: str) -> ResponseReturnValue:
    """From here on he signs in like everybody."""
    password = request.form.get("new", "")[:MAX_SECRET]
    if password != request.form.get("again", "")[:MAX_SECRET]:
        raise Refusal("passwords_differ")
    code = text(request.form, "code", most=MAX_SECRET)
    with parts().database.transaction() as session:
        accounts.accept(session, token, password=password, code=code, vault=parts().vault)
    flash(gettext("账户已设置好，请登录。动态码每个只能用一次，请等下一个。"))
    return redirect(url_for("entry.sign_in"), 303)


def _picture(uri: str) -> Markup:
    """A QR code drawn into the page: no request leaves it, no style stands in it."""
    drawn = io.BytesIO()
    segno.make(uri, error="m").save(
        drawn,
        kind="svg",
        scale=QR_SCALE,
        xmldecl=False,
        svgns=False,
        border=2,
        svgclass="qr",
        lineclass=None,
        title=gettext("动态码二维码"),
    )
    return Markup(drawn.getvalue().decode())  # noqa: S704 - drawn by us from base32 and a login
