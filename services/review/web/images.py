"""Images, only through here: authority checked, every view audited, nothing kept by browsers."""

import uuid

from flask import Blueprint, Response
from werkzeug.exceptions import NotFound

from libs.common import audit
from libs.common.storage import ObjectMissing
from services.review.models.case import Case, Image
from services.review.web.door import deny, me, parts

pages = Blueprint("images", __name__, url_prefix="/images")
KEYS = {"view": "view_key", "grid": "grid_key"}


@pages.get("/<uuid:image_id>/<size>")
def show(image_id: uuid.UUID, size: str) -> Response:
    """A rendition of an image of a case that is this reviewer's business."""
    if size not in KEYS:
        raise NotFound
    with parts().database.transaction() as session:
        image = session.get(Image, image_id)
        case = session.get(Case, image.case_id) if image else None
        key = getattr(image, KEYS[size]) if case and me().sees(case.site) else None
        if key is not None:
            audit.record(
                session,
                actor=f"staff:{me().id}",
                action="image.viewed",
                subject=f"image:{image_id}",
                size=size,
            )
    if key is None:
        raise deny(f"image:{image_id}")
    try:
        data = parts().renditions.get(key)
    except ObjectMissing:
        raise NotFound from None
    response = Response(data, content_type="image/jpeg")
    response.headers["Cache-Control"] = "no-store"
    return response
