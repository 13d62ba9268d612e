"""The small status that pages poll: the largest load of the peak week, so one statement."""

import datetime as dt
import hashlib
from typing import Any

from sqlalchemy import ColumnElement, Row, ScalarSelect, and_, func, select
from sqlalchemy.orm import Session

from libs.common.errors import Refusal
from libs.common.messages import ApplicationId
from services.upload.domain.application import CheckState, RequestState, State, by_the_clock
from services.upload.domain.exam import MAIN
from services.upload.domain.shrink import ShrinkState
from services.upload.models.application import Application, Image
from services.upload.models.exam import ExamWindow, WindowExtension
from services.upload.models.review import InAppMessage, Request
from services.upload.models.shrink import Shrink
from services.upload.models.windows import concerns_her
from services.upload.queries.shapes.application import StatusPage


def status_page(session: Session, application_id: ApplicationId) -> StatusPage:
    """Small news of one application. Raises Refusal `no_application`."""
    row = _row(session, application_id)
    ends_at = max(row.ends_at, row.extended_to or row.ends_at)
    closes_at = ends_at + dt.timedelta(seconds=row.grace_seconds)
    state = by_the_clock(
        State(row.state),
        window_is_over=row.now >= closes_at,
        has_open_requests=row.open_requests > 0,
        was_handed_in=row.stage is not None,
    )
    # Whatever a page shows raises the revision; the clock changes states besides.
    news = f"{row.revision} {state} {row.open_requests} {ends_at.isoformat()}"
    return StatusPage(
        etag=hashlib.sha256(news.encode()).hexdigest()[:16],
        state=state,
        stage=row.stage,
        checking=row.checking,
        unread_messages=row.unread,
        ends_at=ends_at,
        closes_at=closes_at,
        server_now=row.now,
    )


def _row(session: Session, application_id: ApplicationId) -> Row[Any]:
    """All of it in one statement: every open page asks for it every few seconds."""
    now = func.clock_timestamp().label("now")
    grace = func.make_interval(0, 0, 0, 0, 0, 0, ExamWindow.grace_seconds)
    found = session.execute(
        select(
            Application.state,
            Application.stage,
            Application.revision,
            ExamWindow.ends_at,
            ExamWindow.grace_seconds,
            _extended_to().label("extended_to"),
            _open_requests(grace).label("open_requests"),
            (_checking() + _shrinking()).label("checking"),
            _unread().label("unread"),
            now,
        )
        .join(
            ExamWindow,
            and_(ExamWindow.exam == Application.exam, ExamWindow.kind == MAIN),
        )
        .where(Application.id == application_id)
    ).one_or_none()
    if found is None:
        raise Refusal("no_application")
    return found


def _extended_to() -> ScalarSelect[dt.datetime]:
    """The latest end that an extension grants her."""
    return (
        select(func.max(WindowExtension.ends_at))
        .where(
            WindowExtension.exam == Application.exam,
            WindowExtension.kind == MAIN,
            concerns_her(),
        )
        .scalar_subquery()
    )


def _open_requests(grace: ColumnElement[dt.timedelta]) -> ScalarSelect[int]:
    """Requests that can still be answered by the clock."""
    return (
        select(func.count())
        .select_from(Request)
        .where(
            Request.application_id == Application.id,
            Request.state == RequestState.OPEN,
            Request.due_at + grace > func.clock_timestamp(),
        )
        .scalar_subquery()
    )


def _checking() -> ScalarSelect[int]:
    """Images whose check is still running."""
    return (
        select(func.count())
        .select_from(Image)
        .where(
            Image.application_id == Application.id,
            Image.check_state == CheckState.PENDING,
            Image.deleted_at.is_(None),
            Image.superseded_at.is_(None),
        )
        .scalar_subquery()
    )


def _shrinking() -> ScalarSelect[int]:
    """Photos that are still being made smaller."""
    return (
        select(func.count())
        .select_from(Shrink)
        .where(Shrink.application_id == Application.id, Shrink.state == ShrinkState.PENDING)
        .scalar_subquery()
    )


def _unread() -> ScalarSelect[int]:
    """Notices of record that she has not opened."""
    return (
        select(func.count())
        .select_from(InAppMessage)
        .where(InAppMessage.application_id == Application.id, InAppMessage.read_at.is_(None))
        .scalar_subquery()
    )
