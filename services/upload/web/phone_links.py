"""The computer's side of 用手机拍: a QR code for one material, what comes of it, and its end."""

import base64
import binascii
import uuid

from flask import Blueprint, Response, jsonify, render_template, request

from libs.common.errors import Refusal
from libs.common.messages import RequestId
from libs.common.web.languages import gettext as _
from libs.common.web.refusals import wants_json
from services.upload import forms
from services.upload.operations import phone_links as operations
from services.upload.queries.application import application_page
from services.upload.queries.phone import link_page
from services.upload.queries.shapes.application import ApplicationPage
from services.upload.queries.shapes.materials import MaterialEntry
from services.upload.vault import same_secret
from services.upload.web.codes import public_address, qr_svg
from services.upload.web.door import parts, refused_at, required, see, transaction
from services.upload.web.wording import say_times_in

pages = Blueprint("phone_links", __name__)

MAC_BYTES = 16
"""Of the secret in a code: nobody guesses 128 bits in ten minutes."""


@pages.post("/materials/<code>/phone")
@refused_at("card-{code}")
def make(code: str) -> Response:
    """A new code for this material, or for the request that is answered there."""
    who = required()
    wanted = forms.request_id(request.form)
    with transaction() as db:
        shown = application_page(db, who.application_id, show_all=True)
        _require_room(shown, code, wanted)
        link_id = operations.make(
            db, application_id=who.application_id, material=code, request_id=wanted
        )
    return see("phone_links.page", link_id=link_id)


@pages.get("/phone-links/<uuid:link_id>")
def page(link_id: uuid.UUID) -> Response | str:
    """The code to be read off the screen; a script hears what has come of it."""
    who = required()
    with transaction() as db:
        found = link_page(db, link_id, application_id=who.application_id)
        if wants_json():
            return jsonify(
                used=found.used_at is not None,
                over=found.is_over,
                received=found.received,
                revision=found.revision,
            )
        shown = application_page(db, who.application_id, show_all=True)
    say_times_in(shown.deadline.zone)
    address = public_address("phone.land", code=code_of(link_id))
    return render_template(
        "phone_link.html",
        title=_("用手机拍"),
        active="materials.page",
        link=found,
        entry=entry_of(shown, found.material),
        address=address,
        picture=qr_svg(address),
    )


@pages.post("/phone-links/<uuid:link_id>/end")
def end(link_id: uuid.UUID) -> Response:
    """Taken back: the code and the phone that used it end at once."""
    who = required()
    with transaction() as db:
        found = link_page(db, link_id, application_id=who.application_id)
        operations.end(db, application_id=who.application_id, link_id=link_id)
    if wants_json():
        return jsonify(over=True)
    return see("materials.page", anchor=f"card-{found.material}")


def code_of(link_id: uuid.UUID) -> str:
    """Id and secret of a link in one word; the secret is derived, and stored nowhere."""
    return base64.urlsafe_b64encode(link_id.bytes + _mac(link_id)).rstrip(b"=").decode()


def link_of(code: str) -> uuid.UUID:
    """The link that a code names. Raises Refusal `phone_link_over`."""
    try:
        raw = base64.urlsafe_b64decode(code + "=" * (-len(code) % 4))
    except (binascii.Error, ValueError):
        raw = b""
    size = len(uuid.UUID(int=0).bytes)
    if len(raw) != size + MAC_BYTES or not same_secret(
        raw[size:], _mac(link_id := uuid.UUID(bytes=raw[:size]))
    ):
        raise Refusal("phone_link_over")
    return link_id


def _mac(link_id: uuid.UUID) -> bytes:
    return parts().vault.guard_key("phone", str(link_id))[:MAC_BYTES]


def _require_room(shown: ApplicationPage, code: str, wanted: RequestId | None) -> None:
    """There is something to photograph. Raises Refusal `unknown_material`, `takes_no_images`."""
    entry = next((e for e in shown.entries if e.code == code), None)
    if entry is None:
        raise Refusal("unknown_material", material=code[:10])
    asked = next((r for r in entry.requests if r.id == wanted), None)
    if not (asked.can_upload if asked else wanted is None and entry.can_upload):
        raise Refusal("takes_no_images", material=code)


def entry_of(shown: ApplicationPage, code: str) -> MaterialEntry:
    """The material; its title stands there also when it is no longer asked."""
    found = next((e for e in shown.entries if e.code == code), None)
    if found is None:
        raise Refusal("unknown_material", material=code)
    return found
