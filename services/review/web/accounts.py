"""Administration of accounts: invite, change, close, sign out."""

import uuid

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from libs.common import browser_sessions
from services.review import forms
from services.review.domain.staff import Role
from services.review.models.case import Exam
from services.review.operations import accounts, staff
from services.review.queries import accounts as query
from services.review.queries import publication
from services.review.web.door import deny, me, parts
from services.review.web.zones import zone_of
from services.review.words import site_name

pages = Blueprint("accounts", __name__, url_prefix="/staff")
MAX_FIELD = 60


@pages.get("")
def index() -> ResponseReturnValue:
    """Everybody, and the form that invites somebody."""
    with parts().database.transaction() as session:
        return render_template(
            "accounts.html",
            title=gettext("人员管理"),
            accounts=query.all_of(session),
            roles=list(Role),
            sites=site_names(publication.exams(session)),
        )


@pages.post("")
def invite() -> ResponseReturnValue:
    """The link is shown once, on the next page."""
    with parts().database.transaction() as session:
        staff_id, token = accounts.invite(
            session,
            me(),
            login=forms.text(request.form, "login", most=MAX_FIELD),
            name=forms.text(request.form, "name", most=MAX_FIELD),
            roles=_roles(),
            sites=frozenset(request.form.getlist("site")),
            vault=parts().vault,
        )
    return _shown(staff_id, token)


@pages.get("/<uuid:staff_id>")
def show(staff_id: uuid.UUID) -> ResponseReturnValue:
    """One account with its browsers."""
    with parts().database.transaction() as session:
        account = query.one(session, staff_id)
        exams = publication.exams(session)
        if account is not None:
            return render_template(
                "staff.html",
                title=account.row.name,
                account=account,
                browsers=browser_sessions.alive(session, subject=staff_id, kind=staff.KIND),
                roles=list(Role),
                sites=site_names(exams),
                zone=zone_of(exams),
                invitation="",
            )
    raise deny(f"staff:{staff_id}")


@pages.post("/<uuid:staff_id>/roles")
def change(staff_id: uuid.UUID) -> ResponseReturnValue:
    """Other roles and sites."""
    sites = frozenset(request.form.getlist("site"))
    with parts().database.transaction() as session:
        accounts.change(session, staff_id, me(), roles=_roles(), sites=sites)
    flash(gettext("已更改角色和范围；该账户已在所有浏览器上退出。"))
    return redirect(url_for("accounts.show", staff_id=staff_id), 303)


@pages.post("/<uuid:staff_id>/active")
def activate(staff_id: uuid.UUID) -> ResponseReturnValue:
    """Close, or open again."""
    active = request.form.get("active") == "1"
    with parts().database.transaction() as session:
        accounts.set_active(session, staff_id, me(), active=active)
    flash(gettext("账户已启用。") if active else gettext("账户已停用，并已在所有浏览器上退出。"))
    return redirect(url_for("accounts.show", staff_id=staff_id), 303)


@pages.post("/<uuid:staff_id>/invitation")
def invite_again(staff_id: uuid.UUID) -> ResponseReturnValue:
    """He has lost password or second factor."""
    with parts().database.transaction() as session:
        token = accounts.invite_again(session, staff_id, me(), vault=parts().vault)
    return _shown(staff_id, token)


@pages.post("/<uuid:staff_id>/browsers/<uuid:browser>/end")
def end_browser(staff_id: uuid.UUID, browser: uuid.UUID) -> ResponseReturnValue:
    """Sign one browser out."""
    with parts().database.transaction() as session:
        accounts.end_browser(session, staff_id, browser, me())
    flash(gettext("已退出该浏览器。"))
    if staff_id == me().id:
        return redirect(url_for("account.show"), 303)
    return redirect(url_for("accounts.show", staff_id=staff_id), 303)


def _shown(staff_id: uuid.UUID, token: str) -> str:
    """The link stands on this answer alone: nobody can ask for it again."""
    with parts().database.transaction() as session:
        account = query.one(session, staff_id)
        assert account is not None
        return render_template(
            "staff.html",
            title=account.row.name,
            account=account,
            browsers=[],
            roles=list(Role),
            sites=site_names(publication.exams(session)),
            zone=zone_of(publication.exams(session)),
            invitation=url_for("invitation.show", token=token, _external=True),
        )


def _roles() -> frozenset[Role]:
    return frozenset(forms.one_of(Role, value) for value in request.form.getlist("role"))


def site_names(exams: list[Exam]) -> dict[str, str]:
    """Every site's name by its code."""
    return {code: site_name(exam, code) for exam in exams for code in exam.sites}
