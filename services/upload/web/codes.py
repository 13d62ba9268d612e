"""QR codes, drawn here: no page asks anybody else for one, and none needs an inline style."""

from typing import Any

import segno
from flask import url_for
from markupsafe import Markup

from services.upload.web.door import parts


def public_address(endpoint: str, **values: Any) -> str:
    """An address of this service that another device can open."""
    return parts().entry.upload_url.rstrip("/") + url_for(endpoint, **values)


def qr(address: str) -> segno.QRCode:
    """The code; a phone reads it off a screen or a folded sheet."""
    return segno.make(address, error="m", micro=False, boost_error=False)


def qr_svg(address: str) -> Markup:
    """The code for a page, as big as its place."""
    drawn = qr(address).svg_inline(
        border=4, omitsize=True, svgclass="qr", lineclass=None, dark="#000", light="#fff"
    )
    return Markup(drawn)  # noqa: S704 - segno draws squares; no word of anybody stands in it
