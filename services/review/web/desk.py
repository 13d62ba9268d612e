"""The desk: one case, one image in the middle, and the verdict on it."""

import uuid

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from libs.common.clock import now
from services.review import forms, words
from services.review.domain import judging, reasons
from services.review.domain.case import Level
from services.review.domain.request import Kind
from services.review.models.case import Case, Image
from services.review.operations import cases, claims, judge
from services.review.queries import desk as query
from services.review.queries import queues
from services.review.queries.filters import Queue
from services.review.queries.shapes import Desk, DeskImage
from services.review.web import facts
from services.review.web.door import deny, me, parts
from services.review.web.looks import looked_at
from services.review.web.zones import zone_of

pages = Blueprint("desk", __name__, url_prefix="/cases/<uuid:case_id>")
VIEWS = ("single", "pair", "facts")
DUE_CHOICES = (24, 48, 72, 120, 168)
DEFAULT_DUE_HOURS = 48


@pages.get("")
def show(case_id: uuid.UUID) -> ResponseReturnValue:
    """The desk. Opening a case that is claimed renews the claim."""
    with parts().database.transaction() as session:
        claims.renew(session, case_id, me())
        seen = query.read(session, case_id, me())
        if seen is not None:
            return looked_at(session, seen) or _page(session, seen)
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
        session.flush()
        target = image_id
        if request.form.get("then") == "next":
            seen = query.read(session, case_id, me())
            target = seen.after(image_id) if seen else image_id
    return _back(case_id, target)


@pages.post("/requests")
def demand(case_id: uuid.UUID) -> ResponseReturnValue:
    """ADD images, or FIX a fact."""
    with parts().database.transaction() as session:
        wanted = forms.demand(request.form, due_hours=_due_hours(session, case_id))
        version = forms.seen_version(request.form)
        judge.ask_more(session, case_id, wanted, me(), seen_version=version)
    return _back(case_id, forms.optional_id(request.form.get("image")))


@pages.post("/requests/<uuid:request_id>/drop")
def drop(case_id: uuid.UUID, request_id: uuid.UUID) -> ResponseReturnValue:
    """Take a request back before it is sent."""
    with parts().database.transaction() as session:
        version = forms.seen_version(request.form)
        judge.drop_draft(session, case_id, request_id, me(), seen_version=version)
    return _back(case_id, forms.optional_id(request.form.get("image")))


@pages.post("/undo")
def undo(case_id: uuid.UUID) -> ResponseReturnValue:
    """Take the newest verdict back, and show its image."""
    with parts().database.transaction() as session:
        version = forms.seen_version(request.form)
        image_id, undone = judge.undo(session, case_id, me(), seen_version=version)
    flash(str(words.UNDONE[undone]))
    return _back(case_id, image_id)


@pages.post("/suspicion")
def flag(case_id: uuid.UUID) -> ResponseReturnValue:
    """涉嫌虚假."""
    image_id = forms.optional_id(request.form.get("image"))
    with parts().database.transaction() as session:
        version = forms.seen_version(request.form)
        said = forms.text(request.form, "words")
        judge.flag(session, case_id, image_id, said, me(), seen_version=version)
    flash(gettext("已标记涉嫌虚假，仅负责人和考区可见。"))
    return _back(case_id, image_id)


@pages.post("/suspicion/<uuid:suspicion_id>/withdraw")
def unflag(case_id: uuid.UUID, suspicion_id: uuid.UUID) -> ResponseReturnValue:
    """The suspicion is withdrawn."""
    with parts().database.transaction() as session:
        version = forms.seen_version(request.form)
        judge.unflag(session, case_id, suspicion_id, me(), seen_version=version)
    return _back(case_id, forms.optional_id(request.form.get("image")))


def _page(session: Session, seen: Desk) -> str:
    image = seen.image(forms.optional_id(request.args.get("image")))
    view = _view(image)
    material = image.row.material if image else None
    known = reasons.read(seen.exam.reasons)
    used = query.used_reasons(session, me())
    zone = zone_of([seen.exam])
    midnight = now().astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    due = int(seen.exam.settings.get("request_due_hours", DEFAULT_DUE_HOURS))
    return render_template(
        "desk.html",
        title=seen.case.registration_number,
        desk=seen,
        case=seen.case,
        exam=seen.exam,
        image=image,
        view=view,
        facts=facts.lines(seen, image),
        name=facts.shown_name(seen),
        reasons={
            kind.value: reasons.offered(known, kind=kind, material=material, used=used)
            for kind in Kind
        },
        used=used,
        due_hours=due,
        due_choices=sorted({due, *DUE_CHOICES}),
        finish=judging.usual_finish(seen.judged) if seen.may_judge else None,
        now=now(),
        zone=zone,
        today=queues.today(session, me(), since=midnight),
        waiting=queues.count(session, me(), Queue.AREA if me().level is Level.AREA else Queue.SITE),
        most=queues.MOST_COUNTED,
        spare_material=query.SPARE_MATERIAL,
    )


def _view(image: DeskImage | None) -> str:
    """Side by side is the default where there is an older version."""
    asked = request.args.get("view", "")
    has_older = image is not None and image.older is not None
    if asked not in VIEWS or (asked == "pair" and not has_older):
        return "pair" if has_older else "single"
    return asked


def _due_hours(session: Session, case_id: uuid.UUID) -> int:
    case = session.get(Case, case_id)
    if case is None:
        return DEFAULT_DUE_HOURS
    return cases.setting(session, case.exam, "request_due_hours", DEFAULT_DUE_HOURS)


def _back(case_id: uuid.UUID, image_id: uuid.UUID | None) -> ResponseReturnValue:
    return redirect(url_for("desk.show", case_id=case_id, image=image_id), 303)
