"""Carry-over: her accepted images of an earlier exam, looked at and used again by one press."""

from flask import Blueprint, Response, abort, make_response, render_template, request

from libs.common import audit
from libs.common.messages import ImageId
from libs.common.web.app import began_at
from libs.common.web.languages import gettext as _
from libs.common.web.languages import language
from services.upload import forms, intake
from services.upload.operations import actors
from services.upload.operations import carrying as operations
from services.upload.operations.slots import Upload
from services.upload.queries.application import application_page
from services.upload.queries.offers import offered_image
from services.upload.web.door import done, parts, refused_at, required, transaction
from services.upload.web.wording import say_times_in

pages = Blueprint("carrying", __name__)


@pages.post("/materials/<code>/carried/<uuid:image_id>")
@refused_at("card-{code}")
def take(code: str, image_id: ImageId) -> Response:
    """用这张: bytes are copied before the transaction that makes them this application's."""
    wanted = Upload(
        application_id=required().application_id,
        material=code,
        idempotency_key=forms.key_of(request.form),
        began_at=began_at(),
    )
    with transaction() as db:
        known = operations.admit(db, wanted, image_id)
    if isinstance(known, operations.FormerBytes):
        picture = intake.copy(parts().storage, known)
        with transaction() as db:
            operations.take(db, wanted, image_id, picture)
    return done(_("已使用上次考试的图片，正在重新检查，还没有提交。"), anchor=f"card-{code}")


@pages.get("/carried/<uuid:image_id>")
def page(image_id: ImageId) -> str:
    """One of them, large enough to see whether it still holds."""
    who = required()
    with transaction() as db:
        material, offer, _stored = offered_image(
            db, application_id=who.application_id, image_id=image_id
        )
        shown = application_page(db, who.application_id, show_all=True)
    say_times_in(shown.deadline.zone)
    entry = next(e for e in shown.entries if e.code == material)
    return render_template(
        "former.html",
        title=_("%(title)s：上次考试的图片", title=entry.title.to(language())),
        active="materials.page",
        entry=entry,
        offer=offer,
    )


@pages.get("/carried/<uuid:image_id>/grid")
def grid(image_id: ImageId) -> Response:
    """Its thumbnail."""
    return _picture(image_id, small=True)


@pages.get("/carried/<uuid:image_id>/view")
def view(image_id: ImageId) -> Response:
    """Its big rendition; looking at it is recorded (R25)."""
    return _picture(image_id, small=False)


def _picture(image_id: ImageId, *, small: bool) -> Response:
    who = required()
    with transaction() as db:
        found = offered_image(db, application_id=who.application_id, image_id=image_id)[2]
        if not small:
            actor = actors.candidate(who.application_id)
            audit.record(db, actor=actor, action="image.viewed", subject=actor, image=image_id)
    key = found.grid_key if small else found.view_key
    if key is None:
        abort(404)
    response = make_response(parts().storage.renditions.get(key))
    response.content_type = "image/jpeg"
    return response
