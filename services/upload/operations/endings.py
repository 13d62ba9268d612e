"""How requests end: answered by a round, or overdue by the clock; and who hears of it."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from libs.common import outbox
from libs.common.messages import RequestsOverdue
from services.upload.domain.application import RequestState
from services.upload.models.holdings import Holdings
from services.upload.models.review import Request
from services.upload.operations.snapshot import images_of


def end_requests(session: Session, held: Holdings) -> list[Request]:
    """Open requests become answered, or overdue by the clock; the answered ones."""
    still_open = [r for r in held.requests if r.state == RequestState.OPEN]
    answered = [r for r in still_open if held.is_answered(r)]
    overdue = [r for r in still_open if not held.is_answered(r)]
    for request in still_open:
        request.state = RequestState.ANSWERED if request in answered else RequestState.OVERDUE
        request.ended_at = held.now
    tell_overdue(session, held, overdue)
    return answered


def tell_overdue(session: Session, held: Holdings, overdue: Sequence[Request]) -> None:
    """Say which requests were not answered when due; what was uploaded and not handed in goes
    along, marked 未提交 (R21).
    """
    if overdue:
        late = {r.id for r in overdue}
        waiting = {i.id for i in held.counting() if i.answers in late and i.locked_at is None}
        shown = images_of(held.counting())
        outbox.post(
            session,
            RequestsOverdue(
                application_id=held.application.id,
                requests=tuple(r.id for r in overdue),
                overdue_at=held.now,
                unsubmitted=tuple(image for image in shown if image.image_id in waiting),
            ),
        )
