"""The desk's page: drawn for whoever opens a case, and in place after each deed of a script."""

import uuid

from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from libs.common.clock import now
from services.review.domain import judging, reasons
from services.review.domain.case import Level
from services.review.domain.request import Kind
from services.review.queries import desk as query
from services.review.queries import queues
from services.review.queries.filters import Queue
from services.review.queries.shapes import Desk, DeskImage
from services.review.web import corrections, facts
from services.review.web.door import me
from services.review.web.looks import looked_at
from services.review.web.zones import zone_of

IN_PLACE = "X-In-Place"
"""Sent by the desk's scripts, which exchange parts of the page instead of leaving it."""
AT = "X-At"
"""The address of the page that an answer in place holds."""
VIEWS = ("single", "pair", "facts")
DUE_CHOICES = (24, 48, 72, 120, 168)
DEFAULT_DUE_HOURS = 48


def after_deed(
    session: Session, case_id: uuid.UUID, image_id: uuid.UUID | None = None, *, onward: bool = False
) -> ResponseReturnValue:
    """The way to the desk again; a script gets the page itself, one request instead of two.

    `onward`: with the next image that has no verdict.
    """
    in_place = bool(request.headers.get(IN_PLACE))
    session.flush()
    seen = query.read(session, case_id, me()) if in_place or onward else None
    if onward and seen is not None and image_id is not None:
        image_id = seen.after(image_id)
    at = url_for("desk.show", case_id=case_id, image=image_id)
    if not in_place or seen is None:
        return redirect(at, 303)
    elsewhere = looked_at(session, seen)
    if elsewhere is not None:
        return elsewhere
    response = make_response(drawn(session, seen, image_id))
    response.headers[AT] = at
    return response


def drawn(
    session: Session, seen: Desk, image_id: uuid.UUID | None = None, *, view: str = ""
) -> str:
    """The page of a case with one image on the stage, or the one that comes first."""
    image = seen.image(image_id)
    material = image.row.material if image else None
    known = reasons.read(seen.exam.reasons)
    used = query.used_reasons(session, me())
    zone = zone_of([seen.exam])
    midnight = now().astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    offered = {
        kind.value: reasons.offered(known, kind=kind, material=material, used=used) for kind in Kind
    }
    lines = facts.lines(seen, image)
    due = int(seen.exam.settings.get("request_due_hours", DEFAULT_DUE_HOURS))
    return render_template(
        "desk.html",
        title=seen.case.registration_number,
        desk=seen,
        case=seen.case,
        exam=seen.exam,
        image=image,
        view=_view(image, view),
        facts=lines,
        name=facts.shown_name(seen),
        reasons=offered,
        corrections=corrections.choices(seen.exam, lines, [r for _, r in offered[Kind.FIX]]),
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


def _view(image: DeskImage | None, asked: str) -> str:
    """Side by side is the default where there is an older version."""
    has_older = image is not None and image.older is not None
    if asked not in VIEWS or (asked == "pair" and not has_older):
        return "pair" if has_older else "single"
    return asked
