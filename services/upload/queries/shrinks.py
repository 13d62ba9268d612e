"""Photos at the shrink door as pages show them."""

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from libs.common.errors import Refusal
from libs.common.messages import ApplicationId, ImageId
from services.upload.domain.shrink import OPEN, ShrinkState
from services.upload.models.holdings import Holdings, read_holdings
from services.upload.models.shrink import Shrink, findings_of
from services.upload.queries.shapes.images import ShrinkView


def open_shrinks(session: Session, held: Holdings) -> tuple[ShrinkView, ...]:
    """What still waits, oldest first; in one statement."""
    rows = session.scalars(
        select(Shrink)
        .where(Shrink.application_id == held.application.id, Shrink.state.in_(OPEN))
        .order_by(Shrink.received_at, Shrink.id)
    ).all()
    return tuple(_view(held, row) for row in rows)


def shrink_page(
    session: Session, *, application_id: ApplicationId, shrink_id: ImageId
) -> ShrinkView:
    """One of hers, however it ended. Raises Refusal `no_shrink`."""
    return _view(read_holdings(session, application_id), _hers(session, application_id, shrink_id))


def picture_key(session: Session, *, application_id: ApplicationId, shrink_id: ImageId) -> str:
    """Where the image is that she is asked to confirm. Raises Refusal `no_shrink`."""
    row = _hers(session, application_id, shrink_id)
    if row.state != ShrinkState.READY or row.key is None:
        raise Refusal("no_shrink")
    return row.key


def _hers(session: Session, application_id: ApplicationId, shrink_id: ImageId) -> Shrink:
    row = session.scalars(
        select(Shrink).where(Shrink.id == shrink_id, Shrink.application_id == application_id)
    ).one_or_none()
    if row is None:
        raise Refusal("no_shrink")
    return row


def _view(held: Holdings, row: Shrink) -> ShrinkView:
    return ShrinkView(
        id=row.id,
        material=row.material,
        request_id=row.answers,
        state=ShrinkState(row.state),
        original_bytes=row.original_bytes,
        size_bytes=row.size_bytes,
        width=row.width,
        height=row.height,
        confirm_before=_end(held, row),
        findings=findings_of(row),
        received_at=row.received_at,
    )


def _end(held: Holdings, row: Shrink) -> dt.datetime:
    """Until when she can confirm: the request's due time, or the end of the material's window."""
    request = next((r for r in held.requests if r.id == row.answers), None)
    if request is not None:
        return request.due_at
    is_later = any(entry.code == row.material for entry in held.takes_deferred)
    return held.second.ends_at if is_later and held.second else held.window.ends_at
