"""What is held of her, and her copy of it (R28)."""

from flask import Blueprint, Response, jsonify, render_template, request, url_for

from libs.common import audit
from libs.common.clock import now
from libs.common.errors import Refusal
from libs.common.web.languages import gettext as _
from libs.common.web.refusals import send_back
from services.upload.operations.account import confirm_password
from services.upload.operations.actors import candidate
from services.upload.queries.held import held_of
from services.upload.queries.shapes.held import HeldOfHer, Look
from services.upload.web import held_json
from services.upload.web.devices import device_words
from services.upload.web.door import parts, required, transaction
from services.upload.web.wording import moment, refusal_words, say_times_in

pages = Blueprint("rights", __name__)


@pages.get("/account/data")
def page() -> str:
    """What is held, since when, why, who sees it, and how long."""
    held = _held("data.viewed")
    return render_template(
        "held.html",
        title=_("我的信息"),
        held=held,
        devices=[(each, device_words(each.device)) for each in held.browsers],
        looks=[_look(look) for look in held.looks],
    )


@pages.get("/account/data.json")
def as_json() -> Response:
    """Her copy; what is masked on the page is masked in it."""
    return _file(_held("data.exported"), is_whole=False)


@pages.post("/account/data.json")
def whole() -> Response:
    """Her copy with her numbers in full, once she has given her password again."""
    who = required()
    try:
        with transaction() as db:
            refusal = confirm_password(
                db,
                application_id=who.application_id,
                password=request.form.get("password", ""),
                vault=parts().vault,
            )
        if refusal is not None:
            raise refusal
    except Refusal as refused:
        words = {"password": refusal_words(refused)}
        return send_back(url_for("rights.page", _anchor="errors"), words, refusal=refused)
    return _file(_held("data.exported", is_whole=True), is_whole=True)


def _held(action: str, *, is_whole: bool = False) -> HeldOfHer:
    who = required()
    with transaction() as db:
        held = held_of(db, who.application_id, vault=parts().vault, whole=is_whole)
        her = candidate(who.application_id)
        audit.record(db, actor=her, action=action, subject=her, whole=is_whole)
    say_times_in(held.zone)
    return held


def _look(look: Look) -> str:
    times = {"n": look.count, "time": moment(look.last_at, year=True)}
    match look.action:
        case "image.viewed":
            return _("放大查看图片 %(n)s 次，最近 %(time)s", **times)
        case "image.downloaded":
            return _("下载图片 %(n)s 次，最近 %(time)s", **times)
        case "receipt.printed":
            return _("下载 PDF 回执 %(n)s 次，最近 %(time)s", **times)
        case _:
            return _("下载本页的一份 %(n)s 次，最近 %(time)s", **times)


def _file(held: HeldOfHer, *, is_whole: bool) -> Response:
    response = jsonify(held_json.as_json(held, at=now(), is_whole=is_whole))
    name = f"{held.registration.number}-data.json"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
