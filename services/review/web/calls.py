"""The call sheet: the list, its printed form, and one call with its script."""

import datetime as dt
import uuid

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.exceptions import BadRequest

from libs.common import audit
from libs.common.clock import now
from libs.common.errors import Refusal
from libs.common.fields import mask_middle
from libs.common.web.refusals import send_back, sentences
from services.review import forms
from services.review.domain.call import LONGEST_PAUSE, Outcome, Standing
from services.review.domain.staff import REVIEWERS
from services.review.models.case import Exam
from services.review.models.hearing import Call
from services.review.operations import calls
from services.review.queries import calls as query
from services.review.queries import publication
from services.review.queries.calls import Line
from services.review.web.door import deny, me, parts
from services.review.web.scripts import Dialled
from services.review.web.zones import zone_of

pages = Blueprint("calls", __name__, url_prefix="/calls")
PRINTED_ROWS = 200
_MINUTE = dt.timedelta(minutes=1)


@pages.get("")
def index() -> ResponseReturnValue:
    """Who has to be telephoned; `print=1` for paper, where numbers are masked."""
    at = forms.number(request.args, "at", default=0)
    is_print = request.args.get("print") == "1"
    with parts().database.transaction() as session:
        exams = {exam.code: exam for exam in publication.exams(session)}
        rows = PRINTED_ROWS if is_print else query.PAGE_ROWS
        return render_template(
            "calls.html",
            title=gettext("电话清单"),
            sheet=query.sheet(session, me(), at=at, rows=rows),
            waiting=query.waiting(session, me()),
            exams=exams,
            at=at,
            page_rows=query.PAGE_ROWS,
            is_print=is_print,
            now=now(),
            masked_phone=_masked_phone,
            zone=zone_of(exams.values()),
            may_call=bool(me().roles & REVIEWERS),
        )


@pages.get("/<uuid:call_id>")
def show(call_id: uuid.UUID) -> ResponseReturnValue:
    """What came of earlier tries; while it is open the number, a look that is written down, and
    what to say.
    """
    with parts().database.transaction() as session:
        call = session.get(Call, call_id)
        line = query.one(session, me(), call) if call is not None else None
        if call is not None and line is not None:
            exams = {exam.code: exam for exam in publication.exams(session)}
            dialled = Dialled()
            if call.standing == Standing.OPEN:
                dialled = _dialled(line, exams.get(call.exam))
                audit.record(
                    session,
                    actor=f"staff:{me().id}",
                    action="phone.viewed",
                    subject=f"call:{call_id}",
                )
            return render_template(
                "call.html",
                title=gettext("拨打电话"),
                line=line,
                call=call,
                exam=exams.get(call.exam),
                dialled=dialled,
                next_try=_next_try(
                    zone := zone_of(e for e in exams.values() if e.code == call.exam)
                ),
                zone=zone,
            )
    raise deny(f"call:{call_id}")


@pages.post("/<uuid:call_id>")
def report(call_id: uuid.UUID) -> ResponseReturnValue:
    """What came of it, and when to try again; a wrong time is told on the call's own page."""
    outcome = forms.one_of(Outcome, request.form.get("outcome"))
    words = forms.text(request.form, "words")
    try:
        with parts().database.transaction() as session:
            call = session.get(Call, call_id)
            exams = [e for e in publication.exams(session) if call and e.code == call.exam]
            next_try_at = _moment(request.form.get("next_try_at", ""), zone_of(exams))
            calls.report(session, call_id, outcome, words, me(), next_try_at=next_try_at)
    except Refusal as refusal:
        if refusal.code not in {"next_try_wrong", "next_try_needless"}:
            raise
        told = " ".join(sentences(current_app, refusal.code, refusal.params))
        return send_back(
            url_for("calls.show", call_id=call_id),
            {"next-try": told},
            typed={"outcome": outcome.value, "words": words},
            refusal=refusal,
        )
    flash(gettext("已登记通话。"))
    return redirect(url_for("calls.index"), 303)


def _moment(value: str, zone: dt.tzinfo) -> dt.datetime | None:
    """What a datetime-local field sends, in the exam's zone."""
    if not value:
        return None
    try:
        return dt.datetime.fromisoformat(value[:16]).replace(tzinfo=zone)
    except ValueError:
        raise BadRequest from None


def _dialled(line: Line, exam: Exam | None) -> Dialled:
    vault, call = parts().vault, line.call
    phone = vault.phone(call.contact, call_id=call.id)
    if call.target != "work_unit" or line.case is None or exam is None:
        return Dialled(phone=phone)
    return Dialled(
        phone=phone,
        name=vault.person(line.case.personal, case_id=line.case.id).get("name", ""),
        call_back=str(exam.sites.get(call.site, {}).get("phone", "")),
    )


def _masked_phone(call: Call) -> str:
    return mask_middle(parts().vault.phone(call.contact, call_id=call.id), head=3, tail=4)


def _next_try(zone: dt.tzinfo) -> tuple[str, str]:
    """Between which minutes the next try may lie, as a datetime-local field writes them."""
    at = now().astimezone(zone)
    first, last = at + _MINUTE, at + LONGEST_PAUSE
    return f"{first:%Y-%m-%dT%H:%M}", f"{last:%Y-%m-%dT%H:%M}"
