"""The page of one application (R4–R16)."""

from sqlalchemy import func, select, true
from sqlalchemy.orm import Session

from libs.common.messages import ApplicationId
from services.upload.domain.application import ReopenAnswer, RequestState, State
from services.upload.domain.deadline import Phase
from services.upload.domain.exam import SECOND, Exam, Group
from services.upload.models.application import Submission
from services.upload.models.holdings import Holdings, read_holdings
from services.upload.models.review import InAppMessage, ReopenAsk
from services.upload.queries.entries import entries_of
from services.upload.queries.images import requests_of, views_of
from services.upload.queries.offers import offers_in
from services.upload.queries.shapes.application import (
    ApplicationPage,
    DeadlineView,
    LaterState,
    LaterView,
    ReopeningView,
)
from services.upload.queries.shapes.materials import EntryState, MaterialEntry
from services.upload.queries.shrinks import open_shrinks

_DONE = frozenset(
    {EntryState.UPLOADED, EntryState.ABSENT, EntryState.LOCKED, EntryState.ACCEPTED}
    | {EntryState.CHECKING}
)

_SHOWN = frozenset({RequestState.OPEN, RequestState.OVERDUE})


def application_page(
    session: Session, application_id: ApplicationId, *, show_all: bool = False
) -> ApplicationPage:
    """Everything on the page, in a constant number of statements.

    With `show_all` the whole list of the exam. Raises Refusal `no_application`.
    """
    return page_of(session, read_holdings(session, application_id), show_all=show_all)


def page_of(session: Session, held: Holdings, *, show_all: bool = False) -> ApplicationPage:
    """The page of what was read."""
    application, exam, application_id = held.application, held.exam, held.application.id
    views = views_of(held)
    requests = requests_of(held, views)
    entries = entries_of(held, views, requests, offers=offers_in(session, held), show_all=show_all)
    counted = [e for e in entries if e.min > 0 and e.max > 0]
    return ApplicationPage(
        application_id=application.id,
        registration_number=held.registration.number,
        masked_name=held.registration.masked_name,
        exam=exam.code,
        pack=exam.pack,
        exam_name=exam.name,
        area=exam.area,
        site=exam.site(application.site),
        source=exam.source,
        state=held.state,
        round=application.round,
        stage=application.stage,
        outcome=application.outcome,
        published_at=application.published_at,
        submitted_at=application.submitted_at,
        receipt_number=_receipt_number(session, application_id),
        deadline=deadline_view(held),
        notice=exam.notice_for(held.window),
        footer=exam.footer,
        groups=_groups(exam, entries),
        entries=entries,
        requests=tuple(r for r in requests if r.state in _SHOWN),
        readiness=held.readiness(),
        progress_done=sum(1 for e in counted if _is_there(e)),
        progress_total=len(counted),
        can_submit=_can_submit(held),
        unread_messages=unread_messages(session, application_id),
        revision=application.revision,
        shows_all=show_all,
        later=later_view(session, held),
        requests_close_at=min((r.due_at for r in held.open_requests()), default=None),
        shrinks=open_shrinks(session, held),
        reopening=_reopening(session, held),
    )


def _reopening(session: Session, held: Holdings) -> ReopeningView:
    """The wish about the round that was handed in last."""
    round_, asked = held.application.round, None
    if round_ and held.state in (State.SUBMITTED, State.OPEN):
        asked = session.get(ReopenAsk, (held.application.id, round_))
    is_open = held.window.phase(held.now) is Phase.OPEN
    return ReopeningView(
        can_ask=asked is None and is_open and held.state is State.SUBMITTED,
        asked_at=None if asked is None else asked.asked_at,
        reason="" if asked is None else asked.reason,
        answer=None if asked is None or asked.answer is None else ReopenAnswer(asked.answer),
        words="" if asked is None else asked.words,
    )


def _is_there(entry: MaterialEntry) -> bool:
    """A locked line is only done when something was there to be locked."""
    return entry.state in _DONE and (entry.count >= entry.min or entry.absence is not None)


def deadline_view(held: Holdings) -> DeadlineView:
    """The window that holds for her."""
    return DeadlineView(
        phase=held.window.phase(held.now),
        opens_at=held.window.opens_at,
        ends_at=held.window.ends_at,
        closes_at=held.window.closes_at,
        grace_seconds=int(held.window.grace.total_seconds()),
        zone=held.exam.zone,
        is_extended=held.extension is not None,
        extension_reason=None if held.extension is None else held.extension.reason,
        server_now=held.now,
    )


def later_view(session: Session, held: Holdings) -> LaterView | None:
    """The second window as it stands for her; None where it asks nothing of her."""
    if held.second is None or not held.deferred:
        return None
    at = held.application.second_submitted_at
    return LaterView(
        state=_later_state(held, held.second.phase(held.now)),
        opens_at=held.second.opens_at,
        ends_at=held.second.ends_at,
        grace_seconds=int(held.second.grace.total_seconds()),
        materials=tuple((entry.code, entry.material.title) for entry in held.deferred),
        readiness=held.readiness_of_deferred(),
        submitted_at=at,
        receipt_number=None
        if at is None
        else _receipt_number(session, held.application.id, SECOND),
    )


def _later_state(held: Holdings, phase: Phase) -> LaterState:
    if held.application.second_submitted_at is not None:
        return LaterState.DONE
    if held.state not in (State.SUBMITTED, State.RETURNED):
        return LaterState.BEFORE_SUBMISSION if held.state is State.OPEN else LaterState.CLOSED
    if phase is Phase.OPEN:
        return LaterState.OPEN
    return LaterState.BEFORE if phase is Phase.BEFORE else LaterState.CLOSED


def unread_messages(session: Session, application_id: ApplicationId) -> int:
    """How many notices of record she has not opened."""
    return session.execute(
        select(func.count())
        .select_from(InAppMessage)
        .where(InAppMessage.application_id == application_id, InAppMessage.read_at.is_(None))
    ).scalar_one()


def _can_submit(held: Holdings) -> bool:
    if held.state is State.RETURNED:
        return any(held.now < request.due_at for request in held.open_requests())
    return held.state is State.OPEN and held.window.phase(held.now) is Phase.OPEN


def _receipt_number(
    session: Session, application_id: ApplicationId, kind: str | None = None
) -> str | None:
    of_kind = true() if kind is None else Submission.kind == kind
    return session.execute(
        select(Submission.receipt_number)
        .where(Submission.application_id == application_id, of_kind)
        .order_by(Submission.round.desc())
        .limit(1)
    ).scalar_one_or_none()


def _groups(exam: Exam, entries: tuple[MaterialEntry, ...]) -> tuple[Group, ...]:
    shown = {entry.group.letter for entry in entries}
    return tuple(group for group in exam.groups if group.letter in shown)
