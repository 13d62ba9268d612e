"""The public verification (R15): a receipt by its number, a file by its hash, nobody's name."""

import contextlib
import hashlib

from flask import Blueprint, Response, abort, render_template, request

from libs.common.errors import Refusal
from libs.common.web.languages import gettext as _
from services.upload import forms
from services.upload.domain.receipt import read_number
from services.upload.operations.rates import visits
from services.upload.queries.papers import receipt_page
from services.upload.queries.proofs import Proof, proofs_of
from services.upload.queries.shapes.receipts import ReceiptPage
from services.upload.web.door import parts, see, transaction
from services.upload.web.wording import say_times_in

pages = Blueprint("verification", __name__)

VISITS_PER_MINUTE = 120
"""Of one address, behind which a whole hospital may sit; guessing a number takes 2^54 visits."""
MAX_TYPED_CHARACTERS = 100


@pages.get("/verify")
def page() -> tuple[str, int]:
    """What a number or a file's hash proves; both together say whether one belongs to the other."""
    typed, hash_typed = _typed("number"), _typed("sha256")
    number = read_number(typed) if typed else None
    sha256 = forms.sha256(request.args)
    faults = _shape_faults(typed, number, hash_typed, sha256)
    receipt: ReceiptPage | None = None
    proofs: tuple[Proof, ...] = ()
    if not faults and (number or sha256):
        receipt, proofs = _look_up(number, sha256)
        if number and receipt is None:
            faults["number"] = _("没有这个编号的回执。请对照回执再输入一次。")
    if receipt is not None or proofs:
        say_times_in(receipt.zone if receipt is not None else proofs[0].zone)
    shown = render_template(
        "verify.html",
        title=_("回执核验"),
        faults=faults,
        number=number or typed,
        sha256=sha256 or hash_typed,
        asks_for_file=bool(sha256) and not faults,
        receipt=receipt,
        proofs=proofs,
        proven=[line for line in receipt.images if line.sha256 == sha256] if receipt else [],
    )
    return shown, 422 if faults else 200


@pages.post("/verify")
def file() -> Response:
    """A file from a browser that cannot hash: it is read, hashed and forgotten."""
    _count_visit()
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise Refusal("no_file")
    sha256 = hashlib.file_digest(sent.stream, "sha256").hexdigest()  # type: ignore[arg-type]
    return see("verification.page", number=request.form.get("number") or None, sha256=sha256)


def _typed(name: str) -> str:
    return request.args.get(name, "").strip()[:MAX_TYPED_CHARACTERS]


def _shape_faults(typed: str, number: str | None, hash_typed: str, sha256: str) -> dict[str, str]:
    faults = {}
    if typed and number is None:
        faults["number"] = _("编号不对，可能有字符看错或漏写。请对照回执再输入一次。")
    if hash_typed and not sha256:
        faults["sha256"] = _("SHA-256 是 64 个字符，只有 0–9 和 a–f。请对照再输入一次。")
    return faults


def _look_up(number: str | None, sha256: str) -> tuple[ReceiptPage | None, tuple[Proof, ...]]:
    _count_visit()
    receipt = None
    with transaction() as db:
        if number:
            with contextlib.suppress(Refusal):
                receipt = receipt_page(db, number)
        return receipt, proofs_of(db, sha256) if sha256 and not number else ()


def _count_visit() -> None:
    """Answers 429 past the limit; such visits are counted, and fill no audit log."""
    key = parts().vault.guard_key("verify", request.remote_addr or "")
    with transaction() as db:
        count = visits(db, key)
    if count > VISITS_PER_MINUTE:
        abort(429)
