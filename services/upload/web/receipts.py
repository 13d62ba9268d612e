"""The receipt of a submission (R15): as a page, and as files to keep."""

from flask import Blueprint, Response, jsonify, make_response, render_template, session

from libs.common import audit
from libs.common.messages import ImageId
from libs.common.storage import ObjectMissing
from libs.common.web.languages import gettext as _
from services.upload.operations import actors
from services.upload.queries.papers import receipt_page
from services.upload.queries.proofs import grid_keys
from services.upload.queries.shapes.receipts import ReceiptPage
from services.upload.web import proofs, receipt_pdf, receipt_picture
from services.upload.web.codes import public_address, qr_svg
from services.upload.web.door import parts, required, transaction
from services.upload.web.wording import say_times_in, zone_words

pages = Blueprint("receipts", __name__)


@pages.get("/receipts/<number>")
def page(number: str) -> str:
    """The receipt; right after the submission the confirmation stands above it."""
    found = _hers(number)
    just_now = session.pop("just_submitted", None) == found.number
    address = verification_of(found)
    return render_template(
        "receipt.html",
        title=_("上报完成，内容已锁定") if just_now else _("提交回执"),
        active="news.progress",
        receipt=found,
        just_submitted=just_now,
        address=address,
        code=qr_svg(address),
        zone_words=zone_words(),
    )


@pages.get("/receipts/<number>.json")
def as_json(number: str) -> Response:
    """The receipt for machines, with all that the digest covers."""
    found = _hers(number)
    response = jsonify(proofs.as_json(found, address=verification_of(found)))
    return _kept(response, f"{found.number}.json")


@pages.get("/receipts/<number>.txt")
def as_text(number: str) -> Response:
    """The receipt as plain text: one line per image."""
    found = _hers(number)
    response = make_response(proofs.as_text(found))
    response.content_type = "text/plain; charset=utf-8"
    return _kept(response, f"{found.number}.txt")


@pages.get("/receipts/<number>.pdf")
def as_pdf(number: str) -> Response:
    """The receipt to print: thumbnails, hashes, and a QR code that leads to the verification."""
    found = _hers(number, action="receipt.printed")
    data = receipt_pdf.draw(found, thumbnails=_thumbnails(found), address=verification_of(found))
    response = make_response(data)
    response.content_type = "application/pdf"
    return _kept(response, f"{found.number}.pdf")


@pages.get("/receipts/<number>/picture")
def picture_page(number: str) -> str:
    """The receipt as a picture to keep by a long press: WeChat's browser may not download."""
    found = _hers(number)
    return render_template(
        "receipt_picture.html", title=_("保存回执图片"), active="news.progress", receipt=found
    )


@pages.get("/receipts/<number>.png")
def as_picture(number: str) -> Response:
    """The picture itself."""
    found = _hers(number)
    response = make_response(receipt_picture.draw(found, address=verification_of(found)))
    response.content_type = "image/png"
    return response


def verification_of(found: ReceiptPage) -> str:
    """Where anybody verifies this receipt."""
    return public_address("verification.page", number=found.number)


def _hers(number: str, *, action: str | None = None) -> ReceiptPage:
    who = required()
    with transaction() as db:
        found = receipt_page(db, number, application_id=who.application_id)
        if action is not None:
            actor = actors.candidate(who.application_id)
            audit.record(db, actor=actor, action=action, subject=actor, receipt=found.number)
    say_times_in(found.zone)
    return found


def _thumbnails(found: ReceiptPage) -> dict[ImageId, bytes]:
    """Small pictures by image; no transaction is open while the store answers."""
    with transaction() as db:
        keys = grid_keys(db, found)
    pictures = {}
    for image_id, key in keys.items():
        try:
            pictures[image_id] = parts().storage.renditions.get(key)
        except ObjectMissing:
            continue
    return pictures


def _kept(response: Response, name: str) -> Response:
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
