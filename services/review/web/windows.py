"""Administration of exams: sites, reasons, the pack's version, and more time with a preview."""

import datetime as dt
import uuid

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest

from services.review.domain.window import MoreTime
from services.review.forms import text
from services.review.models.asked import AskedExtension, AskedLoad
from services.review.models.case import Exam
from services.review.operations import windows
from services.review.queries import asked as query_asked
from services.review.queries import exams as query_exams
from services.review.queries import publication
from services.review.queries import windows as query
from services.review.web import more_time, packs
from services.review.web.door import deny, me, parts
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
            asked={
                exam.code: query_asked.newest(session, AskedExtension, exam.code) for exam in exams
            },
            states=more_time.STATES,
            refusal=more_time.refusal,
            loads={exam.code: query_asked.newest(session, AskedLoad, exam.code) for exam in exams},
            load_states=packs.STATES,
            zone=zone_of(exams),
        )


@pages.post("/preview")
def preview() -> ResponseReturnValue:
    """Ask the upload room whom it would concern; nothing is given."""
    with parts().database.transaction() as session:
        extension_id = windows.preview(session, _sent(session), me())
    return redirect(url_for("windows.asked", extension_id=extension_id), 303)


@pages.get("/extensions/<uuid:extension_id>")
def asked(extension_id: uuid.UUID) -> ResponseReturnValue:
    """What is known of it: whom it concerns, and whether it was given."""
    with parts().database.transaction() as session:
        found = query_asked.one(session, AskedExtension, extension_id)
        if found is not None:
            line, exam = found
            row = line.row
            zone = zone_of([exam])
            return render_template(
                "more_time.html",
                title=gettext("延长上传时间"),
                more=row,
                exam=exam,
                known=query.known(session, row),
                shown=query.SHOWN,
                state=more_time.STATES[row.state],
                refusal=more_time.refusal(row, zone),
                concerned=more_time.concerned(row),
                zone=zone,
            )
    raise deny(f"extension:{extension_id}")


@pages.post("/extensions/<uuid:extension_id>")
def extend(extension_id: uuid.UUID) -> ResponseReturnValue:
    """Ask the upload room for it, which alone knows its windows and numbers: it may refuse."""
    with parts().database.transaction() as session:
        windows.confirm(session, extension_id, me())
    return redirect(url_for("windows.asked", extension_id=extension_id), 303)


def _sent(session: Session) -> MoreTime:
    exam = session.get(Exam, text(request.form, "exam", most=MAX_FIELD))
    if exam is None:
        raise BadRequest
    try:
        naive = dt.datetime.fromisoformat(text(request.form, "ends_at", most=MAX_FIELD)[:16])
    except ValueError:
        raise BadRequest from None
    return MoreTime(
        exam=exam.code,
        window="second" if request.form.get("window") == "second" else "main",
        site=text(request.form, "site", most=MAX_FIELD) or None,
        number=text(request.form, "number", most=MAX_FIELD).upper() or None,
        ends_at=naive.replace(tzinfo=zone_of([exam])),
        reason=text(request.form, "reason"),
    )
