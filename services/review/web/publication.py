"""Publication: what is ready, who proposes, who confirms."""

import uuid

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from libs.common.errors import Refusal
from services.review.authority import LEADS
from services.review.forms import text
from services.review.models.case import Exam
from services.review.models.publication import Batch
from services.review.operations import publish, reconcile
from services.review.queries import publication as query
from services.review.queries import rehearsal
from services.review.web.door import deny, me, parts
from services.review.web.zones import zone_of

pages = Blueprint("publication", __name__, url_prefix="/publication")


@pages.get("")
def index() -> ResponseReturnValue:
    """Every exam with its readiness."""
    with parts().database.transaction() as session:
        exams = query.exams(session)
        ready = {exam.code: publish.readiness(session, exam.code, None) for exam in exams}
        return render_template(
            "publications.html", title=gettext("结果公布"), exams=exams, ready=ready
        )


@pages.get("/<exam>")
def show(exam: str) -> ResponseReturnValue:
    """One exam: each site's readiness, the waiting batch, what was published."""
    with parts().database.transaction() as session:
        known = session.get(Exam, exam)
        if known is not None:
            sites = query.sites(session, exam)
            return render_template(
                "publication.html",
                title=gettext("结果公布"),
                exam=known,
                whole=publish.readiness(session, exam, None),
                sites={site: publish.readiness(session, exam, site) for site in sites},
                waiting=publish.open_batch(session, exam),
                batches=query.batches(session, exam),
                pushed=rehearsal.pushed(session, exam),
                refused=rehearsal.refused(session, exam),
                quality=query.quality(session, exam),
                **_held(session, exam),
                may_publish=bool(me().roles & LEADS),
                zone=zone_of([known]),
            )
    raise deny(f"exam:{exam}")


@pages.get("/<exam>/rehearsal")
def rehearse(exam: str) -> ResponseReturnValue:
    """The dry run: what would be pushed, against what the registration system has."""
    site = text(request.args, "site", most=60) or None
    with parts().database.transaction() as session:
        known = session.get(Exam, exam)
        if known is not None and (site is None or site in known.sites):
            return render_template(
                "rehearsal.html",
                title=gettext("公布试算"),
                exam=known,
                site=site,
                ready=publish.readiness(session, exam, site),
                run=rehearsal.rehearse(session, exam, site, me()),
                outcomes=rehearsal.OUTCOMES,
                differences=rehearsal.DIFFERENCES,
                shown=rehearsal.SHOWN,
                waiting=publish.open_batch(session, exam),
                may_publish=bool(me().roles & LEADS),
                zone=zone_of([known]),
                **_held(session, exam),
            )
    raise deny(f"exam:{exam}")


@pages.post("/<exam>/held")
def ask_held(exam: str) -> ResponseReturnValue:
    """Ask the registration system what it has; the answer takes a moment."""
    with parts().database.transaction() as session:
        if session.get(Exam, exam) is None:
            raise Refusal("unknown_scope")
        reconcile.ask_held(session, exam, me())
    flash(gettext("已向考试报名系统查询，答复到达后会显示在这里。"))
    return redirect(url_for("publication.show", exam=exam), 303)


@pages.post("/<exam>/propose")
def propose(exam: str) -> ResponseReturnValue:
    """The first person."""
    site = text(request.form, "site", most=60) or None
    with parts().database.transaction() as session:
        publish.propose(session, exam, site, me())
    flash(gettext("已提出公布，等待另一位考区负责人确认。"))
    return redirect(url_for("publication.show", exam=exam), 303)


@pages.post("/batches/<uuid:batch_id>/confirm")
def confirm(batch_id: uuid.UUID) -> ResponseReturnValue:
    """The second person: from here on candidates see their results."""
    with parts().database.transaction() as session:
        publish.confirm(session, batch_id, me())
        exam = _exam_of(session.get(Batch, batch_id))
    flash(gettext("结果已公布。"))
    return redirect(url_for("publication.show", exam=exam), 303)


@pages.post("/batches/<uuid:batch_id>/withdraw")
def withdraw(batch_id: uuid.UUID) -> ResponseReturnValue:
    """The proposal is void; nothing was published."""
    with parts().database.transaction() as session:
        publish.withdraw(session, batch_id, me())
        exam = _exam_of(session.get(Batch, batch_id))
    flash(gettext("已撤回，没有公布任何结果。"))
    return redirect(url_for("publication.show", exam=exam), 303)


@pages.post("/batches/<uuid:batch_id>/push-again")
def push_again(batch_id: uuid.UUID) -> ResponseReturnValue:
    """What was refused goes out once more."""
    with parts().database.transaction() as session:
        reconcile.push_again(session, batch_id, me())
        exam = _exam_of(session.get(Batch, batch_id))
    flash(gettext("被拒收的结果正在重新推送。"))
    return redirect(url_for("publication.show", exam=exam), 303)


def _held(session: Session, exam: str) -> dict[str, object]:
    """What the registration system has, by its own word and by its answers to the pushes."""
    check = rehearsal.last_check(session, exam)
    return {
        "check": check,
        "held": rehearsal.held(check),
        "confirmed": rehearsal.confirmed(session, exam),
    }


def _exam_of(batch: Batch | None) -> str:
    return batch.exam if batch else ""
