"""考生所见: what the candidate reads now, and what she will read once the requests leave."""

import uuid

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from libs.common.clock import now
from services.review.domain.request import Standing, due_at
from services.review.queries import desk as query
from services.review.web.door import deny, me, parts
from services.review.web.looks import looked_at
from services.review.web.zones import zone_of

pages = Blueprint("preview", __name__, url_prefix="/cases/<uuid:case_id>/preview")


@pages.get("")
def show(case_id: uuid.UUID) -> ResponseReturnValue:
    """In both languages, with the due times as they would be if it left now."""
    with parts().database.transaction() as session:
        seen = query.read(session, case_id, me())
        if seen is not None:
            images = {image.id: image for image in seen.images}
            return looked_at(session, seen) or render_template(
                "preview.html",
                title=gettext("考生所见预览"),
                case=seen.case,
                exam=seen.exam,
                drafts=seen.drafts,
                standing=[r for r in seen.requests if r.standing == Standing.OPEN.value],
                due={r.id: r.due_at or due_at(now(), r.due_hours) for r in seen.requests},
                images=images,
                accepted=len(seen.judged.accepted),
                now=now(),
                zone=zone_of([seen.exam]),
            )
    raise deny(f"case:{case_id}")
