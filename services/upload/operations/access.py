"""Who writes takes its locks here, then asks the database's clock: the deadline (R12, R16).

1. The window's row FOR SHARE: who closes or extends it takes it FOR UPDATE.
2. The application's row FOR UPDATE: two writes to one application follow one another.
3. `clock_timestamp()`, after both: however long the locks took, the time that counts is now.
"""

import datetime as dt
from typing import NoReturn

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from libs.common.errors import Refusal
from libs.common.messages import ApplicationId, ImageId, RequestId
from services.upload.domain.application import State
from services.upload.domain.deadline import Phase, Window
from services.upload.domain.exam import MAIN, SECOND
from services.upload.models.application import Application, Image
from services.upload.models.exam import ExamWindow
from services.upload.models.holdings import Holdings, read_holdings
from services.upload.models.review import Request
from services.upload.operations.actors import wall


def hold(session: Session, application_id: ApplicationId) -> Holdings:
    """The application, locked for writing, as of the database's clock after the locks.

    Raises Refusal `no_application`.
    """
    windows = session.scalars(
        select(ExamWindow)
        .join(
            Application,
            and_(
                Application.exam == ExamWindow.exam,
                ExamWindow.kind.in_([MAIN, SECOND]),
            ),
        )
        .where(Application.id == application_id)
        .order_by(ExamWindow.kind)
        .with_for_update(read=True, of=ExamWindow)
        .execution_options(populate_existing=True)
    ).all()
    if not windows:
        raise Refusal("no_application")
    # The windows stay in the session while they are referred to here, and are not read again.
    return read_holdings(session, application_id, application=lock(session, application_id))


def lock(session: Session, application_id: ApplicationId) -> Application:
    """The application's row, locked and fresh. Raises Refusal `no_application`."""
    row = session.scalars(
        select(Application)
        .where(Application.id == application_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise Refusal("no_application")
    return row


def lock_with_image(session: Session, image_id: ImageId) -> tuple[Application, Image]:
    """The application that holds the image, locked, and the image, both fresh.

    Raises Refusal `no_image`.
    """
    holder = session.scalar(select(Image.application_id).where(Image.id == image_id))
    if holder is None:
        raise Refusal("no_image")
    return lock(session, holder), session.get_one(Image, image_id, populate_existing=True)


def touch(held: Holdings) -> None:
    """Something that a page shows has changed."""
    held.application.revision += 1


def require_open(held: Holdings, *, began_at: dt.datetime, material: str | None = None) -> None:
    """The window admits a write that began then, and nothing was handed in yet; for a deferred
    material of what was handed in, the second window (R5).

    Raises Refusal `window_not_open`, `window_closed`, `locked`, `returned_only`, `published`.
    """
    if any(entry.code == material for entry in held.takes_deferred):
        require_second(held, began_at=began_at)
        return
    match State(held.application.state):
        case State.LOCKED:
            raise window_closed(held)
        case State.SUBMITTED:
            raise Refusal("locked")
        case State.RETURNED:
            raise Refusal("returned_only")
        case State.PUBLISHED:
            raise Refusal("published")
        case State.OPEN if held.window.admits(began_at=began_at, written_at=held.now):
            return
    _refuse_outside(held, held.window)


def require_second(held: Holdings, *, began_at: dt.datetime) -> None:
    """The second window admits a write that began then (R5, R12).

    Raises Refusal `window_not_open`, `window_closed`, and `locked` where the exam has none.
    """
    if held.second is None:
        raise Refusal("locked")
    if not held.second.admits(began_at=began_at, written_at=held.now):
        _refuse_outside(held, held.second)


def _refuse_outside(held: Holdings, window: Window) -> NoReturn:
    if window.phase(held.now) is Phase.BEFORE:
        opens = wall(window.opens_at, held.exam.zone)
        raise Refusal("window_not_open", opens=opens, zone=held.exam.zone)
    raise window_closed(held, window)


def window_closed(held: Holdings, window: Window | None = None) -> Refusal:
    """The refusal of what came too late; it names the end and the grace."""
    window = window or held.window
    return Refusal(
        "window_closed",
        ends=wall(window.ends_at, held.exam.zone),
        zone=held.exam.zone,
        grace=int(window.grace.total_seconds()),
    )


def require_request(held: Holdings, request_id: RequestId, *, began_at: dt.datetime) -> Request:
    """The open request that admits an answer that began then (R14, R20).

    Raises Refusal `no_request`, `request_over`, `published`.
    """
    request = next((r for r in held.requests if r.id == request_id), None)
    if request is None:
        raise Refusal("no_request")
    if held.application.state == State.PUBLISHED:
        raise Refusal("published")
    admits = held.request_window(request).admits(began_at=began_at, written_at=held.now)
    if request.state != "open" or held.application.state != State.RETURNED or not admits:
        due = wall(request.due_at, held.exam.zone)
        raise Refusal("request_over", due=due, zone=held.exam.zone)
    return request
