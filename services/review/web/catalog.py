"""Administration of an exam's sites and reasons: each in a form of its own."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from services.review import forms
from services.review.domain import reasons as rules
from services.review.domain.reasons import Reason
from services.review.domain.request import Kind
from services.review.domain.site import Reached
from services.review.forms import text
from services.review.models.case import Exam
from services.review.operations import catalog
from services.review.queries import exams as query
from services.review.web.door import deny, me, parts
from services.review.words import site_name

pages = Blueprint("catalog", __name__, url_prefix="/exams/<exam>")
NEW = "new"
MAX_FIELD = 300


@pages.get("/sites/<site>")
def site(exam: str, site: str) -> ResponseReturnValue:
    """How it is reached."""
    with parts().database.transaction() as session:
        known = session.get(Exam, exam)
        if known is not None and site in known.sites:
            return render_template(
                "site.html",
                title=site_name(known, site),
                exam=known,
                code=site,
                site=known.sites[site],
            )
    raise deny(f"exam:{exam}")


@pages.post("/sites/<site>")
def edit_site(exam: str, site: str) -> ResponseReturnValue:
    """Candidates see it as soon as the upload room has it."""
    reached = Reached(
        **{
            name: text(request.form, name, most=MAX_FIELD)
            for name in ("phone", "hours", "hours_en", "address", "address_en")
        }
    )
    with parts().database.transaction() as session:
        catalog.edit_site(session, exam, site, reached, me())
    return _saved()


@pages.get("/reasons/<code>")
def reason(exam: str, code: str) -> ResponseReturnValue:
    """A reason, or the form of a new one."""
    with parts().database.transaction() as session:
        known = session.get(Exam, exam)
        if known is not None and (code == NEW or code in known.reasons):
            return render_template(
                "reason.html",
                title=gettext("退回理由"),
                exam=known,
                code=code,
                reason=_known(known).get(code),
                kinds=list(Kind),
                used=query.used_reasons(session, exam).get(code, 0),
            )
    raise deny(f"exam:{exam}")


@pages.post("/reasons/<code>")
def edit_reason(exam: str, code: str) -> ResponseReturnValue:
    """Offered so from now on; what was given keeps its words on the candidate's page."""
    with parts().database.transaction() as session:
        catalog.edit_reason(session, exam, _sent(session, exam, code), me())
    return _saved()


def _sent(session: Session, exam: str, code: str) -> Reason:
    known = session.get(Exam, exam)
    reasons = known.reasons if known else {}
    kind = forms.one_of(Kind, request.form.get("kind"))
    return Reason(
        code=rules.new_code(kind, reasons) if code == NEW else code,
        kind=kind,
        zh=text(request.form, "zh", most=MAX_FIELD),
        en=text(request.form, "en", most=MAX_FIELD),
        cure_zh=text(request.form, "cure_zh", most=MAX_FIELD),
        cure_en=text(request.form, "cure_en", most=MAX_FIELD),
        initials=text(request.form, "initials", most=MAX_FIELD).lower(),
        materials=frozenset(request.form.getlist("material")),
        facts=frozenset(request.form.getlist("fact")),
        is_retired=request.form.get("retired") == "1",
    )


def _known(exam: Exam) -> dict[str, Reason]:
    return {reason.code: reason for reason in rules.read(exam.reasons)}


def _saved() -> ResponseReturnValue:
    flash(gettext("已保存，稍后在各处生效；改动已记录。"))
    return redirect(url_for("windows.index"), 303)
