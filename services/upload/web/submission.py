"""提交审核: the last look, the deed, and its receipt (R15)."""

import contextlib

from flask import Blueprint, Response, jsonify, make_response, render_template, request, session

from libs.common.errors import Refusal
from libs.common.web.app import began_at
from libs.common.web.languages import gettext as _
from libs.common.web.languages import language
from services.upload.domain.receipt import read_number
from services.upload.operations import submission as operations
from services.upload.queries.application import application_page
from services.upload.queries.papers import receipt_page
from services.upload.queries.shapes import ApplicationPage, ReceiptPage
from services.upload.web import faces, proofs
from services.upload.web.door import parts, record_refusal, required, see, transaction
from services.upload.web.wording import finding_words, say_times_in, zone_words

pages = Blueprint("submission", __name__)


@pages.route("/check", methods=["GET", "POST"])
def check() -> Response | tuple[str, int]:
    """What will be handed in, and what is missing; pressing twice makes one submission."""
    who = required()
    if request.method == "POST":
        try:
            with transaction() as db:
                done = operations.submit(
                    db,
                    application_id=who.application_id,
                    began_at=began_at(),
                    vault=parts().vault,
                )
        except Refusal as refusal:
            if refusal.code != "not_ready":
                raise
            record_refusal(refusal)
            return _check_page(was_refused=True), 422
        session["just_submitted"] = done.receipt_number
        return see("submission.receipt", number=done.receipt_number)
    return _check_page(was_refused=False), 200


def _check_page(*, was_refused: bool) -> str:
    who = required()
    with transaction() as db:
        shown = application_page(db, who.application_id)
    say_times_in(shown.deadline.zone)
    return render_template(
        "check.html",
        title=_("提交前检查"),
        active="materials.page",
        page=shown,
        was_refused=was_refused,
        titles={entry.code: entry.title for entry in shown.entries},
        warnings=_warnings(shown),
    )


def _warnings(shown: ApplicationPage) -> list[dict[str, str]]:
    open_ones = set(shown.readiness.warnings)
    lines = []
    for entry in shown.entries:
        for image in entry.images:
            for finding in image.findings:
                if (image.id, finding.code) in open_ones:
                    cause, cure = finding_words(finding)
                    what = f"{entry.title.to(language())} · {faces.place(entry, image)}"
                    lines.append({"what": what, "cause": cause, "cure": cure})
    return lines


@pages.get("/receipts/<number>")
def receipt(number: str) -> str:
    """The receipt; right after the submission the confirmation stands above it."""
    found = _hers(number)
    just_now = session.pop("just_submitted", None) == found.number
    return render_template(
        "receipt.html",
        title=_("上报完成，内容已锁定") if just_now else _("提交回执"),
        active="news.progress",
        receipt=found,
        just_submitted=just_now,
        is_public=False,
        zone_words=zone_words(),
    )


@pages.get("/receipts/<number>.json")
def receipt_json(number: str) -> Response:
    """The receipt for machines, with all that the digest covers."""
    found = _hers(number)
    response = jsonify(proofs.as_json(found))
    response.headers["Content-Disposition"] = f'attachment; filename="{found.number}.json"'
    return response


@pages.get("/receipts/<number>.txt")
def receipt_text(number: str) -> Response:
    """The receipt to keep: one line per image."""
    found = _hers(number)
    response = make_response(proofs.as_text(found))
    response.content_type = "text/plain; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{found.number}.txt"'
    return response


@pages.get("/verify")
def verify() -> tuple[str, int]:
    """Anybody holding a receipt's number sees what it proves, and nothing of the candidate."""
    typed = request.args.get("number", "").strip()[:60]
    number = read_number(typed) if typed else None
    found: ReceiptPage | None = None
    if number:
        with transaction() as db, contextlib.suppress(Refusal):
            found = receipt_page(db, number)
    faults = {}
    if typed and number is None:
        faults["number"] = _("编号不对，可能有字符看错或漏写。请对照回执再输入一次。")
    elif typed and found is None:
        faults["number"] = _("没有这个编号的回执。请对照回执再输入一次。")
    if found is not None:
        say_times_in(found.zone)
    page = render_template(
        "verify.html", title=_("回执核验"), faults=faults, number=number or typed, receipt=found
    )
    return page, 422 if faults else 200


def _hers(number: str) -> ReceiptPage:
    who = required()
    with transaction() as db:
        found = receipt_page(db, number, application_id=who.application_id)
    say_times_in(found.zone)
    return found
