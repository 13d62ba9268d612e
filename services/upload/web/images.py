"""Images: sent, looked at, put in order, deleted and brought back."""

from flask import (
    Blueprint,
    Response,
    abort,
    jsonify,
    make_response,
    render_template,
    request,
    url_for,
)

from libs.common import audit
from libs.common.errors import Refusal
from libs.common.messages import ApplicationId, ImageId
from libs.common.web.app import began_at
from libs.common.web.languages import gettext as _
from libs.common.web.languages import language
from libs.common.web.refusals import wants_json
from services.upload import forms, intake
from services.upload.domain.application import State
from services.upload.domain.shrink import Photo
from services.upload.operations import actors, cures
from services.upload.operations import images as operations
from services.upload.operations.shrinks import received_before
from services.upload.operations.slots import Upload
from services.upload.queries.application import application_page
from services.upload.queries.images import stored_image as find_stored
from services.upload.queries.public import exam_of
from services.upload.queries.shapes.application import ApplicationPage
from services.upload.queries.shapes.images import ImageView, StoredImage
from services.upload.queries.shapes.materials import MaterialEntry
from services.upload.web import faces, shrinks
from services.upload.web.door import done, parts, refused_at, required, say, see, transaction
from services.upload.web.wording import say_times_in

pages = Blueprint("images", __name__)


@pages.post("/materials/<code>/images")
@refused_at("card-{code}")
def upload(code: str) -> Response:
    """A picture arrives (R7-R11). Bytes are stored before the transaction that makes them hers."""
    who = required()
    sent = forms.picture(request)
    wanted = Upload(
        application_id=who.application_id,
        material=code,
        idempotency_key=sent.key,
        began_at=began_at(),
        request_id=sent.request_id,
        instead=sent.instead,
    )
    with transaction() as db:
        shrink_id = received_before(db, wanted)
        image_id = None if shrink_id else operations.admit(db, wanted)
        limit = exam_of(db, who.application_id).settings.image_max_bytes
    if shrink_id is not None:
        return shrinks.waiting(shrink_id)
    if image_id is None:
        picture = forms.checked(sent, language(), limit=limit)
        if isinstance(picture, Photo):
            return shrinks.arrived(wanted, picture)
        stored = intake.store(parts().storage, picture)
        with transaction() as db:
            image_id = operations.receive(db, wanted, stored)
    if wants_json():
        return jsonify(image=str(image_id))
    if sent.request_id is not None and not wants_json():
        say(_("图片已上传，还没有提交。"))
        return see("asked.page", anchor=f"request-{sent.request_id}")
    return done(_("图片已上传，还没有提交。"), anchor=f"card-{code}")


@pages.get("/images/<uuid:image_id>")
def page(image_id: ImageId) -> str:
    """One picture: how it looks, what the check found, its proof, and what can be done."""
    shown, entry, image = _hers(image_id)
    say_times_in(shown.deadline.zone)
    return render_template(
        "image.html",
        title=entry.title.to(language()),
        active="materials.page",
        entry=entry,
        image=image,
        face=faces.of_image(image),
        at=entry.images.index(image) + 1,
        can_move=shown.state is State.OPEN,
    )


@pages.route("/images/<uuid:image_id>/delete", methods=["GET", "POST"])
@refused_at("open-{image_id}")
def delete(image_id: ImageId) -> Response | str:
    """− at a picture (R10): asked once, undone by one press."""
    who = required()
    if request.method == "GET":
        _page, entry, image = _hers(image_id)
        with transaction() as db:
            operations.check_deletable(
                db, application_id=who.application_id, image_id=image_id, began_at=began_at()
            )
        face = faces.of_image(image)
        return render_template(
            "delete.html",
            title=_("删除图片"),
            active="materials.page",
            entry=entry,
            image=image,
            face=face,
        )
    with transaction() as db:
        operations.delete(
            db, application_id=who.application_id, image_id=image_id, began_at=began_at()
        )
    return done(
        _("图片已删除。"),
        undo=url_for("images.restore", image_id=image_id),
        anchor="banners",
    )


@pages.post("/images/<uuid:image_id>/restore")
@refused_at("cards")
def restore(image_id: ImageId) -> Response:
    """The deletion is undone."""
    who = required()
    with transaction() as db:
        operations.undo_delete(
            db, application_id=who.application_id, image_id=image_id, began_at=began_at()
        )
    return done(_("已撤销删除。"))


@pages.post("/images/<uuid:image_id>/use-anyway")
@refused_at("open-{image_id}")
def use_anyway(image_id: ImageId) -> Response:
    """仍然使用: its warnings are read, and stand open no more."""
    who = required()
    with transaction() as db:
        cures.use_anyway(
            db, application_id=who.application_id, image_id=image_id, began_at=began_at()
        )
    return done(_("好的，就用这张。审核人员会看到您看过提示。"), anchor=f"open-{image_id}")


@pages.post("/images/<uuid:image_id>/move")
@refused_at("open-{image_id}")
def move(image_id: ImageId) -> Response:
    """The picture stands at another position of its material (R9)."""
    who = required()
    _page, entry, image = _hers(image_id)
    order = [other.id for other in entry.images if other.id != image.id]
    order.insert(max(0, forms.position(request) - 1), image.id)
    with transaction() as db:
        operations.reorder(
            db,
            application_id=who.application_id,
            material=entry.code,
            order=order,
            began_at=began_at(),
        )
    return done(_("顺序已保存。"), anchor=f"card-{entry.code}")


@pages.post("/images/<uuid:image_id>/turn")
@refused_at("open-{image_id}")
def turn(image_id: ImageId) -> Response:
    """One tap turns the picture or mirrors it back; it is checked again by itself (R7)."""
    who = required()
    wanted = forms.turn(request.form)
    with transaction() as db:
        cures.turn(
            db,
            application_id=who.application_id,
            image_id=image_id,
            turn=wanted,
            began_at=began_at(),
        )
    return done(_("图片已转好，正在重新检查。"), anchor=f"open-{image_id}")


@pages.get("/images/<uuid:image_id>/grid")
def grid(image_id: ImageId) -> Response:
    """The small rendition."""
    return _rendition(_stored(image_id), "grid_key")


@pages.get("/images/<uuid:image_id>/view")
def view(image_id: ImageId) -> Response:
    """The big rendition; looking at it is recorded (R25)."""
    return _rendition(_stored(image_id, action="image.viewed"), "view_key")


@pages.get("/images/<uuid:image_id>/original")
def original(image_id: ImageId) -> Response:
    """The stored bytes whose SHA-256 the receipt proves; only ever as a download."""
    stored = _stored(image_id, action="image.downloaded")
    data = parts().storage.originals.get(stored.original_key)
    name = f"{image_id}.{'jpg' if stored.format == 'jpeg' else 'png'}"
    response = _bytes(data, content_type="application/octet-stream")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _stored(image_id: ImageId, *, action: str | None = None) -> StoredImage:
    """Where her picture is; somebody else's is as if it did not exist, and the try recorded."""
    who = required()
    try:
        with transaction() as db:
            stored = find_stored(db, application_id=who.application_id, image_id=image_id)
    except Refusal:
        _record(who.application_id, image_id, "image.denied")
        raise
    if action:
        _record(who.application_id, image_id, action)
    return stored


def _record(application_id: ApplicationId, image_id: ImageId, action: str) -> None:
    who = actors.candidate(application_id)
    with transaction() as db:
        audit.record(db, actor=who, action=action, subject=who, image=image_id)


def _rendition(stored: StoredImage, key: str) -> Response:
    name: str | None = getattr(stored, key)
    if name is None:
        abort(404)
    return _bytes(parts().storage.renditions.get(name), content_type="image/jpeg")


def _bytes(data: bytes, *, content_type: str) -> Response:
    response = make_response(data)
    response.content_type = content_type
    return response


def _hers(image_id: ImageId) -> tuple[ApplicationPage, MaterialEntry, ImageView]:
    who = required()
    with transaction() as db:
        shown = application_page(db, who.application_id, show_all=True)
    for entry in shown.entries:
        for image in entry.images:
            if image.id == image_id:
                return shown, entry, image
    raise Refusal("no_image")
