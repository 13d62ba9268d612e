"""From the computer to the phone: a QR code opens one material there, without signing in again.

The phone gets a session of a kind of its own. No other page knows that kind, so it can look at
and add to this one material and nothing else.
"""

import datetime as dt
import uuid

from flask import Blueprint, Response, abort, jsonify, make_response, render_template, request
from flask import session as cookie

from libs.common import browser_sessions
from libs.common.errors import Refusal
from libs.common.messages import ApplicationId, ImageId
from libs.common.web.app import began_at
from libs.common.web.languages import gettext as _
from libs.common.web.languages import language
from libs.common.web.refusals import wants_json
from services.upload import forms, intake
from services.upload.domain.shrink import Photo
from services.upload.operations import images as image_operations
from services.upload.operations import phone_links as operations
from services.upload.operations.shrinks import received_before
from services.upload.operations.slots import Upload
from services.upload.queries.application import application_page
from services.upload.queries.images import stored_image
from services.upload.queries.phone import LinkView, is_of_link, link_page
from services.upload.queries.public import exam_of
from services.upload.queries.shapes.application import ApplicationPage
from services.upload.queries.shapes.materials import MaterialEntry
from services.upload.queries.shapes.requests import RequestView
from services.upload.web import shrinks
from services.upload.web.door import (
    LIMITS,
    PHONE,
    parts,
    refused_at,
    say,
    see,
    token,
    transaction,
    with_cookie,
)
from services.upload.web.materials import SHRUNK_BYTES
from services.upload.web.phone_links import entry_of, link_of
from services.upload.web.wording import say_times_in

pages = Blueprint("phone", __name__)

LIMITS[PHONE] = browser_sessions.Limits(
    idle=dt.timedelta(minutes=operations.LINK_MINUTES),
    absolute=dt.timedelta(minutes=operations.LINK_MINUTES),
)
MAC_BYTES = 16


@pages.get("/p/<code>")
def land(code: str) -> Response | str:
    """What will be opened here. It is opened by a press: messengers look at links by themselves."""
    link_id = link_of(code)
    mine = _mine()
    if mine is not None and mine.id == link_id:
        return see("phone.page")
    with transaction() as db:
        found = operations.usable(db, link_id)
        shown = application_page(db, found.application_id, show_all=True)
    return render_template(
        "phone_land.html",
        title=_("用手机拍"),
        entry=entry_of(shown, found.material),
        page=shown,
        helpers=(shown.site,),
        code=code,
    )


@pages.post("/p/<code>")
def take(code: str) -> Response:
    """This phone takes the link: nobody else can any more."""
    link_id = link_of(code)
    with transaction() as db:
        taken = operations.use(db, link_id)
        value = browser_sessions.start(
            db,
            kind=PHONE,
            subject=taken.application_id,
            limits=LIMITS[PHONE],
            data={"link": str(link_id)},
        )
    return with_cookie(see("phone.page"), PHONE, value)


@pages.get("/phone")
def page() -> str:
    """The one material: take pictures of it, and see what has arrived."""
    mine = _required()
    with transaction() as db:
        shown = application_page(db, mine.application_id, show_all=True)
        limit = exam_of(db, mine.application_id).settings.image_max_bytes
    say_times_in(shown.deadline.zone)
    entry, asked = entry_of(shown, mine.material), _asked(shown, mine)
    return render_template(
        "phone.html",
        title=entry.title.to(language()),
        page=shown,
        entry=entry,
        asked=asked,
        pictures=asked.images if asked else entry.images,
        room=(asked.room if asked.can_upload else 0) if asked else _room(entry),
        waiting=[s for s in shown.shrinks if s.material == mine.material],
        flashed=cookie.pop("said", []),
        limit_bytes=limit,
        target_bytes=min(SHRUNK_BYTES, limit),
    )


@pages.post("/phone/images")
@refused_at("pictures", endpoint="phone.page")
def upload() -> Response:
    """A picture of the link's material, and of no other."""
    mine = _required()
    sent = forms.picture(request)
    wanted = Upload(
        application_id=mine.application_id,
        material=mine.material,
        idempotency_key=sent.key,
        began_at=began_at(),
        request_id=mine.request_id,
    )
    with transaction() as db:
        is_waiting = received_before(db, wanted) is not None
        image_id = None if is_waiting else image_operations.admit(db, wanted)
        limit = exam_of(db, mine.application_id).settings.image_max_bytes
    if image_id is None and not is_waiting:
        picture = forms.checked(sent, language(), limit=limit)
        if isinstance(picture, Photo):
            shrinks.arrived(wanted, picture)
            is_waiting = True
        else:
            stored = intake.store(parts().storage, picture)
            with transaction() as db:
                image_operations.receive(db, wanted, stored)
    said = _("图片已上传，还没有提交。")
    if is_waiting:
        said = _("照片已收到，请在电脑上看过缩小后的图片再确认。")
    if wants_json():
        return jsonify(received=True, said=said)
    say(said)
    return see("phone.page")


@pages.get("/phone/images/<uuid:image_id>")
def picture(image_id: ImageId) -> Response:
    """The small rendition of a picture of this material."""
    mine = _required()
    with transaction() as db:
        if not is_of_link(db, mine, image_id):
            raise Refusal("no_image")
        stored = stored_image(db, application_id=mine.application_id, image_id=image_id)
    if stored.grid_key is None:
        abort(404)
    response = make_response(parts().storage.renditions.get(stored.grid_key))
    response.content_type = "image/jpeg"
    return response


@pages.get("/phone/status")
def status() -> Response:
    """Whether anything changed; as small as the computer's."""
    mine = _required()
    with transaction() as db:
        shown = application_page(db, mine.application_id)
    response = make_response(jsonify(checking=shown.readiness.checking, state=shown.state))
    response.set_etag(str(mine.revision))
    response.make_conditional(request)
    return response


def _required() -> LinkView:
    """The link that this phone has taken. Raises Refusal `phone_link_over`."""
    mine = _mine()
    if mine is None:
        raise Refusal("phone_link_over")
    return mine


def _mine() -> LinkView | None:
    with transaction() as db:
        found = browser_sessions.find(db, token(PHONE), kind=PHONE)
        if found is None:
            return None
        mine = link_page(
            db, uuid.UUID(found.data["link"]), application_id=ApplicationId(found.subject)
        )
    return None if mine.is_over else mine


def _asked(shown: ApplicationPage, mine: LinkView) -> RequestView | None:
    entry = entry_of(shown, mine.material)
    return next((r for r in entry.requests if r.id == mine.request_id), None)


def _room(entry: MaterialEntry) -> int:
    return entry.free_slots if entry.can_upload else 0
