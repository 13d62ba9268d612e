"""First entry (R2): one question a page; what was done stays done."""

from collections.abc import Callable, Mapping

from flask import Blueprint, Response, render_template, request, url_for
from sqlalchemy.orm import Session

from libs.common.errors import Refusal
from libs.common.messages import ApplicationId
from libs.common.web.languages import gettext as _
from libs.common.web.refusals import send_back
from services.upload import forms
from services.upload.domain.activation import Step
from services.upload.operations import activation as operations
from services.upload.queries.account import activation_page
from services.upload.queries.shapes.account import ActivationPage
from services.upload.web.door import SignInNeeded, known, parts, see, transaction
from services.upload.web.wording import refusal_words

pages = Blueprint("activation", __name__)

_FIELD_OF = {
    "identity_wrong": "id_number",
    "too_many_failures": "id_number",
    "code_wrong": "code",
    "code_expired": "code",
    "code_too_soon": "again-code",
    "codes_used_up": "again-code",
    "password_short": "password",
    "password_long": "password",
    "password_guessable": "password",
}


@pages.route("/activation", methods=["GET", "POST"])
def page() -> Response | str:
    """The step that comes next; a right answer leads to the one after it."""
    who = known()
    if who is None:
        raise SignInNeeded
    if who.step is Step.DONE:
        return see("materials.page")
    if request.method == "GET":
        return _shown(who.application_id)
    step = Step(who.step)
    if request.form.get("step", step) != step:
        # The form of a step that another tab has done meanwhile.
        return see("activation.page")
    faults = forms.activation_faults(step, request.form)
    if faults:
        return send_back(url_for("activation.page"), faults)
    refusal = _take(who.application_id, step)
    if refusal is not None:
        return _told(refusal, step)
    return see("materials.page" if step is Step.PASSWORD else "activation.page")


@pages.route("/activation/code", methods=["GET", "POST"])
def send_code() -> Response:
    """A code goes to the phone of the registration."""
    who = known()
    if who is None:
        raise SignInNeeded
    if request.method == "POST":
        try:
            with transaction() as db:
                operations.send_activation_code(
                    db, application_id=who.application_id, vault=parts().vault
                )
        except Refusal as refusal:
            return _told(refusal, Step.PHONE)
    return see("activation.page")


def _take(application_id: ApplicationId, step: Step) -> Refusal | None:
    """The step is done, or why it is not; a wrong answer is counted although it is refused."""
    try:
        with transaction() as db:
            return _STEPS[step](db, application_id, request.form)
    except Refusal as refusal:
        return refusal


def _told(refusal: Refusal, step: Step) -> Response:
    """At the field that it is about; what concerns no field of this step has a page of its own."""
    field = step.value if refusal.code == "statement_outdated" else _FIELD_OF.get(refusal.code)
    if field is None:
        raise refusal
    return send_back(url_for("activation.page"), {field: refusal_words(refusal)}, refusal=refusal)


def _identity(db: Session, who: ApplicationId, form: Mapping[str, str]) -> Refusal | None:
    return operations.confirm_identity(
        db, application_id=who, id_number=form["id_number"], vault=parts().vault
    )


def _phone(db: Session, who: ApplicationId, form: Mapping[str, str]) -> Refusal | None:
    return operations.verify_phone(db, application_id=who, code=form["code"], vault=parts().vault)


def _privacy(db: Session, who: ApplicationId, form: Mapping[str, str]) -> None:
    operations.accept_privacy(
        db,
        application_id=who,
        privacy_version=form["privacy"],
        consent_version=form["consent"],
    )


def _pledge(db: Session, who: ApplicationId, form: Mapping[str, str]) -> None:
    operations.make_pledge(db, application_id=who, pledge_version=form["pledge"])


def _password(db: Session, who: ApplicationId, form: Mapping[str, str]) -> None:
    operations.set_password(db, application_id=who, password=form["password"])


_STEPS: Mapping[Step, Callable[[Session, ApplicationId, Mapping[str, str]], Refusal | None]] = {
    Step.IDENTITY: _identity,
    Step.PHONE: _phone,
    Step.PRIVACY: _privacy,
    Step.PLEDGE: _pledge,
    Step.PASSWORD: _password,
}


def _shown(application_id: ApplicationId) -> str:
    with transaction() as db:
        shown = activation_page(db, application_id, vault=parts().vault)
    return render_template(
        "activation.html",
        title=_title(shown),
        page=shown,
        steps=_steps(),
        at=list(Step).index(Step(shown.step)) + 1,
    )


def _steps() -> list[tuple[Step, str]]:
    return [
        (Step.IDENTITY, _("身份")),
        (Step.PHONE, _("手机")),
        (Step.PRIVACY, _("告知")),
        (Step.PLEDGE, _("承诺")),
        (Step.PASSWORD, _("密码")),
    ]


def _title(shown: ActivationPage) -> str:
    return {
        Step.IDENTITY: _("确认身份"),
        Step.PHONE: _("验证手机"),
        Step.PRIVACY: _("个人信息处理告知"),
        Step.PLEDGE: _("真实性承诺"),
        Step.PASSWORD: _("设置密码"),
    }.get(shown.step, "")
