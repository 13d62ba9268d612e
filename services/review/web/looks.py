"""Whoever looks at a case is written down; who reads it again, blind, does not look."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from libs.common import audit
from services.review.domain.case import State
from services.review.queries import second
from services.review.queries.shapes import Desk
from services.review.web.door import me

_ENDED = {State.CONCLUDED, State.PUBLISHED}


def looked_at(session: Session, seen: Desk) -> ResponseReturnValue | None:
    """Write the look down. The page of her reading instead, as long as it is not done."""
    if State(seen.case.state) in _ENDED:
        reading_id = second.hers(session, seen.case.id, me())
        if reading_id is not None:
            return redirect(url_for("second.show", reading_id=reading_id), 303)
    audit.record(
        session,
        actor=f"staff:{me().id}",
        action="case.viewed",
        subject=f"case:{seen.case.id}",
    )
    return None
