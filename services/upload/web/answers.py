"""Answers by words: 暂缺/不适用, and explanations to requests."""

from flask import Blueprint, Response, request

from libs.common.messages import RequestId
from libs.common.web.app import began_at
from libs.common.web.languages import gettext as _
from services.upload import forms
from services.upload.operations import answers as operations
from services.upload.web.door import refused_at, required, say, see, transaction

pages = Blueprint("answers", __name__)


@pages.post("/materials/<code>/absence")
@refused_at("card-{code}")
def absence(code: str) -> Response:
    """A material is answered by a reason instead of an image (R5)."""
    required()
    _set_absence(code, forms.words(request.form, "reason"))
    say(_("原因已保存，还没有提交。"))
    return see("materials.page", anchor=f"card-{code}")


@pages.post("/materials/<code>/absence/withdraw")
@refused_at("card-{code}")
def withdraw_absence(code: str) -> Response:
    """The reason is taken back."""
    _set_absence(code, "")
    say(_("已撤回，可以上传图片。"))
    return see("materials.page", anchor=f"card-{code}")


@pages.post("/requests/<uuid:request_id>/explanation")
@refused_at("explain-{request_id}", endpoint="asked.page")
def explain(request_id: RequestId) -> Response:
    """A request is answered by words (R20)."""
    who = required()
    with transaction() as db:
        operations.explain(
            db,
            application_id=who.application_id,
            request_id=request_id,
            text=forms.words(request.form, "text"),
            began_at=began_at(),
        )
    say(_("说明已保存，还没有提交。"))
    return see("asked.page", anchor=f"request-{request_id}")


def _set_absence(code: str, reason: str) -> None:
    who = required()
    with transaction() as db:
        operations.set_absence(
            db,
            application_id=who.application_id,
            material=code,
            reason=reason,
            began_at=began_at(),
        )
