"""What reviewers ask for, on one page: just that, with all that is needed to answer (R20)."""

from flask import Blueprint, Response, render_template, request, session

from libs.common.errors import Refusal
from libs.common.messages import ImageId, RequestId
from libs.common.web.app import began_at
from libs.common.web.languages import gettext as _
from libs.common.web.languages import language
from services.upload import forms
from services.upload.operations import reopening
from services.upload.packs.pack import PACKS
from services.upload.queries.asked import asked_page, versions_of
from services.upload.queries.public import exam_of
from services.upload.queries.shapes.asked import AskedPage
from services.upload.queries.shapes.requests import RequestView
from services.upload.web import faces
from services.upload.web.door import refused_at, required, say, see, transaction
from services.upload.web.materials import SHRUNK_BYTES
from services.upload.web.wording import say_times_in, zone_words

pages = Blueprint("asked", __name__)


@pages.get("/requests")
def page() -> str:
    """The open requests, each with its picture, reason, sample, due time and answer."""
    who = required()
    with transaction() as db:
        found = asked_page(db, who.application_id)
        limit = exam_of(db, who.application_id).settings.image_max_bytes
    say_times_in(found.page.deadline.zone)
    return render_template(
        "requests.html",
        title=_("审核要求"),
        active="materials.page",
        found=found,
        page=found.page,
        entries={entry.code: entry for entry in found.page.entries},
        samples=_samples(found),
        flashed=session.pop("said", []),
        limit_bytes=limit,
        target_bytes=min(SHRUNK_BYTES, limit),
        zone_words=zone_words(),
    )


@pages.get("/requests/<uuid:request_id>/picture")
def picture(request_id: RequestId) -> str:
    """The picture that shall be exchanged, large, with the reviewer's mark on it."""
    who = required()
    with transaction() as db:
        found = asked_page(db, who.application_id)
    say_times_in(found.page.deadline.zone)
    asked = _named(found, request_id)
    if asked.old is None:
        raise Refusal("no_image")
    return render_template(
        "asked_picture.html",
        title=faces.request_title(asked, found.page),
        active="materials.page",
        request=asked,
    )


@pages.get("/images/<uuid:image_id>/versions")
def versions(image_id: ImageId) -> str:
    """Old against new: what stood in a picture's place before, and why it was exchanged."""
    who = required()
    with transaction() as db:
        chain = versions_of(db, who.application_id, image_id)
        found = asked_page(db, who.application_id)
    say_times_in(found.page.deadline.zone)
    entry = next(e for e in found.page.entries if e.code == chain[0][0].material)
    return render_template(
        "versions.html",
        title=_("%(title)s：新旧对照", title=entry.title.to(language())),
        active="materials.page",
        chain=chain,
        entry=entry,
    )


@pages.route("/reopening", methods=["GET", "POST"])
@refused_at("reason", endpoint="asked.ask_to_reopen")
def ask_to_reopen() -> Response | str:
    """Submitted by mistake: she asks the site to give it back (R17)."""
    who = required()
    if request.method == "POST":
        with transaction() as db:
            reopening.ask(
                db,
                application_id=who.application_id,
                reason=forms.words(request.form, "reason"),
                began_at=began_at(),
            )
        say(_("申请已发给考点，请等答复。内容仍然锁定。"))
        return see("materials.page", anchor="banners")
    with transaction() as db:
        found = asked_page(db, who.application_id)
    say_times_in(found.page.deadline.zone)
    return render_template(
        "reopening.html",
        title=_("申请退回修改"),
        active="news.progress",
        page=found.page,
        zone_words=zone_words(),
    )


def _samples(found: AskedPage) -> set[str]:
    """Materials of requests that have a sample picture."""
    folder = PACKS / found.page.pack / "samples"
    codes = {asked.material for asked in found.asked if asked.material}
    return {code for code in codes if (folder / f"{code}.jpg").is_file()}


def _named(found: AskedPage, request_id: RequestId) -> RequestView:
    for asked in (*found.asked, *found.past):
        if asked.id == request_id:
            return asked
    raise Refusal("no_request")
