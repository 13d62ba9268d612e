"""The queues, and the ways to take a case."""

import datetime as dt
import uuid
from collections.abc import Iterable
from urllib.parse import urlencode

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.exceptions import BadRequest

from libs.common.clock import now
from services.review.domain.second import may_read
from services.review.domain.staff import REVIEWERS
from services.review.forms import MAX_SEARCH, Fields, number, one_of, optional_id, text
from services.review.models.case import Exam
from services.review.operations import claims
from services.review.operations import views as saved
from services.review.queries import filters, publication, queues, views
from services.review.queries.filters import Filters, Holder, Queue
from services.review.queries.queues import PAGE_ROWS
from services.review.web import workbench
from services.review.web.door import deny, me, parts
from services.review.web.workbench import IN_PLACE
from services.review.web.zones import zone_of
from services.review.words import site_name

pages = Blueprint("queues", __name__, url_prefix="/queues")


@pages.get("", defaults={"name": ""})
@pages.get("/<name>")
def show(name: str) -> ResponseReturnValue:
    """One queue with the counts of all."""
    offered = filters.offered(me())
    queue = one_of(Queue, name) if name else offered[0]
    if queue not in offered:
        raise deny(f"queue:{queue}")
    chosen = filters_of(request.args)
    at = number(request.args, "at", default=0)
    with parts().database.transaction() as session:
        exams = {exam.code: exam for exam in publication.exams(session)}
        midnight = _midnight(zone_of(exams.values()))
        return render_template(
            "queues.html",
            title=gettext("审核队列"),
            queue=queue,
            counts=queues.counts(session, me()),
            most=queues.MOST_COUNTED,
            page=queues.page(session, me(), queue, chosen, at=at),
            today=queues.today(session, me(), since=midnight),
            views=views.of(session, me()),
            exams=exams,
            zone=zone_of(exams.values()),
            chosen=chosen,
            sites=_sites(exams.values()),
            sent=_sent(chosen),
            at=at,
            page_rows=PAGE_ROWS,
            may_claim=bool(me().roles & REVIEWERS),
            may_read=may_read(me()),
        )


@pages.post("/views")
def save_view() -> ResponseReturnValue:
    """Keep the queue with its filters under a name."""
    queue = one_of(Queue, request.form.get("queue"))
    sent = _sent(filters_of(request.form))
    with parts().database.transaction() as session:
        saved.save(session, me(), name=text(request.form, "name"), queue=queue.value, filters=sent)
    flash(gettext("已保存视图。"))
    return redirect(f"{url_for('queues.show', name=queue.value)}?{urlencode(sent)}", 303)


@pages.post("/views/<uuid:view_id>/forget")
def forget_view(view_id: uuid.UUID) -> ResponseReturnValue:
    """Not needed any more."""
    with parts().database.transaction() as session:
        saved.forget(session, me(), view_id)
    return redirect(url_for("queues.show"), 303)


@pages.post("/ahead")
def ahead() -> ResponseReturnValue:
    """The desk of the case that comes next, his for a short while, so that it is there already.

    What is shown of it is logged now: his browser has it.
    """
    beside = optional_id(request.form.get("case"))
    if beside is None:
        raise BadRequest
    with parts().database.transaction() as session:
        case_id = claims.claim_ahead(session, me(), beside=beside)
        if case_id is not None:
            return workbench.after_deed(session, case_id)
    return Response(status=204)


@pages.post("/ahead/<uuid:case_id>/let-go")
def let_go(case_id: uuid.UUID) -> ResponseReturnValue:
    """He leaves the desk: what was his ahead is anybody's again. Nobody reads the answer."""
    with parts().database.transaction() as session:
        claims.let_go(session, case_id, me())
    return Response(status=204)


@pages.post("/claim-next")
def claim_next() -> ResponseReturnValue:
    """The oldest free case of his level."""
    with parts().database.transaction() as session:
        case_id = claims.claim_next(session, me())
        if case_id is not None:
            return workbench.after_deed(session, case_id)
    flash(gettext("您的队列里没有等待领取的审核单。"))
    if request.headers.get(IN_PLACE):  # the browser goes there itself, and reads the words
        return Response(status=204, headers={"X-Go": url_for("queues.show")})
    return redirect(url_for("queues.show"), 303)


@pages.post("/cases/<uuid:case_id>/claim")
def claim(case_id: uuid.UUID) -> ResponseReturnValue:
    """This case, if it is free."""
    with parts().database.transaction() as session:
        claims.claim(session, case_id, me())
    flash(gettext("已领取本案，请看过图片后再提交。"))
    return redirect(url_for("desk.show", case_id=case_id), 303)


@pages.post("/cases/<uuid:case_id>/give-back")
def give_back(case_id: uuid.UUID) -> ResponseReturnValue:
    """Leave it to others."""
    with parts().database.transaction() as session:
        claims.give_back(session, case_id, me())
    flash(gettext("已放回队列，判定都还在。"))
    return redirect(url_for("queues.show"), 303)


def filters_of(fields: Fields) -> Filters:
    """The filters that an address or a form carries."""
    holder = fields.get("holder", "")
    return Filters(
        search=text(fields, "q", most=MAX_SEARCH),
        exam=text(fields, "exam", most=MAX_SEARCH),
        site=text(fields, "site", most=MAX_SEARCH),
        holder=one_of(Holder, holder) if holder else None,
        again=fields.get("again") == "1",
    )


def _sent(chosen: Filters) -> dict[str, str]:
    """The filters as an address carries them."""
    fields = {
        "q": chosen.search,
        "exam": chosen.exam,
        "site": chosen.site,
        "holder": chosen.holder.value if chosen.holder else "",
        "again": "1" if chosen.again else "",
    }
    return {name: value for name, value in fields.items() if value}


def _sites(exams: Iterable[Exam]) -> dict[str, str]:
    """The sites of his scope with their names."""
    return {
        code: site_name(exam, code)
        for exam in exams
        for code in exam.sites
        if me().sees(code) and code != "area"
    }


def _midnight(zone: dt.tzinfo) -> dt.datetime:
    return now().astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
