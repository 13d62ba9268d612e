"""The queues, and the ways to take a case."""

import datetime as dt
import uuid

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from libs.common.clock import now
from services.review.domain.staff import REVIEWERS
from services.review.forms import MAX_SEARCH, number, one_of, text
from services.review.operations import claims
from services.review.queries import publication, queues
from services.review.queries.queues import PAGE_ROWS, Queue
from services.review.web.door import deny, me, parts
from services.review.web.zones import zone_of

IN_PLACE = "X-In-Place"
"""Sent by the desk's scripts, which exchange parts of the page instead of leaving it."""
pages = Blueprint("queues", __name__, url_prefix="/queues")


@pages.get("", defaults={"name": ""})
@pages.get("/<name>")
def show(name: str) -> ResponseReturnValue:
    """One queue with the counts of all."""
    offered = queues.offered(me())
    queue = one_of(Queue, name) if name else offered[0]
    if queue not in offered:
        raise deny(f"queue:{queue}")
    search = text(request.args, "q", most=MAX_SEARCH)
    at = number(request.args, "at", default=0)
    with parts().database.transaction() as session:
        exams = {exam.code: exam for exam in publication.exams(session)}
        midnight = _midnight(zone_of(exams.values()))
        return render_template(
            "queues.html",
            title=gettext("审核队列"),
            queue=queue,
            counts=queues.counts(session, me()),
            page=queues.page(session, me(), queue, search=search, at=at),
            today=queues.today(session, me(), since=midnight),
            exams=exams,
            zone=zone_of(exams.values()),
            search=search,
            at=at,
            page_rows=PAGE_ROWS,
            may_claim=bool(me().roles & REVIEWERS),
        )


@pages.get("/peek")
def peek() -> ResponseReturnValue:
    """The picture with which his next case would probably open, so that it is there already.

    Nothing is taken: whoever claims first has the case. The view is logged when it is fetched.
    """
    with parts().database.transaction() as session:
        image_id = claims.peek(session, me())
    view = url_for("images.show", image_id=image_id, size="view") if image_id else None
    return jsonify(view=view)


@pages.post("/claim-next")
def claim_next() -> ResponseReturnValue:
    """The oldest free case of his level."""
    with parts().database.transaction() as session:
        case_id = claims.claim_next(session, me())
    if case_id is None:
        flash(gettext("您的队列里没有等待领取的审核单。"))
        if request.headers.get(IN_PLACE):  # the browser goes there itself, and reads the words
            return Response(status=204, headers={"X-Go": url_for("queues.show")})
        return redirect(url_for("queues.show"), 303)
    return redirect(url_for("desk.show", case_id=case_id), 303)


@pages.post("/cases/<uuid:case_id>/claim")
def claim(case_id: uuid.UUID) -> ResponseReturnValue:
    """This case, if it is free."""
    with parts().database.transaction() as session:
        claims.claim(session, case_id, me())
    return redirect(url_for("desk.show", case_id=case_id), 303)


@pages.post("/cases/<uuid:case_id>/give-back")
def give_back(case_id: uuid.UUID) -> ResponseReturnValue:
    """Leave it to others."""
    with parts().database.transaction() as session:
        claims.give_back(session, case_id, me())
    flash(gettext("已放回队列，判定都还在。"))
    return redirect(url_for("queues.show"), 303)


def _midnight(zone: dt.tzinfo) -> dt.datetime:
    return now().astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
