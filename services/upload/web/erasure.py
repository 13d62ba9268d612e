"""Asking for erasure (R28): what may go now, a question before it, and taking it back."""

from flask import Blueprint, Response, render_template

from libs.common.web.languages import gettext as _
from services.upload.operations import erasure as operations
from services.upload.queries.erasures import ErasurePage, erasure_page
from services.upload.web.door import refused_at, required, see, transaction
from services.upload.web.wording import say_times_in

pages = Blueprint("erasure", __name__)


@pages.get("/account/erasure")
def page() -> str:
    """What may be erased now, what has to stay and until when, and how her request stands."""
    return render_template("erasure.html", title=_("申请删除"), page=_page())


@pages.get("/account/erasure/confirm")
def question() -> Response | str:
    """Asked once more; nothing has happened yet."""
    found = _page()
    if found.waiting is not None:
        return see("erasure.page")
    return render_template("erasure_confirm.html", title=_("确认申请删除"), page=found)


@pages.post("/account/erasure/confirm")
@refused_at("erasure", endpoint="erasure.page")
def ask() -> Response:
    """She asks."""
    who = required()
    with transaction() as db:
        operations.ask(db, application_id=who.application_id)
    return see("erasure.page")


@pages.post("/account/erasure/withdraw")
@refused_at("erasure", endpoint="erasure.page")
def withdraw() -> Response:
    """She takes it back."""
    who = required()
    with transaction() as db:
        operations.withdraw(db, application_id=who.application_id)
    return see("erasure.page")


def _page() -> ErasurePage:
    who = required()
    with transaction() as db:
        found = erasure_page(db, who.application_id)
    say_times_in(found.zone)
    return found
