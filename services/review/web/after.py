"""Requests that are out: more time for them, or no longer asked."""

import uuid

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from services.review import forms
from services.review.operations import after
from services.review.web.door import me, parts

pages = Blueprint("after", __name__, url_prefix="/cases/<uuid:case_id>/requests")


@pages.post("/extend")
def extend(case_id: uuid.UUID) -> ResponseReturnValue:
    """More hours for the ticked ones."""
    chosen = forms.ids(request.form, "request")
    hours = forms.number(request.form, "hours")
    reason = forms.text(request.form, "words")
    version = forms.seen_version(request.form)
    with parts().database.transaction() as session:
        after.extend(session, case_id, chosen, reason, me(), hours=hours, seen_version=version)
    flash(gettext("已延长期限，考生会收到通知。"))
    return redirect(url_for("conclusion.show", case_id=case_id), 303)


@pages.post("/withdraw")
def withdraw(case_id: uuid.UUID) -> ResponseReturnValue:
    """The ticked ones are no longer asked."""
    chosen = forms.ids(request.form, "request")
    reason = forms.text(request.form, "words")
    version = forms.seen_version(request.form)
    with parts().database.transaction() as session:
        after.withdraw(session, case_id, chosen, reason, me(), seen_version=version)
    flash(gettext("要求已撤回，考生会收到通知。"))
    return redirect(url_for("conclusion.show", case_id=case_id), 303)
