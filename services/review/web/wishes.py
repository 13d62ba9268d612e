"""The answer to a candidate who wants her papers back (R17)."""

import uuid
from enum import StrEnum

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from services.review import forms
from services.review.operations import wishes
from services.review.web.door import me, parts
from services.review.web.workbench import after_deed

pages = Blueprint("wishes", __name__, url_prefix="/cases/<uuid:case_id>/wish")


class Reply(StrEnum):
    """What the two buttons send."""

    GRANTED = "granted"
    DECLINED = "declined"


@pages.post("")
def answer(case_id: uuid.UUID) -> ResponseReturnValue:
    """Give the papers back, or say why not."""
    reply = forms.one_of(Reply, request.form.get("answer"))
    words = forms.text(request.form, "words")
    version = forms.seen_version(request.form)
    deed = wishes.grant if reply is Reply.GRANTED else wishes.decline
    said = {
        Reply.GRANTED: gettext("已同意：材料已退还考生，考生可以在截止前重新提交。"),
        Reply.DECLINED: gettext("已答复考生：不同意撤回。"),
    }
    with parts().database.transaction() as session:
        deed(session, case_id, words, me(), seen_version=version)
        flash(said[reply])
        return after_deed(session, case_id)
