"""The whole case on one page, and what its holder makes of it."""

import uuid

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from services.review import forms
from services.review.domain import judging
from services.review.domain.case import Outcome, Recommendation
from services.review.domain.request import Standing
from services.review.domain.staff import AREA_ROLES, REVIEWERS
from services.review.forms import Decision
from services.review.operations import claims, decide
from services.review.queries import desk as query
from services.review.web import facts
from services.review.web.door import deny, me, parts
from services.review.web.looks import looked_at
from services.review.web.queues import claim_next
from services.review.web.zones import zone_of

pages = Blueprint("conclusion", __name__, url_prefix="/cases/<uuid:case_id>/conclusion")


@pages.get("")
def show(case_id: uuid.UUID) -> ResponseReturnValue:
    """Every image with its verdict, every request, the record, and the ways to finish."""
    with parts().database.transaction() as session:
        claims.renew(session, case_id, me())
        seen = query.read(session, case_id, me())
        if seen is not None:
            return looked_at(session, seen) or render_template(
                "conclusion.html",
                title=gettext("全案结论"),
                desk=seen,
                case=seen.case,
                exam=seen.exam,
                judged=seen.judged,
                name=facts.shown_name(seen),
                zone=zone_of([seen.exam]),
                finish=judging.usual_finish(seen.judged) if seen.may_judge else None,
                open_requests=[r for r in seen.requests if r.standing == Standing.OPEN.value],
                may_change_requests=bool(me().roles & REVIEWERS),
                may_reopen=seen.case.state == "concluded" and bool(me().roles & AREA_ROLES),
            )
    raise deny(f"case:{case_id}")


@pages.post("", endpoint="decide")
def decide_case(case_id: uuid.UUID) -> ResponseReturnValue:
    """One decision; then the next case, if he wants it."""
    decision = forms.one_of(Decision, request.form.get("decision"))
    words = forms.text(request.form, "words")
    version = forms.seen_version(request.form)
    with parts().database.transaction() as session:
        _decide(session, case_id, decision, words, version)
    flash(_said(decision))
    if request.form.get("then") != "next":
        return redirect(url_for("queues.show"), 303)
    return claim_next()


@pages.post("/reopen")
def reopen(case_id: uuid.UUID) -> ResponseReturnValue:
    """The area takes its conclusion back before publication."""
    version = forms.seen_version(request.form)
    words = forms.text(request.form, "words")
    with parts().database.transaction() as session:
        decide.reopen(session, case_id, words, me(), seen_version=version)
    flash(gettext("结论已撤回，审核单回到考区审核。"))
    return redirect(url_for("conclusion.show", case_id=case_id), 303)


def _decide(
    session: Session, case_id: uuid.UUID, decision: Decision, words: str, version: int
) -> None:
    by = me()
    match decision:
        case Decision.ASK:
            decide.ask(session, case_id, by, seen_version=version)
        case Decision.FORWARD_PASS | Decision.FORWARD_NOT_ELIGIBLE:
            passes = decision is Decision.FORWARD_PASS
            advice = Recommendation.PASS if passes else Recommendation.NOT_ELIGIBLE
            decide.forward(session, case_id, advice, words, by, seen_version=version)
        case Decision.CONCLUDE_PASSED | Decision.CONCLUDE_NOT_PASSED:
            passes = decision is Decision.CONCLUDE_PASSED
            outcome = Outcome.PASSED if passes else Outcome.NOT_PASSED
            decide.conclude(session, case_id, outcome, words, by, seen_version=version)
        case Decision.SEND_BACK:
            decide.send_back(session, case_id, words, by, seen_version=version)


def _said(decision: Decision) -> str:
    said = {
        Decision.ASK: gettext("要求已一起发出，考生会收到通知。"),
        Decision.FORWARD_PASS: gettext("已提交考区审核。"),
        Decision.FORWARD_NOT_ELIGIBLE: gettext("已提交考区审核。"),
        Decision.SEND_BACK: gettext("已退回考点。"),
    }
    return str(said.get(decision, gettext("结论已保存，公布前考生看不到。")))
