"""What she is told: where the application is, messages, help; and the small door for polling."""

from flask import (
    Blueprint,
    Response,
    abort,
    g,
    jsonify,
    make_response,
    render_template,
    request,
)

from libs.common.messages import NoticeId
from libs.common.web.languages import gettext as _
from libs.common.web.languages import language
from services.upload.operations.review import mark_messages_read
from services.upload.queries.asked import asked_page
from services.upload.queries.papers import messages_page, result_page
from services.upload.queries.public import Contacts, contacts, exam_of
from services.upload.queries.status import status_page
from services.upload.web import faces
from services.upload.web.door import known, required, see, transaction
from services.upload.web.wording import say_times_in

pages = Blueprint("news", __name__)


@pages.get("/progress")
def progress() -> str:
    """The stage, and after publication the result; nothing of it before (R23)."""
    who = required()
    with transaction() as db:
        found = asked_page(db, who.application_id)
        result = result_page(db, who.application_id)
    say_times_in(result.zone)
    return render_template(
        "progress.html",
        title=_("审核进度"),
        active="news.progress",
        page=found.page,
        found=found,
        result=result,
        stages=faces.stages(found.page),
    )


@pages.get("/messages")
def messages() -> str:
    """Every notice of record (R22), the newest first."""
    who = required()
    with transaction() as db:
        box = messages_page(db, who.application_id)
        zone = exam_of(db, who.application_id).zone
    say_times_in(zone)
    return render_template("messages.html", title=_("消息"), active="news.messages", box=box)


@pages.get("/messages/<uuid:notice_id>")
def message(notice_id: NoticeId) -> str:
    """One notice of record; opening it is reading it, and who told her hears so (R22)."""
    who = required()
    with transaction() as db:
        mark_messages_read(db, who.application_id, notice_id)
        box = messages_page(db, who.application_id)
        zone = exam_of(db, who.application_id).zone
    shown = next((found for found in box.messages if found.id == notice_id), None)
    if shown is None:
        abort(404)
    g.unread = box.unread
    say_times_in(zone)
    return render_template(
        "message.html",
        title=shown.title[language()],
        active="news.messages",
        message=shown,
        place=faces.place_of_notice(shown.fact),
    )


@pages.post("/messages/read")
def read_all() -> Response:
    """All are read."""
    who = required()
    with transaction() as db:
        mark_messages_read(db, who.application_id)
    return see("news.messages")


@pages.get("/help")
def help_page() -> str:
    """Whom to ask, and when (R28); before the sign-in every site."""
    known_sites: list[Contacts] = []
    if known() is None:
        with transaction() as db:
            known_sites = list(contacts(db))
    return render_template(
        "help.html", title=_("帮助与联系"), active="news.help_page", contacts=known_sites
    )


@pages.get("/status")
def status() -> Response:
    """Whether anything changed: one small answer with an ETag, the most asked of all."""
    who = required()
    with transaction() as db:
        found = status_page(db, who.application_id)
    response = make_response(
        jsonify(checking=found.checking, unread=found.unread_messages, state=found.state)
    )
    response.set_etag(found.etag)
    response.make_conditional(request)
    return response
