"""Administration of exams: sites, reasons, the pack's version, and more time with a preview."""

import datetime as dt

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest

from services.review.domain.window import MoreTime
from services.review.forms import text
from services.review.models.case import Exam
from services.review.operations import windows
from services.review.queries import exams as query_exams
from services.review.queries import publication
from services.review.queries import windows as query
from services.review.web.door import me, parts
from services.review.web.zones import zone_of

pages = Blueprint("windows", __name__, url_prefix="/exams")
MAX_FIELD = 60


@pages.get("")
def index() -> ResponseReturnValue:
    """Every exam as its pack says it, and the form for more time."""
    with parts().database.transaction() as session:
        exams = publication.exams(session)
        return render_template(
            "exams.html",
            title=gettext("考试与时间"),
            exams=exams,
            used={exam.code: query_exams.used_reasons(session, exam.code) for exam in exams},
            versions={exam.code: query_exams.versions(session, exam.code) for exam in exams},
            zone=zone_of(exams),
        )


@pages.post("/preview")
def preview() -> ResponseReturnValue:
    """Whom it concerns, before it is done; nothing is changed."""
    with parts().database.transaction() as session:
        more, exam = _sent(session)
        windows.check(session, more)
        return render_template(
            "more_time.html",
            title=gettext("延长窗口：预览"),
            more=more,
            exam=exam,
            concerned=query.concerned(session, more),
            shown=query.SHOWN,
            sent=request.form,
            zone=zone_of([exam]),
        )


@pages.post("")
def extend() -> ResponseReturnValue:
    """Ask the upload room for it, which alone knows its windows and numbers: it may refuse."""
    with parts().database.transaction() as session:
        more, _ = _sent(session)
        windows.extend(session, more, me())
    flash(
        gettext(
            "已提出延长申请。生效后有关考生会收到通知；新的时间不晚于窗口现在的截止时间，"
            "或没有这个报名号的，不会生效。"
        )
    )
    return redirect(url_for("windows.index"), 303)


def _sent(session: Session) -> tuple[MoreTime, Exam]:
    exam = session.get(Exam, text(request.form, "exam", most=MAX_FIELD))
    if exam is None:
        raise BadRequest
    try:
        naive = dt.datetime.fromisoformat(text(request.form, "ends_at", most=MAX_FIELD)[:16])
    except ValueError:
        raise BadRequest from None
    more = MoreTime(
        exam=exam.code,
        window="second" if request.form.get("window") == "second" else "main",
        site=text(request.form, "site", most=MAX_FIELD) or None,
        number=text(request.form, "number", most=MAX_FIELD).upper() or None,
        ends_at=naive.replace(tzinfo=zone_of([exam])),
        reason=text(request.form, "reason"),
    )
    return more, exam
