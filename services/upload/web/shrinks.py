"""The shrink door (R8): a photo that is made smaller here, looked at, and confirmed or not.

A script is answered in JSON on the same addresses: `POST /materials/<code>/images` says 202 with
`shrink` and `url`; `GET url` says how it stands, and where to confirm or dismiss it.
"""

from flask import Blueprint, Response, jsonify, make_response, render_template, url_for

from libs.common import audit
from libs.common.errors import Refusal
from libs.common.messages import ImageId
from libs.common.storage import ObjectMissing
from libs.common.web.app import began_at
from libs.common.web.languages import gettext as _
from libs.common.web.refusals import wants_json
from services.upload import intake
from services.upload.domain.shrink import Photo, ShrinkState
from services.upload.operations import actors
from services.upload.operations import shrinks as operations
from services.upload.operations.slots import Upload
from services.upload.queries.application import application_page
from services.upload.queries.shapes.application import ApplicationPage
from services.upload.queries.shapes.images import ShrinkView
from services.upload.queries.shapes.materials import MaterialEntry
from services.upload.queries.shrinks import picture_key, shrink_page
from services.upload.web.door import done, parts, refused_at, required, see, transaction
from services.upload.web.wording import finding_words, say_times_in

pages = Blueprint("shrinks", __name__)


def arrived(wanted: Upload, photo: Photo) -> Response:
    """A photo arrives that is too big to be an image: stored, then made smaller."""
    with transaction() as db:
        operations.admit(db, wanted)
    stored = intake.store_photo(parts().storage, photo)
    with transaction() as db:
        shrink_id = operations.receive(db, wanted, stored)
    return waiting(shrink_id)


def waiting(shrink_id: ImageId) -> Response:
    """Where she can see how it stands."""
    if wants_json():
        found = jsonify(shrink=str(shrink_id), url=url_for("shrinks.page", shrink_id=shrink_id))
        return make_response(found, 202)
    return see("shrinks.page", shrink_id=shrink_id)


@pages.get("/shrinks/<uuid:shrink_id>")
def page(shrink_id: ImageId) -> Response | str:
    """Being made smaller, the image before it counts, or why there is none."""
    who = required()
    with transaction() as db:
        found = shrink_page(db, application_id=who.application_id, shrink_id=shrink_id)
        shown = application_page(db, who.application_id, show_all=True)
    if wants_json():
        return jsonify(_as_json(found))
    if found.state in (ShrinkState.CONFIRMED, ShrinkState.DISMISSED):
        return see("materials.page", anchor=f"card-{found.material}")
    say_times_in(shown.deadline.zone)
    return render_template(
        "shrink.html",
        title=_TITLES[found.state](),
        active="materials.page",
        shrink=found,
        entry=_entry(shown, found),
    )


@pages.get("/shrinks/<uuid:shrink_id>/picture")
def picture(shrink_id: ImageId) -> Response:
    """The image that she is asked to confirm; looking at it is recorded (R25)."""
    who = required()
    actor = actors.candidate(who.application_id)
    with transaction() as db:
        key = picture_key(db, application_id=who.application_id, shrink_id=shrink_id)
        audit.record(db, actor=actor, action="shrink.viewed", subject=actor, image=shrink_id)
    try:
        response = make_response(parts().storage.arrivals.get(key))
    except ObjectMissing:
        raise Refusal("no_shrink") from None
    response.content_type = "image/jpeg"
    return response


@pages.post("/shrinks/<uuid:shrink_id>/confirm")
@refused_at("shrink-{shrink_id}")
def confirm(shrink_id: ImageId) -> Response:
    """Her yes: it is an image from now on."""
    who = required()
    with transaction() as db:
        shrunk = operations.confirmable(
            db, application_id=who.application_id, shrink_id=shrink_id, began_at=began_at()
        )
    if shrunk is not None:
        try:
            stored = intake.adopt(parts().storage, shrunk)
        except ObjectMissing:
            raise Refusal("shrink_gone") from None
        with transaction() as db:
            operations.confirm(
                db,
                application_id=who.application_id,
                shrink_id=shrink_id,
                picture=stored,
                began_at=began_at(),
            )
    said = _("图片已上传，还没有提交。")
    return done(said, anchor=_card(shrink_id), image=str(shrink_id))


@pages.post("/shrinks/<uuid:shrink_id>/dismiss")
@refused_at("shrink-{shrink_id}")
def dismiss(shrink_id: ImageId) -> Response:
    """Her no: the photo and what was made of it are removed."""
    who = required()
    with transaction() as db:
        operations.dismiss(db, application_id=who.application_id, shrink_id=shrink_id)
    return done(_("已放弃这张图片，没有上传。"), anchor=_card(shrink_id))


_TITLES = {
    ShrinkState.PENDING: lambda: _("正在缩小图片"),
    ShrinkState.READY: lambda: _("请确认缩小后的图片"),
    ShrinkState.REFUSED: lambda: _("图片没有收下"),
    ShrinkState.EXPIRED: lambda: _("图片没有收下"),
}


def _card(shrink_id: ImageId) -> str:
    who = required()
    with transaction() as db:
        found = shrink_page(db, application_id=who.application_id, shrink_id=shrink_id)
    return f"card-{found.material}"


def _entry(shown: ApplicationPage, found: ShrinkView) -> MaterialEntry | None:
    return next((entry for entry in shown.entries if entry.code == found.material), None)


def _as_json(found: ShrinkView) -> dict[str, object]:
    cause, cure = finding_words(found.findings[0]) if found.findings else ("", "")
    ready = found.state is ShrinkState.READY
    return {
        "state": found.state,
        "material": found.material,
        "from_bytes": found.original_bytes,
        "size_bytes": found.size_bytes,
        "width": found.width,
        "height": found.height,
        "picture": url_for("shrinks.picture", shrink_id=found.id) if ready else None,
        "confirm": url_for("shrinks.confirm", shrink_id=found.id),
        "dismiss": url_for("shrinks.dismiss", shrink_id=found.id),
        "cause": cause,
        "cure": cure,
    }
