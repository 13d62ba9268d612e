"""The desk: one case, one image in the middle, and the verdict on it."""

import uuid

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from services.review import forms, words
from services.review.models.case import Case, Image
from services.review.operations import cases, claims, judge
from services.review.queries import desk as query
from services.review.web import workbench
from services.review.web.door import deny, me, parts
from services.review.web.looks import looked_at
from services.review.web.workbench import DEFAULT_DUE_HOURS

pages = Blueprint("desk", __name__, url_prefix="/cases/<uuid:case_id>")


@pages.get("")
def show(case_id: uuid.UUID) -> ResponseReturnValue:
    """The desk. Opening a case that is claimed renews the claim."""
    with parts().database.transaction() as session:
        claims.renew(session, case_id, me())
        seen = query.read(session, case_id, me())
        if seen is not None:
            return looked_at(session, seen) or workbench.drawn(
                session,
                seen,
                forms.optional_id(request.args.get("image")),
                view=request.args.get("view", ""),
            )
    raise deny(f"case:{case_id}")


@pages.post("/images/<uuid:image_id>/verdict", endpoint="judge")
def judge_image(case_id: uuid.UUID, image_id: uuid.UUID) -> ResponseReturnValue:
    """Accept, or ask for a replacement; stored at once."""
    with parts().database.transaction() as session:
        image = session.get(Image, image_id)
        due = _due_hours(session, case_id)
        material = image.material if image else ""
        sent = forms.judgement(request.form, image_id=image_id, material=material, due_hours=due)
        version = forms.seen_version(request.form)
        if sent.demand is None:
            judge.accept(session, case_id, image_id, me(), seen_version=version)
        else:
            judge.ask_replacement(session, case_id, sent.demand, me(), seen_version=version)
        onward = request.form.get("then") == "next"
        return workbench.after_deed(session, case_id, image_id, onward=onward)


@pages.post("/requests")
def demand(case_id: uuid.UUID) -> ResponseReturnValue:
    """ADD images, or FIX a fact."""
    with parts().database.transaction() as session:
        wanted = forms.demand(request.form, due_hours=_due_hours(session, case_id))
        version = forms.seen_version(request.form)
        judge.ask_more(session, case_id, wanted, me(), seen_version=version)
        return workbench.after_deed(session, case_id, _shown_image())


@pages.post("/requests/<uuid:request_id>/drop")
def drop(case_id: uuid.UUID, request_id: uuid.UUID) -> ResponseReturnValue:
    """Take a request back before it is sent."""
    with parts().database.transaction() as session:
        version = forms.seen_version(request.form)
        judge.drop_draft(session, case_id, request_id, me(), seen_version=version)
        return workbench.after_deed(session, case_id, _shown_image())


@pages.post("/undo")
def undo(case_id: uuid.UUID) -> ResponseReturnValue:
    """Take the newest verdict back, and show its image."""
    with parts().database.transaction() as session:
        version = forms.seen_version(request.form)
        image_id, undone = judge.undo(session, case_id, me(), seen_version=version)
        flash(str(words.UNDONE[undone]))
        return workbench.after_deed(session, case_id, image_id)


@pages.post("/suspicion")
def flag(case_id: uuid.UUID) -> ResponseReturnValue:
    """涉嫌虚假."""
    image_id = _shown_image()
    with parts().database.transaction() as session:
        version = forms.seen_version(request.form)
        said = forms.text(request.form, "words")
        judge.flag(session, case_id, image_id, said, me(), seen_version=version)
        flash(gettext("已标记涉嫌虚假，仅负责人和考区可见。"))
        return workbench.after_deed(session, case_id, image_id)


@pages.post("/suspicion/<uuid:suspicion_id>/withdraw")
def unflag(case_id: uuid.UUID, suspicion_id: uuid.UUID) -> ResponseReturnValue:
    """The suspicion is withdrawn."""
    with parts().database.transaction() as session:
        version = forms.seen_version(request.form)
        judge.unflag(session, case_id, suspicion_id, me(), seen_version=version)
        return workbench.after_deed(session, case_id, _shown_image())


def _due_hours(session: Session, case_id: uuid.UUID) -> int:
    case = session.get(Case, case_id)
    if case is None:
        return DEFAULT_DUE_HOURS
    return cases.setting(session, case.exam, "request_due_hours", DEFAULT_DUE_HOURS)


def _shown_image() -> uuid.UUID | None:
    return forms.optional_id(request.form.get("image"))
