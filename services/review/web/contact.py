"""The candidate's numbers, and what came of telephoning her or her work unit."""

import uuid
from enum import StrEnum

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from libs.common import audit
from services.review import forms
from services.review.domain.call import Outcome
from services.review.operations import calls
from services.review.queries import desk as query
from services.review.web import facts
from services.review.web.door import deny, me, parts
from services.review.web.zones import zone_of

pages = Blueprint("contact", __name__, url_prefix="/cases/<uuid:case_id>/contact")


class Target(StrEnum):
    """Who was telephoned."""

    CANDIDATE = "candidate"
    WORK_UNIT = "work_unit"


@pages.get("")
def show(case_id: uuid.UUID) -> ResponseReturnValue:
    """Both numbers whole: who looks at them is written down."""
    with parts().database.transaction() as session:
        seen = query.read(session, case_id, me())
        if seen is not None:
            audit.record(
                session,
                actor=f"staff:{me().id}",
                action="phone.viewed",
                subject=f"case:{case_id}",
            )
            person = parts().vault.person(seen.case.personal, case_id=case_id)
            return render_template(
                "contact.html",
                title=gettext("电话登记"),
                desk=seen,
                case=seen.case,
                exam=seen.exam,
                name=facts.shown_name(seen),
                phones={target: person.get(_PHONES[target], "") for target in Target},
                zone=zone_of([seen.exam]),
            )
    raise deny(f"case:{case_id}")


@pages.post("")
def keep(case_id: uuid.UUID) -> ResponseReturnValue:
    """Write down what came of it."""
    target = forms.one_of(Target, request.form.get("target"))
    outcome = forms.one_of(Outcome, request.form.get("outcome"))
    words = forms.text(request.form, "words")
    with parts().database.transaction() as session:
        calls.note_call(session, case_id, outcome, words, me(), unit=target is Target.WORK_UNIT)
    flash(gettext("已登记通话。"))
    return redirect(url_for("desk.show", case_id=case_id), 303)


_PHONES = {Target.CANDIDATE: "phone", Target.WORK_UNIT: "unit_phone"}
