"""One's own account: single keys, password, sessions."""

import ipaddress
from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from libs.common import browser_sessions
from libs.common.errors import Refusal
from services.review.operations import passkeys, staff
from services.review.queries import publication
from services.review.web.accounts import site_names
from services.review.web.door import me, parts
from services.review.web.zones import zone_of

pages = Blueprint("account", __name__, url_prefix="/account")


@pages.get("")
def show() -> ResponseReturnValue:
    """The page."""
    with parts().database.transaction() as session:
        exams = publication.exams(session)
        names = site_names(exams)
        return render_template(
            "account.html",
            title=gettext("我的账户"),
            browsers=browser_sessions.alive(session, subject=me().id, kind=staff.KIND),
            keys=passkeys.of(session, me().id),
            most_keys=passkeys.MOST_KEYS,
            is_number=_address() is not None,
            local_address=_local_address(),
            sites=[names.get(site, site) for site in sorted(me().sites)],
            zone=zone_of(exams),
        )


@pages.post("/keys")
def keys() -> ResponseReturnValue:
    """Single keys on or off (WCAG 2.1.4)."""
    with parts().database.transaction() as session:
        staff.choose(session, me(), single_keys=request.form.get("single_keys") == "1")
    flash(gettext("已保存。"))
    return redirect(url_for("account.show"), 303)


@pages.post("/password")
def password() -> ResponseReturnValue:
    """A new password ends every session, this one too."""
    new = request.form.get("new", "")
    if new != request.form.get("again", ""):
        raise Refusal("passwords_differ")
    with parts().database.transaction() as session:
        staff.change_password(session, me(), old=request.form.get("old", ""), new=new)
    return redirect(url_for("entry.sign_in"), 303)


def _address() -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The number under which the page stands, to which no security key can be bound."""
    try:
        return ipaddress.ip_address(urlsplit(request.host_url).hostname or "")
    except ValueError:
        return None


def _local_address() -> str:
    """This page under the name that every machine gives itself; empty for other addresses."""
    address = _address()
    if address is None or not address.is_loopback:
        return ""
    port = urlsplit(request.host_url).port
    host = f"localhost:{port}" if port else "localhost"
    return f"{request.scheme}://{host}{url_for('account.show')}"
