"""The same picture with two candidates: the list, and the two side by side."""

import uuid

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from libs.common.clock import now
from services.review import forms
from services.review.domain.staff import AREA_ROLES
from services.review.operations import duplicates
from services.review.queries import duplicates as query
from services.review.queries import publication
from services.review.web.door import deny, me, parts
from services.review.web.zones import zone_of

pages = Blueprint("duplicates", __name__, url_prefix="/duplicates")


@pages.get("")
def index() -> ResponseReturnValue:
    """The pairs that nobody has cleared, the closest first."""
    at = forms.number(request.args, "at", default=0)
    with parts().database.transaction() as session:
        exams = {exam.code: exam for exam in publication.exams(session)}
        return render_template(
            "duplicates.html",
            title=gettext("重复图片"),
            page=query.page(session, at=at),
            at=at,
            page_rows=query.PAGE_ROWS,
            exams=exams,
            zone=zone_of(exams.values()),
        )


@pages.get("/<uuid:image_id>/<uuid:other_image_id>")
def show(image_id: uuid.UUID, other_image_id: uuid.UUID) -> ResponseReturnValue:
    """Side by side, with the two candidates."""
    with parts().database.transaction() as session:
        pair = query.pair(session, image_id, other_image_id)
        exams = {exam.code: exam for exam in publication.exams(session)}
        if pair is not None:
            return render_template(
                "duplicate.html",
                title=gettext("重复图片"),
                pair=pair,
                exams=exams,
                zone=zone_of(exams.values()),
                now=now(),
                may_clear=bool(me().roles & AREA_ROLES),
            )
    raise deny(f"image:{image_id}")


@pages.post("/<uuid:image_id>/<uuid:other_image_id>")
def clear(image_id: uuid.UUID, other_image_id: uuid.UUID) -> ResponseReturnValue:
    """Harmless, and why."""
    words = forms.text(request.form, "words")
    with parts().database.transaction() as session:
        duplicates.clear(session, image_id, other_image_id, words, me())
    flash(gettext("已记为正常。"))
    return redirect(url_for("duplicates.index"), 303)
